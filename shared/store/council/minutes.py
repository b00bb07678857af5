"""What only a person can say of a council's session: when it began and ended, its chair's words,
reserved opinions. One record a session; the rest of the minutes is computed."""

from typing import Any

from shared.db.card import ExportSheet, Table, Whose, day, ident, in_export, text
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.domain.record import Record, asdict

COUNCIL_MINUTES: Table[Any] = Table(
    "council_minutes",
    None,
    {
        "id": ident(),
        "session_id": ident(exported=in_export()),
        "began": text(Whose.NOBODY, exported=in_export()),
        "ended": text(Whose.NOBODY, exported=in_export()),
        "ended_on": day(exported=in_export()),
        "closing": text(Whose.NOBODY, exported=in_export()),
        "reserved": text(Whose.NOBODY, exported=in_export()),
    },
    unique=(("session_id",),),
    foreign={"session_id": "council_session"},
    sealed=True,
    sheet=ExportSheet("bien-ban"),
)


class Minutes(Record):
    """A session's record: hours as "14:05", `ended_on` as YYYY-MM-DD, each "" until it is known."""

    began: str = ""
    ended: str = ""
    ended_on: str = ""
    closing: str = ""
    reserved: str = ""


def of_session(db: Store, session_id: str) -> Minutes | None:
    """Return the record of a session, or None."""
    row = db.row(
        "SELECT began, ended, ended_on, closing, reserved FROM council_minutes"
        " WHERE commune_id = :commune_id AND session_id = :session_id",
        session_id=session_id,
    )
    return Minutes(*row) if row else None


def keep(db: Store, session_id: str, said: Minutes, *, actor: str, at: int) -> None:
    """Replace the record; the same again changes nothing."""
    with writing(db):
        known = of_session(db, session_id)
        if known == said:
            return
        if known is None:
            db.insert(COUNCIL_MINUTES, {"id": new_id(), "session_id": session_id, **asdict(said)})
        else:
            db.change(COUNCIL_MINUTES, {"session_id": session_id}, asdict(said))
        note(db, "council_minutes_kept", None, actor, at, session=session_id)
