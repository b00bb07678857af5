"""Council sessions and their members.

A guest without a login is a name on the session: heard, and not counted.
"""

from collections.abc import Collection, Iterable
from typing import Any

from shared.db.card import (
    ExportSheet,
    Table,
    Whose,
    choice,
    day,
    ident,
    in_export,
    instant,
    number,
    text,
)
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.db.pages import PAGE_LINES, Page, page_of, read_mark
from shared.db.rows import columns_of
from shared.domain import rubric
from shared.domain.record import Record
from shared.domain.rubric import Rubric
from shared.store.council import sittings
from shared.store.office import campaigns


def _lines(kept: str) -> tuple[str, ...]:
    return tuple(kept.splitlines())


class SessionUnknown(Exception):
    """No session, or no idea of it, has that id."""


class SessionClosed(Exception):
    """The session is over."""


class YearFixed(Exception):
    """Sheets were written by the rules of its year, so the session stays in it."""


class NotYours(Exception):
    """The asker has no seat here, is not present, does not judge this idea, or is no secretary."""


class NewSession(Record):
    """What opening a session takes; `held_on` is YYYY-MM-DD, `guests` names without a login."""

    year: int
    held_on: str
    place: str
    chair_id: str
    secretary_id: str
    members: tuple[str, ...]
    guests: tuple[str, ...] = ()


class CouncilSession(Record):
    """A session. `rubric` is the campaign's on the day it was opened: a later change of the plan
    changes no sheet. Instants are ms UTC."""

    id: str
    year: int
    held_on: str
    place: str
    chair_id: str
    secretary_id: str
    guests: tuple[str, ...]
    rubric: Rubric
    opened_at: int
    closed_at: int | None


COUNCIL_SESSION = Table(
    "council_session",
    CouncilSession,
    {
        "id": ident(exported=in_export()),
        "key": ident(),
        "year": number(exported=in_export()),
        "held_on": day(exported=in_export()),
        "place": text(Whose.STAFF, exported=in_export(head="where")),
        "chair_id": ident(exported=in_export("person")),
        "secretary_id": ident(exported=in_export("person")),
        "guests": text(Whose.STAFF, read=_lines, write="\n".join, exported=in_export("name")),
        "rubric": text(Whose.NOBODY, read=rubric.from_json, write=rubric.to_json),
        "opened_at": instant(exported=in_export()),
        "closed_at": instant(null=True, exported=in_export()),
    },
    unique=(("key",),),
    foreign={"chair_id": "staff_member", "secretary_id": "staff_member"},
    indexes={
        "council_session_by_day": "held_on, id",
        "council_session_open": "held_on, id WHERE closed_at IS NULL",
    },
    sealed=True,
    sheet=ExportSheet("phien-hop"),
    on_write=sittings.of_session,
)
_LATEST_FIRST = "held_on DESC, id DESC"


class Seat(Record):
    """A member's seat; `why` says why it is empty."""

    staff_id: str
    name: str
    state: str
    why: str


COUNCIL_SEAT: Table[Any] = Table(
    "council_seat",
    None,
    {
        "id": ident(),
        "session_id": ident(exported=in_export()),
        "staff_id": ident(exported=in_export("person")),
        "state": choice(("present", "absent", "left"), exported=in_export()),
        "why": text(Whose.STAFF, exported=in_export()),
    },
    unique=(("session_id", "staff_id"),),
    foreign={"session_id": "council_session", "staff_id": "staff_member"},
    sealed=True,
    sheet=ExportSheet("thanh-vien"),
    on_write=sittings.of_seat,
)


def open_session(db: Store, new: NewSession, *, key: str, actor: str, at: int) -> str:
    """Open a session at once and return its id; the same key again returns the first one."""
    return write_down(db, new, "council_opened", key=key, actor=actor, at=at)


