"""Proposals: kept whole in one transaction, moved along the table, found again by code.

Personal details live in authors.py, what was said later in conversation.py, lists and filters
in queue.py.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from shared.db import event_log, search
from shared.db.card import Table, Whose, choice, ident, instant, number, text, tick
from shared.db.connection import Store, writing
from shared.db.event_log import Event, new_id, new_salt, salted
from shared.db.sql import one_of
from shared.domain import clock
from shared.domain.evaluation_year import evaluation_year
from shared.domain.proposal import (
    CATEGORIES,
    CHANNELS,
    DATES,
    FIELDS,
    MATURITIES,
    NEEDS,
    NO_MERGE_INTO,
    ON_THE_CLOCK,
    PARTICIPANT_TYPES,
    USED_ALREADY,
    DetailMissing,
    MoveRefused,
    NewProposal,
    Standing,
    Status,
    check_maker,
    check_move,
)
from shared.store.cases import authors, merges, receipts
from shared.store.office import campaigns

PROPOSAL: Table[Any] = Table(
    "proposal",
    None,
    {
        "id": ident(),
        "code": ident(check="length({name}) = 12"),
        "status": choice(Status),
        "status_since": instant(),
        "channel": choice(CHANNELS),
        "participant_type": choice(PARTICIPANT_TYPES),
        "insider": tick(default=0),
        "title": text(Whose.WORDS, spoken=True),
        "title_is_own": tick(default=1),
        "current_state": text(Whose.WORDS, spoken=True),
        "solution": text(Whose.WORDS, spoken=True),
        "expected_effect": text(Whose.WORDS, spoken=True),
        "effects": text(Whose.NOBODY),
        "maturity": choice(MATURITIES),
        "category": choice(CATEGORIES, null=True),
        "more_categories": text(Whose.NOBODY),
        "field": choice(FIELDS, null=True),
        "residence": text(Whose.NOBODY, null=True),
        "hamlet": text(Whose.WORDS),
        "mobiliser": text(Whose.NOBODY),
        "device_id": ident(null=True),
        "received_at": instant(),
        "arrived_at": instant(),
        "registered_at": instant(),
        "due_at": instant(),
        "evaluation_year": number(),
        "evaluation_rule": text(Whose.NOBODY),
        "on_the_line": tick(default=0),
        "assignee_id": ident(null=True),
        "is_spam": tick(default=0),
        "is_confidential": tick(default=0),
        "merged_from": text(Whose.NOBODY, null=True),
        "idempotency_key": ident(),
        "fingerprint": text(Whose.DETAILS, encrypted=True),
    },
    unique=(("code",), ("idempotency_key",)),
    foreign={"device_id": "device", "assignee_id": "staff_member"},
    indexes={
        "proposal_by_time": "received_at, id",
        "proposal_by_status": "status, received_at, id",
        "proposal_by_channel": "channel, received_at, id",
        "proposal_by_category": "category, received_at, id",
        "proposal_by_assignee": "assignee_id, received_at, id",
        "proposal_by_due": f"due_at, id WHERE status {one_of(ON_THE_CLOCK)}",
        "proposal_on_the_line": "received_at, id WHERE on_the_line = 1",
        "proposal_to_scout": f"received_at, id WHERE maturity {one_of(USED_ALREADY)}",
        "proposal_by_registered": "registered_at",
    },
    of_commune=True,
    sealed=True,
    in_register=True,
)


MOVE: Table[Any] = Table(
    "move",
    None,
    {
        "id": ident(),
        "proposal_id": ident(),
        "from_status": choice(Status, null=True),
        "to_status": choice(Status),
        "actor": ident(),
        "at": instant(),
        "details": text(Whose.ANSWER, spoken=True),
    },
    foreign={"proposal_id": "proposal"},
    indexes={"move_of_proposal": "proposal_id, id"},
    sealed=True,
    in_register=True,
)


STATUS_COUNT: Table[Any] = Table(
    "status_count",
    None,
    {
        "status": choice(Status),
        "count": number(),
    },
    key=("status",),
    left_out="counted anew",
)


# What is hashed as a proposal's own words, in this order.
_SPOKEN = ("salt", "title", "current_state", "solution", "expected_effect")


class ProposalUnknown(Exception):
    """No proposal has that code."""


class WordsAreTheirs(Exception):
    """The sender wrote these words themselves: nobody here writes others in their place."""


class MoveStale(Exception):
    """The proposal no longer stands where the mover saw it."""


@dataclass(frozen=True)
class Proposal:
    """A kept proposal. Instants are ms UTC; `status_since` is when it came to its status."""

    id: str
    code: str
    status: Status
    status_since: int
    channel: str
    participant_type: str
    insider: bool
    title: str
    title_is_own: bool
    current_state: str
    solution: str
    expected_effect: str
    effects: tuple[str, ...]
    maturity: str
    category: str | None
    more_categories: tuple[str, ...]
    field: str | None
    residence: str | None
    hamlet: str
    mobiliser: str
    device_id: str | None
    received_at: int
    arrived_at: int
    registered_at: int
    due_at: int
    evaluation_year: int
    evaluation_rule: str
    on_the_line: bool
    assignee_id: str | None
    is_spam: bool
    is_confidential: bool
    merged_from: Status | None

    def is_open_to(self, reader: str) -> bool:
        """Say whether a member of staff (an id) may see this case: a confidential one is its
        assignee's alone. `visibility.VISIBLE` says so in SQL."""
        return self.is_open_to_all or self.assignee_id == reader

    @property
    def is_open_to_all(self) -> bool:
        """True for a case that several readers may look at together."""
        return not self.is_confidential

    @property
    def is_counted(self) -> bool:
        """True for what figures, public pages and papers for many readers hold: a case open to all
        that is no junk."""
        return self.is_open_to_all and not self.is_spam


