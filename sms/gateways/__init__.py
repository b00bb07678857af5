"""What every gateway can do: send one SMS and report the result.

A gateway only turns its own payload into a kept message and sends a text. Everything between is the
same for all (inbound.py, outbox.py).
"""

from typing import Literal, Protocol

from shared.db.connection import Store
from shared.domain.record import Record


class Sent(Record):
    """The gateway took it, under its own name. `is_delivered`: it reached the phone."""

    gateway_id: str
    is_delivered: bool = False


class Taken(Record):
    """The gateway keeps it under that name and has yet to give it to the network."""

    gateway_id: str


class Retry(Record):
    """It was surely not taken. Try again, not before `after` ms if the gateway said so.
    `is_channel_down`: the next message would fail too."""

    error: str
    after: int = 0
    is_channel_down: bool = False


class Reject(Record):
    """It will never be taken. `suppress`: no other notice to this number will be, either."""

    error: str
    suppress: bool = False


class Unknown(Record):
    """Nobody answered: it may be on its way, so it is never sent again without asking."""

    error: str


Outcome = Sent | Taken | Retry | Reject | Unknown
# The later states of a message that a gateway took.
Found = Sent | Taken | Reject


class LookUpFailed(Exception):
    """The gateway could not be asked what it took."""


class Gateway(Protocol):
    """Carries SMS out. `name` is kept with every message; a gateway is used by one thread."""

    name: str

    def send(self, to: str, text: str, ref: str) -> Outcome:
        """Send one SMS. `to` is E.164; `ref` is our own name for it. Never raises."""

    def look_up(self, to: str, text: str, since: int, ref: str) -> list[Found]:
        """Return what the gateway took under our name `ref`; if it keeps no such names, what it
        took for this number with this text since an instant (ms UTC). Raises LookUpFailed."""


class DeliveryReport(Record):
    """What a gateway later reports about an SMS it took: `ref` is our own name for it, "" if the
    gateway does not return it. `is_of_a_part`: a text of several parts is reported part by part, so
    one may have failed and another been delivered."""

    gateway_id: str
    ref: str
    state: Literal["on_its_way", "delivered", "failed"]
    error: str = ""
    may_try_again: bool = False
    suppress: bool = False
    is_of_a_part: bool = False


class NoteReport(Protocol):
    """Records what a gateway later reports about an SMS it took (sms/reports.py)."""

    def __call__(self, db: Store, gateway: str, report: DeliveryReport, *, at: int) -> None:
        """Record `report`; `at` is ms UTC."""
