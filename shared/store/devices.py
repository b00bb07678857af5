"""Kiosk devices: a browser that opened its enrolment link is "Kiosk 1" from then on."""

from dataclasses import dataclass

from shared.store import sealed
from shared.store.connection import IntegrityError, Store, writing
from shared.store.events import new_id, note


class DeviceNameTaken(Exception):
    """A device of that name exists."""


@dataclass(frozen=True)
class Device:
    """One kiosk. `enrolled_at` is when a browser last opened its link."""

    id: str
    name: str
    created_at: int
    enrolled_at: int | None
    revoked_at: int | None


_COLUMNS = "id, name, created_at, enrolled_at, revoked_at"


def add(db: Store, name: str, secret_hash: str, *, actor: str, at: int) -> Device:
    """Keep a new device; the secret of its link is kept as a hash. Raises DeviceNameTaken."""
    with writing(db):
        device_id = new_id()
        try:
            sealed.insert(
                db,
                "device",
                {
                    "id": device_id,
                    "name": name,
                    "secret_hash": secret_hash,
                    "created_at": at,
                    "enrolled_at": None,
                    "revoked_at": None,
                },
            )
        except IntegrityError as fault:
            raise DeviceNameTaken(name) from fault
        note(db, "device_added", None, actor, at, device=device_id)
    return Device(device_id, name, at, None, None)


def enrol(db: Store, secret_hash: str, *, at: int) -> Device | None:
    """Return the living device of a link's secret and note the enrolment; None if there is none."""
    with writing(db):
        row = db.row(
            f"SELECT {_COLUMNS} FROM device"  # noqa: S608 columns are ours
            " WHERE commune_id = :commune_id AND secret_hash = :hash AND revoked_at IS NULL",
            hash=secret_hash,
        )
        if row is None:
            return None
        sealed.change(db, "device", {"id": row[0]}, {"enrolled_at": at})
        note(db, "device_enrolled", None, row[0], at)
        return Device(*row)


def living(db: Store, device_id: str) -> Device | None:
    """Return a device that is not revoked, or None."""
    row = db.row(
        f"SELECT {_COLUMNS} FROM device"  # noqa: S608 columns are ours
        " WHERE commune_id = :commune_id AND id = :id AND revoked_at IS NULL",
        id=device_id,
    )
    return Device(*row) if row else None


def everyone(db: Store) -> list[Device]:
    """Return all devices by name, revoked ones too."""
    return [
        Device(*row)
        for row in db.rows(
            f"SELECT {_COLUMNS} FROM device"  # noqa: S608 columns are ours
            " WHERE commune_id = :commune_id ORDER BY name"
        )
    ]


def name_of(db: Store, device_id: str | None) -> str | None:
    """Return a device's name, revoked or not, or None."""
    if device_id is None:
        return None
    row = db.row(
        "SELECT name FROM device WHERE commune_id = :commune_id AND id = :id", id=device_id
    )
    return str(row[0]) if row else None


def revoke(db: Store, device_id: str, *, actor: str, at: int) -> None:
    """Make a device an ordinary browser again, at once."""
    with writing(db):
        sealed.change(db, "device", {"id": device_id}, {"revoked_at": at})
        note(db, "device_revoked", None, actor, at, device=device_id)