@dataclass(frozen=True)
class Move:
    """One step along the table, with what was said when it was made."""

    from_status: Status
    to_status: Status
    actor: str
    at: int
    details: Mapping[str, str]


@dataclass(frozen=True)
class Arrival:
    """When and how a proposal came. `received_at` is what counts and never moves (R27);
    `arrived_at` is when it reached the office or this machine, `registered_at` when it was
    entered, None for as it arrived. All ms UTC."""

    received_at: int
    arrived_at: int
    device_id: str | None = None
    registered_at: int | None = None

    @property
    def kept_at(self) -> int:
        """When it came into the store."""
        return self.arrived_at if self.registered_at is None else self.registered_at


@dataclass(frozen=True)
class Added:
    """The proposal kept under a key, whether this very call kept it, and whether what was sent
    under that key is the same as what is kept. Once its words are erased (`is_erased`) nobody can
    say, so nothing is taken for other; but nobody has shown that they are its sender either."""

    proposal: Proposal
    is_new: bool
    is_same: bool = True
    is_erased: bool = False


_FIELDS = (
    "id, code, status, status_since, channel, participant_type, insider, title, title_is_own,"
    " current_state, solution, expected_effect, effects, maturity, category, more_categories,"
    " field, residence, hamlet, mobiliser, device_id, received_at, arrived_at, registered_at,"
    " due_at, evaluation_year, evaluation_rule, on_the_line, assignee_id, is_spam,"
    " is_confidential, merged_from"
)
COLUMNS = ", ".join(f"proposal.{name.strip()}" for name in _FIELDS.split(","))


def add(
    db: Store,
    new: NewProposal,
    arrival: Arrival,
    *,
    key: str,
    fingerprint: str,
    receipt_key: bytes,
    zone: ZoneInfo,
    actor: str = event_log.CITIZEN,
    code: str | None = None,
) -> Added:
    """Keep a proposal, its author, its receipt and its first event in one transaction.

    `key` names the sending, not the content: the same key again gives back what it kept the
    first time, so a double tap or a resend never makes a second proposal. `fingerprint` is a hash
    of all that was sent, by which it says whether that was the same too. `code` is the one that a
    kiosk gave it already; without one it gets a fresh one. Raises receipts.CodeTaken.
    """
    with writing(db):
        kept = by_key(db, key)
        if kept is not None:
            said = _fingerprint_of(db, kept.id)
            is_same = said in ("", db.encrypt(fingerprint))
            return Added(kept, is_new=False, is_same=is_same, is_erased=not said)
        row = _new_row(db, new, arrival, key, fingerprint, receipt_key, zone, code)
        db.insert(PROPOSAL, row)
        receipts.bind(db, row["code"], row["id"])
        authors.add(db, row["id"], new, at=arrival.arrived_at)
        search.index(db, row["id"], *_findable(new))
        _count(db, Status.RECEIVED, +1)
        event_log.note(
            db,
            "received",
            row["id"],
            actor,
            arrival.kept_at,
            code=row["code"],
            channel=new.channel,
            year=row["evaluation_year"],
            content=content_of(row),
            consents={
                "store": new.consents.store,
                "sms": new.consents.sms,
                "name_me": new.consents.name_me,
                "notice": new.consents.notice,
            },
        )
        return Added(by_code(db, row["code"]), is_new=True)


