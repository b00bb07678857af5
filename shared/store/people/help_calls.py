"""Who calls a person to a kiosk: the last call of each kiosk, and who said they come.

A row is about a machine, not about the person in front of it.
"""

from dataclasses import dataclass
from typing import Any

from shared.db.card import Table, ident, instant
from shared.db.connection import Store, writing
from shared.domain import clock

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


# Nobody waits longer at a kiosk; a later call is a new one.
LASTS = 15 * clock.MINUTE
# How long the kiosk says that somebody is on the way.
COMING_LASTS = 3 * clock.MINUTE


@dataclass(frozen=True)
class Ring:
    """A kiosk that waits for a person: its device id, its name, since when (ms UTC)."""

    device_id: str
    kiosk: str
    rung_at: int


@dataclass(frozen=True)
class HelpCall:
    """How a kiosk's call stands: "rung", "coming" or "", and the id of the member of staff who
    comes."""

    state: str = ""
    by: str | None = None


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


def end(db: Store, device_id: str) -> None:
    """Delete a kiosk's call: the caller has left."""
    if db.row(
        "SELECT 1 FROM ring WHERE commune_id = :commune_id AND device_id = :device_id",
        device_id=device_id,
    ):
        with writing(db):
            db.write(
                "DELETE FROM ring WHERE commune_id = :commune_id AND device_id = :device_id",
                device_id=device_id,
            )


def standing(db: Store, device_id: str, *, now: int) -> HelpCall:
    """Return how a kiosk's call stands."""
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
