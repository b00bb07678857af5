"""Who calls a person to a kiosk: the last call of each kiosk, who said they come, and who writes
down an idea for the person in front of it.

A row is about a machine, not about that person; it goes with their visit.
"""

from typing import Any

from shared.db.card import Table, ident, instant
from shared.db.connection import Store, writing
from shared.domain import clock
from shared.domain.record import Record

RING: Table[Any] = Table(
    "ring",
    None,
    {
        "device_id": ident(),
        "rung_at": instant(),
        "answered_by": ident(null=True),
        "answered_at": instant(null=True),
    },
    key=("device_id",),
    foreign={"device_id": "device"},
    left_out="over when somebody went",
)


KIOSK_HELP: Table[Any] = Table(
    "kiosk_help",
    None,
    {
        "device_id": ident(),
        "staff_id": ident(),
        "begun_at": instant(),
        "proposal_id": ident(null=True),
    },
    key=("device_id",),
    foreign={"device_id": "device", "staff_id": "staff_member", "proposal_id": "proposal"},
    left_out="over when the visitor left",
)


# Nobody waits longer at a kiosk; a later call is a new one.
LASTS = 15 * clock.MINUTE
# How long the kiosk says that somebody is on the way.
COMING_LASTS = 3 * clock.MINUTE
# How long an idea may take that somebody tells and another person writes down.
WRITING_LASTS = 30 * clock.MINUTE


class Ring(Record):
    """A kiosk that waits for a person: its device id, its name, since when (ms UTC)."""

    device_id: str
    kiosk: str
    rung_at: int


class HelpCall(Record):
    """How a kiosk's call stands: "rung", "coming", "writing" (an idea is being written down),
    "done" (its receipt, of the proposal with this id, may be shown there) or "", and the id of the
    member of staff who comes or writes."""

    state: str = ""
    by: str | None = None
    proposal_id: str | None = None


NO_CALL = HelpCall()


def ring(db: Store, device_id: str, *, at: int) -> None:
    """Call a person to a kiosk; while a call waits, another one changes nothing."""
    with writing(db):
        db.write(
            "INSERT INTO ring (commune_id, device_id, rung_at)"
            " VALUES (:commune_id, :device_id, :at)"
            " ON CONFLICT (commune_id, device_id) DO UPDATE"
            " SET rung_at = :at, answered_by = NULL, answered_at = NULL"
            " WHERE ring.answered_at IS NOT NULL OR ring.rung_at <= :over",
            device_id=device_id,
            at=at,
            over=at - LASTS,
        )


def answer(db: Store, device_id: str, *, by: str, at: int) -> bool:
    """Record who goes to the kiosk; False if nobody waits there any more."""
    with writing(db):
        changed = db.write(
            "UPDATE ring SET answered_by = :by, answered_at = :at"
            " WHERE commune_id = :commune_id AND device_id = :device_id"
            " AND answered_at IS NULL AND rung_at > :over",
            device_id=device_id,
            by=by,
            at=at,
            over=at - LASTS,
        )
    return changed > 0


def begin_writing(db: Store, device_id: str, *, by: str, at: int) -> None:
    """Record that somebody writes an idea down for who stands at a kiosk; that answers a call."""
    with writing(db):
        answer(db, device_id, by=by, at=at)
        row = {"staff_id": by, "begun_at": at, "proposal_id": None}
        if not db.change(KIOSK_HELP, {"device_id": device_id}, row):
            db.insert(KIOSK_HELP, {"device_id": device_id, **row})


def hand_over(db: Store, device_id: str, proposal_id: str, *, by: str, at: int) -> bool:
    """Let a kiosk show the receipt of what was written down for its visitor, once; False if the
    visitor has left since."""
    with writing(db):
        changed = db.write(
            "UPDATE kiosk_help SET proposal_id = :proposal_id"
            " WHERE commune_id = :commune_id AND device_id = :device_id AND staff_id = :by"
            " AND proposal_id IS NULL AND begun_at > :over",
            device_id=device_id,
            proposal_id=proposal_id,
            by=by,
            over=at - WRITING_LASTS,
        )
    return changed > 0


def end_writing(db: Store, device_id: str) -> None:
    """Forget that an idea is written down for a kiosk: its receipt is shown, or nobody is there."""
    _delete(db, KIOSK_HELP, device_id)


def end(db: Store, device_id: str) -> None:
    """Delete a kiosk's call: the caller has left."""
    end_writing(db, device_id)
    _delete(db, RING, device_id)


def _delete(db: Store, card: Table[Any], device_id: str) -> None:
    """Delete a kiosk's row; where there is none, nothing is locked to find that out."""
    of_kiosk = f"FROM {card.name} WHERE commune_id = :commune_id AND device_id = :device_id"
    if db.row(f"SELECT 1 {of_kiosk}", device_id=device_id):
        with writing(db):
            db.write(f"DELETE {of_kiosk}", device_id=device_id)


def standing(db: Store, device_id: str, *, now: int) -> HelpCall:
    """Return how a kiosk's call stands."""
    helped = db.row(
        "SELECT staff_id, proposal_id FROM kiosk_help"
        " WHERE commune_id = :commune_id AND device_id = :device_id AND begun_at > :over",
        device_id=device_id,
        over=now - WRITING_LASTS,
    )
    if helped:
        by, proposal_id = helped
        return HelpCall("done" if proposal_id else "writing", by, proposal_id)
    row = db.row(
        "SELECT rung_at, answered_by, answered_at FROM ring"
        " WHERE commune_id = :commune_id AND device_id = :device_id",
        device_id=device_id,
    )
    if row is None:
        return NO_CALL
    rung_at, answered_by, answered_at = row
    if answered_at is None:
        return HelpCall("rung") if rung_at > now - LASTS else NO_CALL
    return HelpCall("coming", answered_by) if answered_at > now - COMING_LASTS else NO_CALL


def waiting(db: Store, *, now: int) -> list[Ring]:
    """Return the kiosks that wait for a person, the longest first."""
    return [
        Ring(*row)
        for row in db.rows(
            "SELECT ring.device_id, device.name, ring.rung_at FROM ring JOIN device"
            " ON device.commune_id = ring.commune_id AND device.id = ring.device_id"
            " WHERE ring.commune_id = :commune_id AND ring.answered_at IS NULL"
            " AND ring.rung_at > :over AND device.revoked_at IS NULL ORDER BY ring.rung_at",
            over=now - LASTS,
        )
    ]
