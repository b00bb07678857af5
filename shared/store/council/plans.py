"""How a council's session was planned, and its opening. A session without a plan was open from the
moment it was written down."""

from collections.abc import Mapping

from shared.db.card import ExportSheet, Table, Whose, ident, in_export, instant, text
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.domain.record import Record, asdict
from shared.store.council import sessions
from shared.store.council.sessions import NewSession


class NotBegun(Exception):
    """The session is planned: nothing is decided before it opens."""


class SessionPlan(Record):
    """`begins` is an hour as "14:05", `agenda` one point a line; `begun_at` is when the session was
    opened (ms UTC), None before."""

    begins: str
    agenda: str
    begun_at: int | None


COUNCIL_PLAN = Table(
    "council_plan",
    SessionPlan,
    {
        "id": ident(),
        "session_id": ident(exported=in_export()),
        "begins": text(Whose.NOBODY, exported=in_export()),
        "agenda": text(Whose.NOBODY, exported=in_export()),
        "begun_at": instant(null=True, exported=in_export()),
    },
    unique=(("session_id",),),
    foreign={"session_id": "council_session"},
    indexes={"council_plan_waits": "session_id WHERE begun_at IS NULL"},
    sealed=True,
    sheet=ExportSheet("lich-hop"),
)


def plan(
    db: Store, new: NewSession, begins: str, agenda: str, *, key: str, actor: str, at: int
) -> str:
    """Plan a session and return its id; the same key again returns the first one."""
    with writing(db):
        session_id = sessions.write_down(db, new, "council_planned", key=key, actor=actor, at=at)
        if _kept(db, session_id) is None:
            row = SessionPlan(begins, agenda, None)
            db.insert(COUNCIL_PLAN, row, id=new_id(), session_id=session_id)
        return session_id


def of_session(db: Store, session_id: str) -> SessionPlan:
    """Return the plan of a session; one without a plan is open since it was written down. Raises
    SessionUnknown."""
    opened_at = sessions.by_id(db, session_id).opened_at
    return _kept(db, session_id) or SessionPlan("", "", opened_at)


def planned(db: Store) -> set[str]:
    """Return the ids of the sessions that are not opened yet."""
    return {
        str(row[0])
        for row in db.rows(
            "SELECT session_id FROM council_plan"
            " WHERE commune_id = :commune_id AND begun_at IS NULL"
        )
    }


def begin(db: Store, session_id: str, *, actor: str, at: int) -> None:
    """Open a session; a second time changes nothing. Raises SessionUnknown, SessionClosed."""
    with writing(db):
        sessions.still_open(db, session_id)
        if of_session(db, session_id).begun_at is None:
            db.change(COUNCIL_PLAN, {"session_id": session_id}, {"begun_at": at})
            note(db, "council_opened", None, actor, at, session=session_id)


def put_right(
    db: Store, session_id: str, new: NewSession, begins: str, agenda: str, reason: str, *,
    actor: str, at: int,
) -> None:  # fmt: skip
    """Put a session's day, hour, place, agenda and people right, and keep why; the same again
    changes nothing. Raises SessionUnknown, and what sessions.put_right raises."""
    with writing(db):
        before = sessions.by_id(db, session_id)
        was = of_session(db, session_id)
        said = {"begins": begins, "agenda": agenda}
        is_changed = sessions.put_right(db, before, new)
        if {name: asdict(was)[name] for name in said} != said:
            is_changed = True
            if not db.change(COUNCIL_PLAN, {"session_id": session_id}, said):
                row = {**said, "begun_at": was.begun_at}
                db.insert(COUNCIL_PLAN, {"id": new_id(), "session_id": session_id, **row})
        if is_changed:
            days: Mapping[str, str] = {"was": before.held_on, "now": new.held_on}
            note(
                db, "council_put_right", None, actor, at,
                session=session_id, reason=reason, **days,
            )  # fmt: skip


def check_begun(db: Store, session_id: str) -> None:
    """Raise NotBegun while a session is only planned."""
    if of_session(db, session_id).begun_at is None:
        raise NotBegun(session_id)


def _kept(db: Store, session_id: str) -> SessionPlan | None:
    return db.get(COUNCIL_PLAN, "session_id = :session_id", session_id=session_id)
