"""The state of the gateways: when each was last heard, and what last went wrong with it.

The SMS program writes this for every gateway; the staff's desk shows it.
"""

from typing import Any, Literal

from shared.db.card import Table, Whose, ident, instant, text
from shared.db.connection import Store, writing
from shared.domain import clock
from shared.domain.record import Record
from shared.store.jobs import heartbeat

GATEWAY_FAULT: Table[Any] = Table(
    "gateway_fault",
    None,
    {
        "gateway": ident(),
        "fault": text(Whose.NOBODY),
        "at": instant(),
    },
    key=("gateway",),
    left_out="the machine's own",
)


# The signed events of the Android phone, which may fail while the phone itself can be reached.
ANDROID_EVENTS = "android_events"

# If a telephone says nothing for this long, somebody must look at it.
SILENT_AFTER = 15 * clock.MINUTE
# A gateway that is heard often is recorded this often.
_FRESH = clock.MINUTE
_LONGEST_FAULT = 200

State = Literal["never", "well", "failing", "silent"]


class GatewayHealth(Record):
    """What is known of one gateway. `heard_at` and `fault_at` are ms UTC, None for never;
    `fault` is the last thing that went wrong, "" for none."""

    gateway: str
    heard_at: int | None
    fault: str
    fault_at: int | None

    def state(self, at: int) -> State:
        """Return its state at an instant (ms UTC): never heard, well, failing since it was last
        heard, or silent for a quarter of an hour."""
        if self.heard_at is None:
            return "failing" if self.fault else "never"
        # After a clock was set back the last sign is in the future, which proves nothing.
        if abs(at - self.heard_at) > SILENT_AFTER:
            return "silent"
        return "failing" if (self.fault_at or 0) > self.heard_at else "well"


def heard(db: Store, gateway: str, *, at: int) -> None:
    """Record that a gateway gave a sign of life."""
    now = health(db, gateway)
    has_failed_since = (now.fault_at or 0) >= (now.heard_at or 0)
    if now.heard_at is None or has_failed_since or abs(at - now.heard_at) >= _FRESH:
        heartbeat.beat(db, gateway, at=at)


def failed(db: Store, gateway: str, fault: str, *, at: int) -> None:
    """Record what went wrong with a gateway."""
    with writing(db):
        db.write(
            "INSERT INTO gateway_fault (commune_id, gateway, fault, at)"
            " VALUES (:commune_id, :gateway, :fault, :at)"
            " ON CONFLICT (commune_id, gateway) DO UPDATE SET fault = :fault, at = :at",
            gateway=gateway,
            fault=fault[:_LONGEST_FAULT],
            at=at,
        )


def health(db: Store, gateway: str) -> GatewayHealth:
    """Return what is known of a gateway."""
    row = db.row(
        "SELECT fault, at FROM gateway_fault WHERE commune_id = :commune_id AND gateway = :gateway",
        gateway=gateway,
    )
    fault, fault_at = row or ("", None)
    return GatewayHealth(gateway, heartbeat.last(db, gateway), fault, fault_at)
