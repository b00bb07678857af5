"""Kiosk devices: a browser that opened its enrolment link is "Kiosk 1" from then on.

A link works once. It makes an enrolment; the browser's cookie names that, not the device. So with a
new link for the device, the earlier browser becomes an ordinary one.
"""

from collections.abc import Mapping
from typing import Any

from shared.db.card import ExportSheet, Table, Whose, ident, in_export, instant, text
from shared.db.connection import IntegrityError, Store, writing
from shared.db.event_log import new_id, note
from shared.domain.record import Record, replace

DEVICE_SEEN: Table[Any] = Table(
    "device_seen",
    None,
    {
        "device_id": ident(),
        "at": instant(),
    },
    key=("device_id",),
    foreign={"device_id": "device"},
    left_out="the machine's own",
)


class DeviceNameTaken(Exception):
    """A device of that name exists."""


class LinkUsed(Exception):
    """The link has enrolled a browser before; `device` is that browser's."""

    def __init__(self, device: "Device") -> None:
        super().__init__(device.name)
        self.device = device


class Device(Record):
    """One kiosk. `enrolled_at` is when a browser opened its link and `enrolment` what that browser
    has in its cookie; both are None while the link waits."""

    id: str
    name: str
    created_at: int
    enrolled_at: int | None
    revoked_at: int | None
    enrolment: str | None

    @property
    def is_in_use(self) -> bool:
        """True for a kiosk whose browser was enrolled and that nobody revoked."""
        return self.enrolled_at is not None and self.revoked_at is None


DEVICE = Table(
    "device",
    Device,
    {
        "id": ident(),
        "name": text(Whose.NOBODY, exported=in_export(head="device_name")),
        "secret_hash": ident(),
        "created_at": instant(exported=in_export()),
        "enrolled_at": instant(null=True, exported=in_export()),
        "revoked_at": instant(null=True, exported=in_export()),
        "enrolment": ident(null=True),
    },
    unique=(("name",), ("secret_hash",)),
    unique_indexes={"device_by_enrolment": "enrolment"},
    sealed=True,
    sheet=ExportSheet("thiet-bi"),
    not_archived="the machine's own",
)


def add(db: Store, name: str, secret_hash: str, *, actor: str, at: int) -> Device:
    """Keep a new device; the secret of its link is kept as a hash. Raises DeviceNameTaken."""
    with writing(db):
        device_id = new_id()
        try:
            db.insert(
                DEVICE,
                {
                    "id": device_id,
                    "name": name,
                    "secret_hash": secret_hash,
                    "created_at": at,
                    "enrolled_at": None,
                    "revoked_at": None,
                    "enrolment": None,
                },
            )
        except IntegrityError as fault:
            raise DeviceNameTaken(name) from fault
        note(db, "device_added", None, actor, at, device=device_id)
    return Device(device_id, name, at, None, None, None)


def enrol(db: Store, secret_hash: str, *, at: int) -> Device | None:
    """Enrol a browser by a link's secret and return its device; None if no active device has that
    link. Raises LinkUsed at the second opening."""
    with writing(db):
        found = _one(db, "secret_hash = :wanted AND revoked_at IS NULL", secret_hash)
        if found is None:
            return None
        if found.enrolment is not None:
            raise LinkUsed(found)
        enrolment = new_id()
        changes = {"enrolled_at": at, "enrolment": enrolment}
        db.change(DEVICE, {"id": found.id}, changes)
        note(db, "device_enrolled", None, found.id, at)
        return replace(found, enrolled_at=at, enrolment=enrolment)


def renew_link(db: Store, device_id: str, secret_hash: str, *, actor: str, at: int) -> None:
    """Give a device a new link. The old link stops working, the earlier browser is no longer a
    kiosk, and a revoked device may come back."""
    with writing(db):
        changes = {
            "secret_hash": secret_hash, "enrolled_at": None, "enrolment": None, "revoked_at": None,
        }  # fmt: skip
        db.change(DEVICE, {"id": device_id}, changes)
        note(db, "device_link_renewed", None, actor, at, device=device_id)


def of_enrolment(db: Store, enrolment: str) -> Device | None:
    """Return the active device of an enrolment, or None."""
    return _one(db, "enrolment = :wanted AND revoked_at IS NULL", enrolment)


def by_id(db: Store, device_id: str) -> Device | None:
    """Return a device, revoked or not, or None."""
    return _one(db, "id = :wanted", device_id)


def everyone(db: Store) -> list[Device]:
    """Return all devices by name, revoked ones too."""
    return db.all(DEVICE, "ORDER BY name")


def names(db: Store) -> dict[str, str]:
    """Return the name of every device by its id, of revoked ones too."""
    return dict(db.rows("SELECT id, name FROM device WHERE commune_id = :commune_id"))


def name_of(db: Store, device_id: str | None) -> str | None:
    """Return a device's name, revoked or not, or None."""
    found = by_id(db, device_id) if device_id else None
    return found.name if found else None


def revoke(db: Store, device_id: str, reason: str = "", *, actor: str, at: int) -> None:
    """Make a device an ordinary browser again, at once."""
    with writing(db):
        db.change(DEVICE, {"id": device_id}, {"revoked_at": at})
        note(db, "device_revoked", None, actor, at, device=device_id, reason=reason)


def note_seen(db: Store, device_id: str, *, at: int) -> None:
    """Record that a kiosk asked for a page."""
    with writing(db):
        db.write(
            "INSERT INTO device_seen (commune_id, device_id, at)"
            " VALUES (:commune_id, :device_id, :at)"
            " ON CONFLICT (commune_id, device_id) DO UPDATE SET at = :at",
            device_id=device_id,
            at=at,
        )


def last_seen(db: Store) -> Mapping[str, int]:
    """Return when each kiosk last asked for a page (device id → ms UTC)."""
    return dict(db.rows("SELECT device_id, at FROM device_seen WHERE commune_id = :commune_id"))


def _one(db: Store, where: str, wanted: str) -> Device | None:
    return db.get(DEVICE, where, wanted=wanted)