def was_sent_as(db: Store, proposal_id: str, fingerprint: str) -> bool:
    """Say whether a proposal was sent with this very content; of what was erased nobody can say
    yes."""
    return bool(fingerprint) and _fingerprint_of(db, proposal_id) == db.encrypt(fingerprint)


def _fingerprint_of(db: Store, proposal_id: str) -> str:
    """Return the hidden fingerprint of a proposal; "" where it was erased, or never told."""
    row = db.row(
        "SELECT fingerprint FROM proposal WHERE commune_id = :commune_id AND id = :id",
        id=proposal_id,
    )
    return str(row[0]) if row else ""


def content_of(row: Mapping[str, Any]) -> str:
    """Return the salted hash of a proposal's own words, as its event carries it."""
    return salted(*(row[name] for name in _SPOKEN))


def words_spoken_of(db: Store, event: Event) -> str:
    """Return the text (JSON) whose SHA-256 a proposal's event carries as `content`; "" where the
    words were erased or written anew since."""
    row = _words_of(db, str(event.proposal_id))
    if content_of(row) != event.data.get("content"):
        return ""
    return event_log.spoken(*(row[name] for name in _SPOKEN)).decode("utf-8", "surrogatepass")


def by_code(db: Store, code: str) -> Proposal:
    """Return the proposal with this public code. Raises ProposalUnknown."""
    return _one(db, "code", code)


def by_id(db: Store, proposal_id: str) -> Proposal:
    """Return the proposal with this id. Raises ProposalUnknown."""
    return _one(db, "id", proposal_id)


def ids(db: Store) -> list[str]:
    """Return the ids of all proposals, oldest first."""
    return [
        str(proposal_id)
        for (proposal_id,) in db.rows(
            "SELECT id FROM proposal WHERE commune_id = :commune_id ORDER BY id"
        )
    ]


def by_key(db: Store, key: str) -> Proposal | None:
    """Return what was kept under a sending's key, or None."""
    row = db.row(
        f"SELECT {COLUMNS} FROM proposal"  # noqa: S608 columns are ours
        " WHERE commune_id = :commune_id AND idempotency_key = :key",
        key=key,
    )
    return read(row) if row else None


def form_key_of(db: Store, proposal_id: str) -> str:
    """Return the key of the form that a proposal was sent with on a screen; "" for another way."""
    row = db.row(
        "SELECT idempotency_key FROM proposal WHERE commune_id = :commune_id AND id = :id",
        id=proposal_id,
    )
    way, _, form_key = str(row[0] if row else "").partition("|")
    return form_key if way == "web" else ""


def of_phone(db: Store, phone: str, status: Status) -> list[Proposal]:
    """Return the proposals of a number (E.164) that stand at `status`, oldest first."""
    return [
        read(row)
        for row in db.rows(
            f"SELECT {COLUMNS} FROM proposal"  # noqa: S608 columns are ours
            " WHERE commune_id = :commune_id AND status = :status AND id IN"
            " (SELECT proposal_id FROM author WHERE commune_id = :commune_id"
            "  AND phone = :phone AND place = 1) ORDER BY id",
            phone=db.encrypt(phone),
            status=status,
        )
    ]