def write_down(db: Store, new: NewSession, kind: str, *, key: str, actor: str, at: int) -> str:
    """Keep a session, with an event of that kind, and return its id; the same key again returns the
    first one."""
    with writing(db):
        known = db.row(
            "SELECT id FROM council_session WHERE commune_id = :commune_id AND key = :key", key=key
        )
        if known is not None:
            return str(known[0])
        session_id = new_id()
        rules = campaigns.campaign_of(db, new.year).rubric
        row = CouncilSession(
            session_id, new.year, new.held_on, new.place, new.chair_id, new.secretary_id,
            new.guests, rules, at, None,
        )  # fmt: skip
        db.insert(COUNCIL_SESSION, row, key=key)
        for staff_id in dict.fromkeys(new.members):
            _seat(db, session_id, staff_id)
        note(db, kind, None, actor, at, session=session_id)
        return session_id


def put_right(db: Store, before: CouncilSession, new: NewSession) -> bool:
    """Change a session to what `new` says and return whether anything changed; only inside
    `writing`. Members may be added, and taken away who have no sheet. Raises YearFixed."""
    changes: dict[str, Any] = {
        "held_on": new.held_on, "place": new.place, "chair_id": new.chair_id,
        "secretary_id": new.secretary_id, "guests": new.guests,
    }  # fmt: skip
    if new.year != before.year:
        if _has_sheets(db, before.id):
            raise YearFixed(before.id)
        rules = campaigns.campaign_of(db, new.year).rubric
        changes |= {"year": new.year, "rubric": rules}
    differs = {name: now for name, now in changes.items() if getattr(before, name) != now}
    if differs:
        db.change(COUNCIL_SESSION, {"id": before.id}, differs)
    return _change_seats(db, before.id, new.members) or bool(differs)


def _change_seats(db: Store, session_id: str, members: Collection[str]) -> bool:
    seated = {seat.staff_id for seat in seats_of(db, session_id)}
    for staff_id in members:
        if staff_id not in seated:
            _seat(db, session_id, staff_id)
    gone = seated - set(members)
    for staff_id in gone:
        db.write(
            "DELETE FROM council_seat WHERE commune_id = :commune_id AND session_id = :session_id"
            " AND staff_id = :staff_id AND NOT EXISTS (SELECT 1 FROM council_sheet"
            " JOIN council_item ON council_item.commune_id = :commune_id"
            " AND council_item.id = item_id WHERE council_sheet.commune_id = :commune_id"
            " AND council_sheet.staff_id = :staff_id AND council_item.session_id = :session_id)",
            session_id=session_id, staff_id=staff_id,
        )  # fmt: skip
        sittings.forget_left(db, session_id, staff_id)
    return bool(gone or set(members) - seated)


def _seat(db: Store, session_id: str, staff_id: str) -> None:
    row = {"session_id": session_id, "staff_id": staff_id, "state": "present", "why": ""}
    db.insert(COUNCIL_SEAT, {"id": new_id(), **row})


def _has_sheets(db: Store, session_id: str) -> bool:
    return (
        db.row(
            "SELECT 1 FROM council_sheet JOIN council_item"
            " ON council_item.commune_id = :commune_id AND council_item.id = item_id"
            " WHERE council_sheet.commune_id = :commune_id AND session_id = :session_id",
            session_id=session_id,
        )
        is not None
    )


def sessions(db: Store) -> list[CouncilSession]:
    """Return all sessions, the latest first."""
    return db.all(COUNCIL_SESSION, f"ORDER BY {_LATEST_FIRST}")


def not_over(db: Store) -> list[CouncilSession]:
    """Return the sessions that are not closed, planned ones too, the latest first."""
    return db.all(COUNCIL_SESSION, f"closed_at IS NULL ORDER BY {_LATEST_FIRST}")


def last_closed(db: Store) -> CouncilSession | None:
    """Return the latest session that was closed, or None."""
    return db.get(COUNCIL_SESSION, f"closed_at IS NOT NULL ORDER BY {_LATEST_FIRST} LIMIT 1")


