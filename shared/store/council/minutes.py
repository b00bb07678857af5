"""What only a person can say of a council's session: when it began and ended, the words of its
chair, opinions that somebody reserved. One record a session; the rest of the minutes is counted."""

from dataclasses import asdict, dataclass

from shared.db import checksums
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note


@dataclass(frozen=True)
class Minutes:
    """A session's record: hours as "14:05", `ended_on` as YYYY-MM-DD, each "" until it is known."""

    began: str = ""
    ended: str = ""
    ended_on: str = ""
    closing: str = ""
    reserved: str = ""


def of_session(db: Store, session_id: str) -> Minutes | None:
    """Return what was written down of a session, or None."""
    row = db.row(
        "SELECT began, ended, ended_on, closing, reserved FROM council_minutes"
        " WHERE commune_id = :commune_id AND session_id = :session_id",
        session_id=session_id,
    )
    return Minutes(*row) if row else None


def keep(db: Store, session_id: str, said: Minutes, *, actor: str, at: int) -> None:
    """Keep it in place of what was there; the same again changes nothing."""
    with writing(db):
        known = of_session(db, session_id)
        if known == said:
            return
        if known is None:
            checksums.insert(
                db, "council_minutes", {"id": new_id(), "session_id": session_id, **asdict(said)}
            )
        else:
            checksums.change(db, "council_minutes", {"session_id": session_id}, asdict(said))
        note(db, "council_minutes_kept", None, actor, at, session=session_id)