def standing(db: Store, code: str) -> Standing:
    """Return where a proposal stands, for its public code. Raises ProposalUnknown."""
    row = db.row(
        "SELECT code, status, status_since, received_at, due_at,"
        " (SELECT details FROM move WHERE move.commune_id = :commune_id"
        "  AND move.proposal_id = proposal.id ORDER BY move.id DESC LIMIT 1), evaluation_year,"
        " (SELECT group_concat(kind) FROM honour WHERE honour.commune_id = :commune_id"
        "  AND honour.proposal_id = proposal.id AND (state IN ('issued', 'handed_over')"
        "  OR kind = 'award' AND state = 'decided'))"
        " FROM proposal WHERE commune_id = :commune_id AND code = :code",
        code=code,
    )
    if row is None:
        raise ProposalUnknown(code)
    code, status, since, received_at, due_at, details, year, honoured = row
    return Standing(
        code, Status(status), since, received_at, due_at, json.loads(details or "{}"), year,
        frozenset(honoured.split(",")) if honoured else frozenset(),
    )  # fmt: skip


def kept_status(db: Store, merged: Standing) -> Status | None:
    """Return where the proposal stands that is considered in place of a merged one; None for one
    that is not merged."""
    if merged.status is not Status.MERGED:
        return None
    kept_id = merges.kept_instead(db, by_code(db, merged.code).id)
    return by_id(db, kept_id).status if kept_id else None


def moves(db: Store, proposal_id: str) -> list[Move]:
    """Return a proposal's moves, oldest first."""
    return [
        Move(Status(row[0]), Status(row[1]), row[2], row[3], json.loads(row[4]))
        for row in db.rows(
            "SELECT from_status, to_status, actor, at, details FROM move"
            " WHERE commune_id = :commune_id AND proposal_id = :proposal_id ORDER BY id",
            proposal_id=proposal_id,
        )
    ]


def move(
    db: Store,
    code: str,
    wanted: Status,
    *,
    actor: str,
    at: int,
    details: Mapping[str, str] | None = None,
    seen: Status | None = None,
) -> Proposal:
    """Move a proposal along and note who moved it.

    `details` are what proposal.NEEDS asks for `wanted`; `seen` is the status the mover looked
    at. Whose hand `actor` is decides whether they may (proposal.MAKERS); what the program does by
    itself is nobody's hand. Raises ProposalUnknown, MoveStale, MoveRefused (NotTheirs),
    DetailMissing.
    """
    with writing(db):
        now = by_code(db, code)
        if seen is not None and now.status is not seen:
            raise MoveStale(now.status)
        check_move(now.status, wanted, now.merged_from)
        maker = _maker(db, actor)
        if maker is not None:
            check_maker(now.status, wanted, maker)
        said = _checked(db, now, wanted, details or {})
        changes: dict[str, Any] = {"status": wanted, "status_since": at}
        if wanted is Status.MERGED:
            changes["merged_from"] = now.status
            merges.note(db, now.id, by_code(db, said["into"]).id, at=at)
        elif now.status is Status.MERGED:
            changes["merged_from"] = None
            merges.undo(db, now.id)
        db.change(PROPOSAL, {"id": now.id}, changes)
        if not now.is_spam:
            _count(db, now.status, -1)
            _count(db, wanted, +1)
        salt = new_salt()
        written = json.dumps(said, sort_keys=True, ensure_ascii=False)
        db.insert(
            MOVE,
            {
                "id": new_id(),
                "proposal_id": now.id,
                "from_status": now.status,
                "to_status": wanted,
                "actor": actor,
                "at": at,
                "details": written,
                "salt": salt,
            },
        )
        event_log.note(
            db,
            "moved",
            now.id,
            actor,
            at,
            **{"from": now.status, "to": wanted, "content": salted(salt, written)},
        )
        return by_code(db, code)


def is_chair(db: Store, actor: str) -> bool:
    """Say whether whoever acts decides by signing."""
    return _maker(db, actor) == "chair"


def _maker(db: Store, actor: str) -> str | None:
    """Return the role of whoever acts, "sender" for the citizen, None for nobody's hand."""
    if actor == event_log.CITIZEN:
        return "sender"
    row = db.row(
        "SELECT role FROM staff_member WHERE commune_id = :commune_id AND id = :id", id=actor
    )
    return str(row[0]) if row else None


