"""The call-back list: people who asked by SMS, called and said nothing, or missed us.

Each reason is a row; a number is one line of the list, however often it asked.
"""

from collections.abc import Callable

from shared.db.card import ExportSheet, Table, Whose, choice, ident, in_export, instant, text
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.db.pages import PAGE_LINES, Page, page_of, read_mark
from shared.db.rows import columns_of
from shared.domain import clock
from shared.domain import phone as phones
from shared.domain.record import Record
from shared.store.messages import opt_outs, outgoing

# Asked by the SMS word GOI; a call that left no recording; a call the gateway's phone missed.
REASONS = ("asked", "no_recording", "missed")


# A call that is still going on is not on the list: the longest lasts about nine minutes.
CALL_LASTS = 10 * clock.MINUTE


class CallBack(Record):
    """Somebody to call, or a call that came: `phone` is E.164, "" if the caller hid it, `at` the
    moment they asked or called, `proposal_id` what they said after all (then nobody need call)."""

    id: str
    phone: str
    why: str
    at: int
    proposal_id: str | None
    done_by: str | None
    done_at: int | None
    note: str


# Settled, until it is forgotten (workflows/retention.py).
SETTLED = "phone || note <> '' AND (done_at IS NOT NULL OR proposal_id IS NOT NULL)"
CALL_BACK = Table(
    "call_back",
    CallBack,
    {
        "id": ident(),
        "key": ident(),
        "phone": text(Whose.DETAILS, encrypted=True, exported=in_export("phone")),
        "why": choice(REASONS, exported=in_export()),
        "at": instant(exported=in_export()),
        "open_from": instant(),
        "proposal_id": ident(null=True, exported=in_export()),
        "done_by": ident(null=True, exported=in_export("person")),
        "done_at": instant(null=True, exported=in_export()),
        "note": text(Whose.ANSWER, exported=in_export("said")),
    },
    unique=(("key",),),
    foreign={"proposal_id": "proposal"},
    indexes={
        "call_back_done": "done_at, id WHERE done_at IS NOT NULL",
        "call_back_by_phone": "phone, at",
        "call_back_waits": "at, id WHERE done_at IS NULL AND proposal_id IS NULL AND phone <> ''",
        "call_back_settled": f"at WHERE {SETTLED}",
    },
    of_commune=True,
    sealed=True,
    sheet=ExportSheet("goi-lai"),
)


# Each number stands on the list at its open row that came first, and with the one that came last.
_IS_OPEN = (
    "{0}.done_at IS NULL AND {0}.proposal_id IS NULL AND {0}.phone <> '' AND {0}.open_from <= :now"
)
_OTHER = (
    f"FROM call_back AS other WHERE other.commune_id = :commune_id AND {_IS_OPEN.format('other')}"
    " AND other.phone = call_back.phone"
)
_WAITING = (
    # LEFT: there always is one, and whoever only counts the numbers does not look for it.
    f" FROM call_back LEFT JOIN call_back AS newest ON newest.commune_id = :commune_id"
    " AND newest.id ="
    f" (SELECT other.id {_OTHER} ORDER BY other.at DESC, other.id DESC LIMIT 1)"
    f" WHERE call_back.commune_id = :commune_id AND {_IS_OPEN.format('call_back')}"
    f" AND NOT EXISTS (SELECT 1 {_OTHER} AND (other.at, other.id) < (call_back.at, call_back.id))"
)


def add(
    db: Store, *, key: str, phone: str, why: str, at: int, open_from: int | None = None
) -> bool:
    """Put a number on the list, once per `key`, from `open_from` (ms UTC, at once if None); only
    inside `writing`. Return whether it is new."""
    if by_key(db, key) is not None:
        return False
    db.insert(
        CALL_BACK,
        {
            "id": new_id(),
            "key": key,
            "phone": phone,
            "why": why,
            "at": at,
            "open_from": at if open_from is None else open_from,
            "proposal_id": None,
            "done_by": None,
            "done_at": None,
            "note": "",
        },
    )
    return True


def missed(
    db: Store, phone: str, *, key: str, actor: str, at: int, due: Callable[[], int] | None = None
) -> bool:
    """Put a number on the list that called the gateway's phone in vain, once per `key`, and queue
    the SMS that says so: to a mobile that did not ask for silence, once an hour, at once or when
    `due` says (ms UTC). Return whether it is new."""
    with writing(db):
        if not add(db, key=key, phone=phone, why="missed", at=at):
            return False
        note(db, "missed_call_noted", None, actor, at)
        if _may_be_told(db, phone, at):
            outgoing.tell(
                db, phone, "missed_call", {},
                dedupe=f"call_back|{key}", at=at, due_at=due() if due else None,
            )  # fmt: skip
        return True


