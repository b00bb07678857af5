"""Emergency access: for an hour a member reads what otherwise only somebody else may, and says why.

kiosk/staff/break_glass.py decides who may, and what it opens.
"""

import json
from collections.abc import Mapping, Sequence

from shared.db.card import ExportSheet, Table, Whose, ident, in_export, instant, text
from shared.db.connection import Store, writing
from shared.db.event_log import LOOKED, new_id, new_salt, note, salted
from shared.db.rows import Row, columns_of
from shared.domain import clock
from shared.domain.proposal import Status, following
from shared.domain.record import Record
from shared.store.cases.visibility import CONFIDENTIAL_ONES, VISIBLE
from shared.store.people import sessions

LASTS = 60 * clock.MINUTE


class EmergencyAccess(Record):
    """One emergency access: whose (a staff id), why, from when until when; `ended_at` and
    `ended_by` if somebody ended it before. Instants are ms UTC."""

    id: str
    staff_id: str
    reason: str
    opened_at: int
    ends_at: int
    ended_at: int | None
    ended_by: str | None


OPENING = Table(
    "opening",
    EmergencyAccess,
    {
        "id": ident(),
        "staff_id": ident(exported=in_export("person")),
        "session_id": ident(),
        "reason": text(Whose.NOBODY, spoken=True, exported=in_export("said", head="why")),
        "opened_at": instant(exported=in_export()),
        "ends_at": instant(exported=in_export()),
        "ended_at": instant(null=True, exported=in_export()),
        "ended_by": ident(null=True, exported=in_export("person")),
    },
    foreign={"staff_id": "staff_member"},
    indexes={"opening_by_end": "ends_at"},
    sealed=True,
    sheet=ExportSheet("mo-khan"),
    not_archived="of who read, not of ideas",
)


class ClosedCase(Record):
    """A case that only its assignee may open, as far as a substitute must know it."""

    code: str
    status: Status
    assignee_id: str
    received_at: int
    due_at: int


# An opening ends with the session it was begun in, and one from a future that a wrong clock made
# opens nothing.
_LIVING = (
    f"SELECT {columns_of(OPENING, 'opening')} FROM opening"  # noqa: S608 columns are ours
    " JOIN session ON session.commune_id = opening.commune_id"
    " AND session.id = opening.session_id"
    " WHERE opening.commune_id = :commune_id AND opening.ends_at > :at"
    " AND opening.opened_at <= :ahead AND opening.ended_at IS NULL"
    f" AND {sessions.LIVES}"
)


def begin(db: Store, staff_id: str, token_hash: str, reason: str, *, at: int) -> None:
    """Begin an access of LASTS, in one session of a member; a present one there goes on with its
    own reason. Nothing happens if that session ended meanwhile."""
    with writing(db):
        session = db.row(
            "SELECT id FROM session WHERE commune_id = :commune_id AND token_hash = :token_hash"
            " AND staff_id = :staff_id",
            token_hash=token_hash,
            staff_id=staff_id,
        )
        if session is None or living_in(db, token_hash, at=at) is not None:
            return
        opening_id, salt = new_id(), new_salt()
        db.insert(
            OPENING,
            {
                "id": opening_id,
                "staff_id": staff_id,
                "session_id": session[0],
                "reason": reason,
                "salt": salt,
                "opened_at": at,
                "ends_at": at + LASTS,
                "ended_at": None,
                "ended_by": None,
            },
        )
        content = salted(salt, reason)
        note(db, "opening_begun", None, staff_id, at, opening=opening_id, content=content)


def living(db: Store, *, at: int) -> list[EmergencyAccess]:
    """Return the present accesses of everybody, oldest first."""
    return [
        db.value(OPENING, row)
        for row in db.rows(
            f"{_LIVING} ORDER BY opening.opened_at",
            at=at,
            **sessions.bounds(at),
        )
    ]


def living_in(db: Store, token_hash: str, *, at: int) -> EmergencyAccess | None:
    """Return the present access in the session of a token's hash, or None."""
    row = db.row(
        f"{_LIVING} AND session.token_hash = :token_hash",
        at=at,
        token_hash=token_hash,
        **sessions.bounds(at),
    )
    return db.value(OPENING, row) if row else None


def end(db: Store, opening_id: str, *, actor: str, at: int) -> bool:
    """End an access at once; False if there is no present one with that id."""
    with writing(db):
        if opening_id not in {one.id for one in living(db, at=at)}:
            return False
        db.change(OPENING, {"id": opening_id}, {"ended_at": at, "ended_by": actor})
        note(db, "opening_ended", None, actor, at, opening=opening_id)
        return True


def note_look(db: Store, opening: EmergencyAccess, proposal_id: str, *, at: int) -> None:
    """Record a look at a case that only this access allows."""
    with writing(db):
        note(db, LOOKED, proposal_id, opening.staff_id, at, opening=opening.id)


def latest(db: Store, limit: int = 50) -> list[EmergencyAccess]:
    """Return the accesses, newest first."""
    return db.all(OPENING, f"ORDER BY opened_at DESC, id DESC LIMIT {limit}")


def looks(db: Store, *, since: int) -> Mapping[str, Sequence[tuple[int, str]]]:
    """Return what was read through each access since an instant (ms UTC), by its id: (when, the
    case's code), in order."""
    found: dict[str, list[tuple[int, str]]] = {}
    for at, said, code in db.rows(
        "SELECT event.at, event.data, proposal.code FROM event JOIN proposal"  # noqa: S608 ours
        " ON proposal.commune_id = :commune_id AND proposal.id = event.proposal_id"
        f" WHERE event.commune_id = :commune_id AND event.kind = '{LOOKED}'"
        " AND event.at >= :since ORDER BY event.at, event.place",
        since=since,
    ):
        found.setdefault(json.loads(said)["opening"], []).append((at, code))
    return found


def closed_to(db: Store, reader: str) -> list[ClosedCase]:
    """Return the confidential cases of others that still wait for something, the most urgent
    first."""
    rows: list[Row] = db.rows(
        "SELECT code, status, assignee_id, received_at, due_at FROM proposal"  # noqa: S608 ours
        f" WHERE commune_id = :commune_id AND is_spam = 0 AND {CONFIDENTIAL_ONES} AND NOT {VISIBLE}"
        " ORDER BY due_at, received_at",
        viewer=reader,
    )
    found = [ClosedCase(row[0], Status(row[1]), row[2] or "", *row[3:]) for row in rows]
    return [one for one in found if following(one.status)]