def ask_again(db: Store, code: str, *, at: int) -> Proposal:
    """Put a proposal that was not recognised back under appraisal, as its sender asks."""
    return move(
        db,
        code,
        Status.UNDER_APPRAISAL,
        actor=event_log.CITIZEN,
        at=at,
        details={"asked_again": "yes"},
        seen=Status.NOT_RECOGNISED,
    )


def assign(db: Store, code: str, staff_id: str | None, *, actor: str, at: int) -> None:
    """Give a case to one officer, or to nobody."""
    with writing(db):
        now = by_code(db, code)
        if now.assignee_id == staff_id:
            return
        db.change(PROPOSAL, {"id": now.id}, {"assignee_id": staff_id})
        event_log.note(db, "assigned", now.id, actor, at, to=staff_id)


def flag(db: Store, code: str, *, spam: bool, confidential: bool, actor: str, at: int) -> None:
    """Set the staff-only flags. A case made confidential belongs to somebody: to its assignee,
    or else to whoever flagged it, as only that one will see it from now on."""
    with writing(db):
        now = by_code(db, code)
        if (now.is_spam, now.is_confidential) == (spam, confidential):
            return
        changes: dict[str, Any] = {"is_spam": int(spam), "is_confidential": int(confidential)}
        if confidential and now.assignee_id is None:
            changes["assignee_id"] = actor
        db.change(PROPOSAL, {"id": now.id}, changes)
        if spam != now.is_spam:
            _count(db, now.status, -1 if spam else +1)
        event_log.note(db, "flagged", now.id, actor, at, spam=spam, confidential=confidential)


def classify(
    db: Store, code: str, *, category: str | None, field: str | None, actor: str, at: int
) -> None:
    """Set the category (1–8, "other" or None) and the field (1–4, "other" or None)."""
    with writing(db):
        now = by_code(db, code)
        if (now.category, now.field) == (category, field):
            return
        db.change(PROPOSAL, {"id": now.id}, {"category": category, "field": field})
        event_log.note(db, "classified", now.id, actor, at, category=category, field=field)


def transcribe(
    db: Store,
    code: str,
    *,
    title: str,
    current_state: str,
    solution: str,
    actor: str,
    at: int,
) -> Proposal:
    """Write out what a sender said or wrote by hand: the title and the two parts.

    Only where there are no words yet, or where staff wrote them out before and now put them
    right. Raises ProposalUnknown, WordsAreTheirs.
    """
    with writing(db):
        now = by_code(db, code)
        if not may_transcribe(db, now):
            raise WordsAreTheirs(code)
        words = {"title": title, "current_state": current_state, "solution": solution}
        if words == {name: getattr(now, name) for name in words}:
            return now
        before = _words_of(db, now.id)
        after = {**before, **words, "salt": new_salt()}
        changes = {**words, "title_is_own": 1, "salt": after["salt"]}
        db.change(PROPOSAL, {"id": now.id}, changes)
        index(db, now.id)
        event_log.note(
            db, "written_out", now.id, actor, at,
            content=content_of(after), replaces=content_of(before),
        )  # fmt: skip
        return by_code(db, code)


def index(db: Store, proposal_id: str) -> None:
    """Make a proposal findable by its words and by the names and units of its authors, as they
    stand; only inside `writing`."""
    now = by_id(db, proposal_id)
    who = [text for one in authors.all_of(db, now.id) for text in (one.name, one.unit)]
    search.index(
        db, now.id, now.title, now.current_state, now.solution, now.expected_effect, *who
    )  # fmt: skip


def may_transcribe(db: Store, proposal: Proposal) -> bool:
    """Say whether staff may write out this proposal's words: nobody did, or they did."""
    if not (proposal.title or proposal.current_state or proposal.solution):
        return True
    return any(event_log.has(db, proposal.id, kind) for kind in ("written_out", "entered"))


def _words_of(db: Store, proposal_id: str) -> dict[str, Any]:
    row = db.row(
        f"SELECT {', '.join(_SPOKEN)} FROM proposal"  # noqa: S608 the names are ours
        " WHERE commune_id = :commune_id AND id = :id",
        id=proposal_id,
    )
    return dict(zip(_SPOKEN, row or (), strict=True))