def is_listed_since(db: Store, phone: str, since: int) -> bool:
    """Say whether a number (E.164) came on the list since an instant (ms UTC), settled or not."""
    return (
        db.get(
            CALL_BACK,
            "phone = :phone AND at >= :since LIMIT 1",
            phone=db.encrypt(phone),
            since=since,
        )
        is not None
    )


def recorded(db: Store, key: str, proposal_id: str) -> None:
    """Record that the call of `key` left a recording after all; only inside `writing`."""
    db.change(CALL_BACK, {"key": key}, {"proposal_id": proposal_id})


def ended(db: Store, key: str, *, at: int) -> None:
    """Record that the call of `key` is over: without a recording it is on the list now; only inside
    `writing`."""
    db.change(CALL_BACK, {"key": key}, {"open_from": at})


def done(db: Store, call_back_id: str, *, actor: str, at: int, text: str = "") -> bool:
    """Record that somebody called: every open row of this number up to that one is done. Return
    False if it was done already or never existed."""
    with writing(db):
        found = by_id(db, call_back_id)
        if found is None or found.done_at is not None:
            return False
        for (row_id,) in db.rows(
            "SELECT id FROM call_back WHERE commune_id = :commune_id AND phone = :phone"
            " AND at <= :latest AND done_at IS NULL AND proposal_id IS NULL",
            phone=db.encrypt(found.phone),
            latest=found.at,
        ):
            changes = {"done_by": actor, "done_at": at, "note": text}
            db.change(CALL_BACK, {"id": row_id}, changes)
        note(db, "called_back", None, actor, at, call_back=call_back_id)
        return True


def forget_number(db: Store, number: str) -> None:
    """Take a number off the list, for an erasure; only inside `writing`."""
    for (row_id,) in db.rows(
        "SELECT id FROM call_back WHERE commune_id = :commune_id AND phone = :number",
        number=db.encrypt(number),
    ):
        db.change(CALL_BACK, {"id": row_id}, {"phone": "", "note": ""})


def note_view(db: Store, call_back_id: str, *, actor: str, at: int) -> None:
    """Record that somebody looked at a number of the list."""
    with writing(db):
        note(db, "viewed_personal_details", None, actor, at, call_back=call_back_id)


def waiting(db: Store, *, now: int, limit: int = PAGE_LINES) -> list[CallBack]:
    """Return whom to call, one line a number (its newest row), the longest waiting first."""
    return [one for *_, one in _waiting(db, "", now, limit)]


def waiting_page(db: Store, now: int, after: str) -> Page[CallBack]:
    """Return one page of the same: the first, or the one after a mark."""
    at, row_id = read_mark(after, int, str) or (0, "")
    which = " AND (call_back.at, call_back.id) > (:at, :id)"
    page = page_of(_waiting(db, which, now, PAGE_LINES + 1, at=at, id=row_id), lambda one: one[:2])
    return Page([one for *_, one in page.lines], page.after)


def _waiting(
    db: Store, which: str, now: int, limit: int, **params: object
) -> list[tuple[int, str, CallBack]]:
    """Return the place of each number on the list, which is when it first asked, and its newest
    row."""
    found = db.rows(
        f"SELECT call_back.at, call_back.id, {columns_of(CALL_BACK, 'newest')}"
        f"{_WAITING}{which} ORDER BY call_back.at, call_back.id LIMIT {limit}",
        now=now,
        **params,
    )
    return [(at, first, db.value(CALL_BACK, newest)) for at, first, *newest in found]


def lately_done(db: Store, limit: int = 20) -> list[CallBack]:
    """Return whom somebody called, newest first."""
    return db.all(CALL_BACK, f"done_at IS NOT NULL ORDER BY done_at DESC, id DESC LIMIT {limit}")


def by_id(db: Store, call_back_id: str) -> CallBack | None:
    """Return one row, or None."""
    return db.get(CALL_BACK, "id = :id", id=call_back_id)


def by_key(db: Store, key: str) -> CallBack | None:
    """Return the row that `key` brought, or None."""
    return db.get(CALL_BACK, "key = :key", key=key)


def _may_be_told(db: Store, phone: str, at: int) -> bool:
    return (
        phones.read_sender(phone).kind == "mobile"
        and not opt_outs.has(db, phone)
        and not outgoing.was_told(db, phone, "missed_call", since=at - clock.HOUR)
    )
