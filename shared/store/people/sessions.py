"""Who is logged in, from where and since when. Only the browser knows the token.

staff.who_has says which member a session belongs to.
"""

from typing import Any

from shared.db.card import Table, Whose, ident, instant, text
from shared.db.connection import Store, StoreUnavailable, clear_out, writing
from shared.db.event_log import new_id, note
from shared.domain.record import Record

SESSION: Table[Any] = Table(
    "session",
    None,
    {
        "id": ident(),
        "token_hash": ident(),
        "staff_id": ident(),
        "address": text(Whose.STAFF),
        "browser": text(Whose.STAFF),
        "created_at": instant(),
        "seen_at": instant(),
    },
    unique=(("token_hash",),),
    foreign={"staff_id": "staff_member"},
    indexes={"session_of_staff": "staff_id"},
    left_out="opens the staff app",
)


IDLE = 30 * 60 * 1000
ABSOLUTE = 10 * 60 * 60 * 1000
# How far a clock may be set back before logged-in members must log in again.
CLOCK_TOLERANCE = 60_000
# At most one look a minute is recorded, which saves a write on each page.
_EVERY = 60_000
# A valid session: not idle, not too old, and not from a future that a wrong clock made.
LIVES = "session.seen_at >= :idle AND session.created_at >= :oldest AND session.seen_at <= :ahead"


class Where(Record):
    """Where somebody logs in from: the address, and the browser in words ("" for unknown)."""

    address: str
    browser: str


class StaffSession(Record):
    """A logged-in member; instants are ms UTC."""

    id: str
    token_hash: str
    staff_id: str
    where: Where
    created_at: int
    seen_at: int


def begin(db: Store, staff_id: str, token_hash: str, where: Where, *, at: int) -> None:
    """Begin a session."""
    with writing(db):
        forget_over(db, at=at)
        db.write(
            "INSERT INTO session (commune_id, id, token_hash, staff_id, address, browser,"
            " created_at, seen_at)"
            " VALUES (:commune_id, :id, :token_hash, :staff_id, :address, :browser, :at, :at)",
            id=new_id(),
            token_hash=token_hash,
            staff_id=staff_id,
            address=where.address,
            browser=where.browser,
            at=at,
        )
        note(db, "logged_in", None, staff_id, at)


def bounds(at: int) -> dict[str, int]:
    """Return the values that LIVES compares with, at an instant (ms UTC)."""
    return {"idle": at - IDLE, "oldest": at - ABSOLUTE, "ahead": at + CLOCK_TOLERANCE}


def touch(db: Store, token_hash: str, seen_at: int, *, at: int) -> None:
    """Record that a session last seen at `seen_at` is in use."""
    if at - seen_at <= _EVERY:
        return
    try:
        with writing(db):
            db.write(
                "UPDATE session SET seen_at = :at"
                " WHERE commune_id = :commune_id AND token_hash = :token_hash",
                token_hash=token_hash,
                at=at,
            )
    except StoreUnavailable:
        pass  # a busy or full store must not keep the office from reading


def living(db: Store, *, at: int) -> list[StaffSession]:
    """Return everybody's valid sessions, last seen first."""
    return [
        StaffSession(row[0], row[1], row[2], Where(row[3], row[4]), row[5], row[6])
        for row in db.rows(
            "SELECT id, token_hash, staff_id, address, browser, created_at, seen_at FROM session"  # noqa: S608
            f" WHERE commune_id = :commune_id AND {LIVES} ORDER BY seen_at DESC, id DESC",
            **bounds(at),
        )
    ]


def end(db: Store, token_hash: str) -> None:
    """End one session by its token, as its holder wants."""
    with writing(db):
        db.write(
            "DELETE FROM session WHERE commune_id = :commune_id AND token_hash = :token_hash",
            token_hash=token_hash,
        )


def end_one(db: Store, staff_id: str, session_id: str, *, actor: str, at: int) -> bool:
    """End one session of a member by its id; False if they have none with that id."""
    with writing(db):
        ended = db.write(
            "DELETE FROM session WHERE commune_id = :commune_id AND staff_id = :staff_id"
            " AND id = :session_id",
            staff_id=staff_id,
            session_id=session_id,
        )
        if ended:
            note(db, "sessions_ended", None, actor, at, staff=staff_id, sessions=ended)
        return bool(ended)


def end_all_of(db: Store, staff_id: str, *, but: str = "") -> int:
    """End every session of a member except that of a token's hash; return how many."""
    with writing(db):
        return db.write(
            "DELETE FROM session WHERE commune_id = :commune_id AND staff_id = :staff_id"
            " AND token_hash <> :but",
            staff_id=staff_id,
            but=but,
        )


def log_out(db: Store, staff_id: str, *, but: str = "", actor: str, at: int) -> None:
    """End them as an action of its own, which is recorded."""
    with writing(db):
        ended = end_all_of(db, staff_id, but=but)
        if ended:
            note(db, "sessions_ended", None, actor, at, staff=staff_id, sessions=ended)


def end_everybodys(db: Store) -> None:
    """End every session of everybody; only inside `writing`."""
    db.write("DELETE FROM session WHERE commune_id = :commune_id")


def forget_over(db: Store, *, at: int) -> None:
    """Delete the sessions that are over, with the addresses in them; nothing is written while there
    is none."""
    clear_out(db, SESSION, f"NOT ({LIVES})", **bounds(at))