def read(row: tuple[Any, ...]) -> Proposal:
    """Return the proposal of a row selected with COLUMNS."""
    values = list(row)
    values[2] = Status(values[2])
    for at in (6, 8, 27, 29, 30):
        values[at] = bool(values[at])
    for at in (12, 15):  # most are empty, and lists are read by the page
        values[at] = () if values[at] == "[]" else tuple(json.loads(values[at]))
    values[31] = Status(values[31]) if values[31] else None
    return Proposal(*values)


def _one(db: Store, column: str, value: str) -> Proposal:
    row = db.row(
        f"SELECT {COLUMNS} FROM proposal"  # noqa: S608 columns are ours
        f" WHERE commune_id = :commune_id AND {column} = :value",
        value=value,
    )
    if row is None:
        raise ProposalUnknown(value)
    return read(row)


def _new_row(
    db: Store,
    new: NewProposal,
    arrival: Arrival,
    key: str,
    fingerprint: str,
    receipt_key: bytes,
    zone: ZoneInfo,
    code: str | None,
) -> dict[str, Any]:
    received = clock.to_local(arrival.received_at, zone)
    campaign = campaigns.campaign_of(db, received.year)
    counted = evaluation_year(new.participant_type, new.insider, received, campaign.cutoff)
    due = clock.add_working_days(received.date(), campaign.service_days)
    return {
        "id": new_id(),
        "code": receipts.claim(db, code, key=receipt_key, at=arrival.kept_at)
        if code
        else receipts.mint(db, key=receipt_key, at=arrival.kept_at),
        "status": Status.RECEIVED,
        "status_since": arrival.received_at,
        "channel": new.channel,
        "participant_type": new.participant_type,
        "insider": int(new.insider),
        "title": new.title,
        "title_is_own": int(new.title_is_own),
        "current_state": new.current_state,
        "solution": new.solution,
        "expected_effect": new.expected_effect,
        "effects": json.dumps(new.effects),
        "maturity": new.maturity,
        "category": new.category,
        "more_categories": json.dumps(new.more_categories),
        "field": None,
        "residence": new.residence,
        "hamlet": new.hamlet,
        "mobiliser": new.mobiliser,
        "device_id": arrival.device_id,
        "received_at": arrival.received_at,
        "arrived_at": arrival.arrived_at,
        "registered_at": arrival.kept_at,
        "due_at": clock.end_of_day(due, zone),
        "evaluation_year": counted.year,
        "evaluation_rule": counted.rule,
        "on_the_line": int(counted.on_the_line),
        "assignee_id": None,
        "is_spam": 0,
        "is_confidential": 0,
        "merged_from": None,
        "idempotency_key": key,
        "fingerprint": fingerprint,
        "salt": new_salt(),
    }


def _findable(new: NewProposal) -> tuple[str, ...]:
    return (new.title, new.current_state, new.solution, new.expected_effect, new.name, new.unit)


def _checked(
    db: Store, now: Proposal, wanted: Status, details: Mapping[str, str]
) -> dict[str, str]:
    """Return what a move was given, sound and complete. Raises DetailMissing, MoveRefused."""
    said = {name: value.strip() for name, value in details.items() if value and value.strip()}
    needed = NEEDS.get(wanted, ())
    if now.status is Status.MERGED:  # undoing a merge asks for nothing
        needed = ()
    missing = tuple(name for name in needed if not said.get(name))
    missing += tuple(name for name in DATES if name in said and not _is_date(said[name]))
    if missing:
        raise DetailMissing(missing)
    if wanted is Status.MERGED:
        said["into_received"] = str(_merge_target(db, now, said["into"]).received_at)
    return said


def _merge_target(db: Store, now: Proposal, code: str) -> Proposal:
    """Return the case to merge into; its day of receipt is what the merged one's sender is told."""
    try:
        target = by_code(db, code)
    except ProposalUnknown:
        raise DetailMissing(("into",)) from None
    if target.id == now.id or target.status in NO_MERGE_INTO:
        raise MoveRefused("a case can only be merged into another living case")
    return target


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _count(db: Store, status: Status, by: int) -> None:
    db.write(
        "INSERT INTO status_count (commune_id, status, count) VALUES (:commune_id, :status, :by)"
        " ON CONFLICT (commune_id, status) DO UPDATE SET count = status_count.count + :by",
        status=status,
        by=by,
    )