# CROSS: by the order of the member's days; of each the session is then looked up.
_OF_MEMBER = (
    f"SELECT {columns_of(COUNCIL_SESSION, 'council_session')} FROM council_sitting"  # noqa: S608 ours
    " CROSS JOIN council_session WHERE council_sitting.commune_id = :commune_id"
    " AND council_session.commune_id = :commune_id"
    " AND council_session.id = council_sitting.session_id AND council_sitting.staff_id = :of"
    " AND (council_sitting.held_on, council_sitting.session_id) < (:held_on, :id)"
    " ORDER BY council_sitting.held_on DESC, council_sitting.session_id DESC"
    f" LIMIT {PAGE_LINES + 1}"
)


def page(db: Store, of: str | None, after: str) -> Page[CouncilSession]:
    """Return one page of the sessions, the latest first: the first, or the one after a mark; with
    `of` (a staff id) those of a member."""
    held_on, session_id = read_mark(after, str, str) or ("9999", "")  # behind every day
    if of is None:
        which = f"(held_on, id) < (:held_on, :id) ORDER BY {_LATEST_FIRST} LIMIT {PAGE_LINES + 1}"
        found = db.all(COUNCIL_SESSION, which, held_on=held_on, id=session_id)
    else:
        rows = db.rows(_OF_MEMBER, of=of, held_on=held_on, id=session_id)
        found = [db.value(COUNCIL_SESSION, row) for row in rows]
    return page_of(found, lambda one: (one.held_on, one.id))


def held_within(db: Store, first: str, last: str) -> list[CouncilSession]:
    """Return the sessions from one day to another (YYYY-MM-DD), the latest first."""
    which = f"held_on BETWEEN :first AND :last ORDER BY {_LATEST_FIRST}"
    return db.all(COUNCIL_SESSION, which, first=first, last=last)


def seat(
    db: Store, session_id: str, states: Iterable[tuple[str, str, str]], *, actor: str, at: int
) -> None:
    """Record who came, stays away or left: (staff id, state, why) of each; what is so already
    changes nothing. Raises SessionUnknown, SessionClosed."""
    with writing(db):
        still_open(db, session_id)
        known = {one.staff_id: (one.state, one.why) for one in seats_of(db, session_id)}
        for staff_id, state, why in states:
            if staff_id not in known:
                raise SessionUnknown(staff_id)
            if known[staff_id] == (state, why):
                continue
            key = {"session_id": session_id, "staff_id": staff_id}
            db.change(COUNCIL_SEAT, key, {"state": state, "why": why})
            note(db, "council_seat_changed", None, actor, at, staff=staff_id, state=state)


def close(db: Store, session_id: str, *, actor: str, at: int) -> None:
    """End a session; what is not concluded waits for another one. A second time changes nothing.
    Raises SessionUnknown."""
    with writing(db):
        if by_id(db, session_id).closed_at is None:
            db.change(COUNCIL_SESSION, {"id": session_id}, {"closed_at": at})
            note(db, "council_closed", None, actor, at, session=session_id)


def by_id(db: Store, session_id: str) -> CouncilSession:
    """Return a session. Raises SessionUnknown."""
    found = db.get(COUNCIL_SESSION, "id = :id", id=session_id)
    if found is None:
        raise SessionUnknown(session_id)
    return found


def still_open(db: Store, session_id: str) -> CouncilSession:
    """Return an open session. Raises SessionUnknown, SessionClosed."""
    session = by_id(db, session_id)
    if session.closed_at is not None:
        raise SessionClosed(session_id)
    return session


def seats_of(db: Store, session_id: str) -> list[Seat]:
    """Return the members of a session, in the order they were called."""
    return [
        Seat(*row)
        for row in db.rows(
            "SELECT staff_id, name, state, why FROM council_seat JOIN staff_member"
            " ON staff_member.commune_id = :commune_id AND staff_member.id = staff_id"
            " WHERE council_seat.commune_id = :commune_id AND session_id = :session_id"
            " ORDER BY council_seat.id",
            session_id=session_id,
        )
    ]


def seat_of(db: Store, session_id: str, staff_id: str) -> Seat:
    """Return a member's seat. Raises NotYours."""
    for one in seats_of(db, session_id):
        if one.staff_id == staff_id:
            return one
    raise NotYours(staff_id)
