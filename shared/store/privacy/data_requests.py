"""Requests of people about their data: to see it, to correct it, to withdraw a consent, to be
erased, to complain; and the clocks that the law sets.

Answered within two working days; done within fifteen days, twenty if somebody else must act too;
extended once, by fifteen days at most, with a reason (Law 91/2025, Decree 356/2025). shared/privacy
and authors.py carry them out.
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

from shared.db.card import (
    ExportSheet,
    Table,
    Whose,
    choice,
    ident,
    in_export,
    instant,
    number,
    text,
    tick,
)
from shared.db.connection import Store, writing
from shared.db.event_log import CITIZEN, new_id, note
from shared.domain import clock
from shared.domain.record import Record
from shared.store.cases.visibility import VISIBLE

KINDS = ("access", "correction", "consent", "erasure", "complaint")
WAYS = ("counter", "phone", "sms", "receipt", "post")
# How somebody may ask at the desk; by SMS or from the receipt's page it comes by itself.
DESK_WAYS = ("counter", "phone", "post")
# How somebody showed who they are: they hold the receipt, were called back on the number that is
# kept, or showed a paper at the counter.
IDENTITIES = ("receipt", "number", "paper")
# What the way of asking already proves.
BY_DOOR = {"receipt": "receipt", "sms": "number"}
OUTCOMES = ("done", "partly", "declined")


# What each kind needs before it is carried out: nothing, any proof, or more than a sheet of paper
# that somebody may have found.
NEEDS_PROOF = {
    "access": frozenset({"number", "paper"}),
    "correction": frozenset({"number", "paper"}),
    "consent": frozenset({"", "receipt", "number", "paper"}),
    "erasure": frozenset({"receipt", "number", "paper"}),
    "complaint": frozenset({"", "receipt", "number", "paper"}),
}
ANSWER_WORKING_DAYS, DAYS, DAYS_THIRD_PARTY, MORE_DAYS = 2, 15, 20, 15


class RequestUnknown(Exception):
    """There is no such request."""


class RequestClosed(Exception):
    """It was done or declined already."""


class ExtendedBefore(Exception):
    """It was extended once; the law allows no second time."""


class ProofMissing(Exception):
    """Nobody has shown yet that the data are theirs."""


class DataRequest(Record):
    """One request; `number` counts those of a `year`. `name` and `phone` (E.164) are the asker's,
    "" if nothing is kept; `identity` is one of IDENTITIES, `outcome` one of OUTCOMES, each or "".
    `respond_by` and `due_at` are the ends of days. Instants are ms UTC."""

    id: str
    year: int
    number: int
    proposal_id: str | None
    kind: str
    way: str
    name: str
    phone: str
    said: str
    identity: str
    third_party: bool
    received_at: int
    respond_by: int
    due_at: int
    extended_at: int | None
    extended_why: str
    answered_at: int | None
    answered_by: str | None
    done_at: int | None
    done_by: str | None
    outcome: str
    answer: str

    @property
    def is_open(self) -> bool:
        """True until it is done or declined."""
        return self.done_at is None

    @property
    def next_at(self) -> int:
        """The next deadline: to answer, then to have it done (ms UTC)."""
        return self.respond_by if self.answered_at is None else self.due_at

    @property
    def is_proven(self) -> bool:
        """True once the asker has shown what this kind needs."""
        return self.identity in NEEDS_PROOF[self.kind]


# Done, until it is forgotten who asked (workflows/retention.py).
DONE = "done_at IS NOT NULL AND name || phone || said <> ''"
DATA_REQUEST = Table(
    "data_request",
    DataRequest,
    {
        "id": ident(),
        "proposal_id": ident(null=True, exported=in_export()),
        "year": number(exported=in_export()),
        "number": number(exported=in_export(head="request_number")),
        "kind": choice(KINDS, exported=in_export()),
        "way": choice(WAYS, exported=in_export(head="request_way")),
        "name": text(Whose.DETAILS, exported=in_export("name")),
        "phone": text(Whose.DETAILS, encrypted=True, exported=in_export("phone")),
        "said": text(Whose.WORDS, exported=in_export("words", head="request_said")),
        "identity": choice(("", *IDENTITIES), exported=in_export()),
        "third_party": tick(is_checked=True, exported=in_export("tick")),
        "received_at": instant(exported=in_export()),
        "respond_by": number(exported=in_export("moment")),
        "due_at": instant(exported=in_export()),
        "extended_at": instant(null=True, exported=in_export()),
        "extended_why": text(Whose.ANSWER, exported=in_export("said")),
        "answered_at": instant(null=True, exported=in_export()),
        "answered_by": ident(null=True, exported=in_export("person")),
        "done_at": instant(null=True, exported=in_export()),
        "done_by": ident(null=True, exported=in_export("person")),
        "outcome": choice(("", *OUTCOMES), exported=in_export()),
        "answer": text(Whose.ANSWER, exported=in_export("said")),
        "key": ident(),
    },
    unique=(("key",), ("year", "number")),
    foreign={"proposal_id": "proposal"},
    indexes={
        "data_request_open": "done_at, due_at",
        "data_request_of_proposal": "proposal_id, id",
        "data_request_done": f"done_at WHERE {DONE}",
    },
    of_commune=True,
    sealed=True,
    sheet=ExportSheet("yeu-cau-du-lieu"),
    not_archived="kept by its own clock, not the year's",
)


class NewDataRequest(Record):
    """What is asked, by whom and how it came. `is_answered`: the asker was told at once that it
    came and by when it will be done."""

    kind: str
    way: str
    proposal_id: str | None = None
    name: str = ""
    phone: str = ""
    said: str = ""
    identity: str = ""
    third_party: bool = False
    is_answered: bool = False


class Door(Record):
    """The way (one of WAYS) in which somebody asks, and the zone in which days are counted. What a
    way by themselves proves stands in BY_DOOR; at the desk, `shown` is how they showed who they
    are."""

    way: str
    zone: ZoneInfo
    shown: str = ""

    @property
    def identity(self) -> str:
        """How they showed who they are: one of IDENTITIES."""
        return self.shown or BY_DOOR[self.way]


_MAY_SEE = (
    " AND NOT EXISTS (SELECT 1 FROM proposal WHERE proposal.commune_id = :commune_id"  # noqa: S608
    f" AND proposal.id = data_request.proposal_id AND NOT {VISIBLE})"
)


def add(
    db: Store, new: NewDataRequest, *, key: str, zone: ZoneInfo, at: int, actor: str = CITIZEN
) -> DataRequest:
    """Keep a request, once per `key`, with its clocks."""
    with writing(db):
        known = _one(db, "key", key)
        if known is not None:
            return known
        day = clock.to_local(at, zone).date()
        answer_day = clock.add_working_days(day, ANSWER_WORKING_DAYS)
        last_day = day + timedelta(days=DAYS_THIRD_PARTY if new.third_party else DAYS)
        request_id = new_id()
        db.insert(DATA_REQUEST,
            {
                "id": request_id, "key": key, "year": day.year,
                "number": _next_number(db, day.year), "proposal_id": new.proposal_id,
                "kind": new.kind, "way": new.way, "name": new.name, "phone": new.phone,
                "said": new.said, "identity": new.identity, "third_party": int(new.third_party),
                "received_at": at, "respond_by": clock.end_of_day(answer_day, zone),
                "due_at": clock.end_of_day(last_day, zone), "extended_at": None,
                "extended_why": "", "answered_at": at if new.is_answered else None,
                "answered_by": actor if new.is_answered else None, "done_at": None,
                "done_by": None, "outcome": "", "answer": "",
            },
        )  # fmt: skip
        note(
            db, "data_request_made", new.proposal_id, actor, at,
            request=request_id, what=new.kind, way=new.way,
        )  # fmt: skip
        return by_id(db, request_id)


def tell(db: Store, request_id: str, *, actor: str, at: int) -> None:
    """Record that the asker was told that it came and by when it is done. Raises RequestUnknown."""
    with writing(db):
        found = by_id(db, request_id)
        if found.answered_at is None:
            _change(db, found, "answered", actor, at, answered_at=at, answered_by=actor)


def prove(db: Store, request_id: str, identity: str, *, actor: str, at: int) -> None:
    """Record how the asker showed who they are. Raises RequestUnknown, RequestClosed."""
    with writing(db):
        found = _open(db, request_id)
        if found.identity != identity:
            _change(db, found, "proven", actor, at, identity=identity, how=identity)


def extend(
    db: Store, request_id: str, days: int, why: str, *, actor: str, at: int, zone: ZoneInfo
) -> None:
    """Extend a request, once, by at most MORE_DAYS. Raises RequestUnknown, RequestClosed,
    ExtendedBefore, ValueError."""
    if not 1 <= days <= MORE_DAYS:
        raise ValueError(days)
    with writing(db):
        found = _open(db, request_id)
        if found.extended_at is not None:
            raise ExtendedBefore(request_id)
        day = clock.to_local(found.due_at, zone).date() + timedelta(days=days)
        due_at = clock.end_of_day(day, zone)
        _change(
            db, found, "extended", actor, at,
            due_at=due_at, extended_at=at, extended_why=why, days=days,
        )  # fmt: skip


def finish(db: Store, request_id: str, outcome: str, answer: str, *, actor: str, at: int) -> bool:
    """Record the result of a request; False if somebody had. Raises RequestUnknown,
    ProofMissing."""
    with writing(db):
        found = by_id(db, request_id)
        if not found.is_open:
            return False
        if outcome != "declined" and not found.is_proven:
            raise ProofMissing(request_id)
        answered = {} if found.answered_at else {"answered_at": at, "answered_by": actor}
        _change(
            db, found, "done", actor, at,
            done_at=at, done_by=actor, outcome=outcome, answer=answer, **answered,
        )  # fmt: skip
        return True


def note_done(
    db: Store, proposal_id: str, kind: str, door: Door, *, at: int, actor: str = CITIZEN
) -> None:
    """Record a request of a sender that was carried out the moment it was made."""
    new = NewDataRequest(kind, door.way, proposal_id, identity=door.identity, is_answered=True)
    kept = add(db, new, key=new_id(), zone=door.zone, at=at, actor=actor)
    finish(db, kept.id, "done", "", actor=actor, at=at)


def by_id(db: Store, request_id: str) -> DataRequest:
    """Return one request. Raises RequestUnknown."""
    found = _one(db, "id", request_id)
    if found is None:
        raise RequestUnknown(request_id)
    return found


def seen_by(db: Store, request_id: str, viewer: str) -> DataRequest:
    """Return a request as a member of staff may see it: one about a confidential case only as its
    assignee. Raises RequestUnknown."""
    found = _many(db, f"id = :id{_MAY_SEE}", id=request_id, viewer=viewer)
    if not found:
        raise RequestUnknown(request_id)
    return found[0]


def waiting(db: Store, viewer: str) -> list[DataRequest]:
    """Return the open requests that a member of staff may see, the nearest deadline first."""
    found = _many(db, f"done_at IS NULL{_MAY_SEE} ORDER BY due_at, id", viewer=viewer)
    return sorted(found, key=lambda one: one.next_at)


def lately_done(db: Store, viewer: str, limit: int = 30) -> list[DataRequest]:
    """Return requests that came to their end, newest first."""
    return _many(
        db,
        f"done_at IS NOT NULL{_MAY_SEE} ORDER BY done_at DESC, id DESC LIMIT {limit}",
        viewer=viewer,
    )


def of_proposal(db: Store, proposal_id: str) -> list[DataRequest]:
    """Return the requests about a case, oldest first."""
    return _many(db, "proposal_id = :proposal_id ORDER BY id", proposal_id=proposal_id)


def count_waiting(db: Store, *, now: int) -> int:
    """Return how many requests are open."""
    row = db.row(
        "SELECT count(*) FROM data_request"
        " WHERE commune_id = :commune_id AND done_at IS NULL AND due_at > 0"
    )
    return int(row[0]) if row else 0


def _next_number(db: Store, year: int) -> int:
    row = db.row(
        "SELECT coalesce(max(number), 0) FROM data_request"
        " WHERE commune_id = :commune_id AND year = :year",
        year=year,
    )
    return int(row[0] if row else 0) + 1


def _open(db: Store, request_id: str) -> DataRequest:
    found = by_id(db, request_id)
    if not found.is_open:
        raise RequestClosed(request_id)
    return found


# What the event of a change tells: states and days, never what somebody said.
_TOLD = frozenset({"outcome", "days", "how"})


def _change(
    db: Store, found: DataRequest, what: str, actor: str, at: int, **changes: object
) -> None:
    said = {name: value for name, value in changes.items() if name in _TOLD}
    kept = {name: value for name, value in changes.items() if name not in ("days", "how")}
    db.change(DATA_REQUEST, {"id": found.id}, kept)
    note(db, f"data_request_{what}", found.proposal_id, actor, at, request=found.id, **said)


def _one(db: Store, column: str, value: str) -> DataRequest | None:
    found = _many(db, f"{column} = :value", value=value)
    return found[0] if found else None


def _many(db: Store, condition: str, **params: object) -> list[DataRequest]:
    return db.all(DATA_REQUEST, f"{condition}", **params)
