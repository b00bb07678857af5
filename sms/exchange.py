"""An incoming SMS while it is answered, and the answer. Only values."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from shared.db.engines import Statement
from shared.domain.record import Record, field
from shared.settings import LimitSettings
from shared.store.messages.history import History


class Inbound(Record):
    """An incoming SMS while it is answered. `sender` is E.164 if an answer can be sent;
    `received_at` is what counts as its receipt (A6), `at` is now; both ms UTC. `office` is our
    name, `past` what the number and we wrote to each other before, this SMS included.
    `is_released`: a member of staff read it and took it for a citizen's idea. `misses_an_hour`: how
    many unknown codes one number may ask for."""

    id: str
    sender: str
    is_mobile: bool
    text: str
    has_media: bool
    received_at: int
    at: int
    zone: ZoneInfo
    receipt_key: bytes
    office: str
    past: History
    is_released: bool = False
    misses_an_hour: int = LimitSettings.lookup_misses_per_hour_ip


class Reply(Record):
    """What to say: `key` of `[sms]`, "" for silence. `outcome` is what the message was taken for,
    `proposal_id` the case it belongs to; `rows` write that case, if it is new."""

    key: str
    blanks: Mapping[str, str] = field(default_factory=dict)
    outcome: str = ""
    proposal_id: str | None = None
    is_quarantined: bool = False
    rows: Sequence[Statement] = ()
