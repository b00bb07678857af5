"""The hours when nobody is written to unasked. Receipts and replies go at any hour."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.domain import clock
from shared.settings import Sms


def is_quiet(sms: Sms, at: int, zone: ZoneInfo) -> bool:
    """Say whether `at` (ms UTC) lies in the hours when nobody is written to unasked."""
    now = clock.to_local(at, zone).time()
    start, end = time.fromisoformat(sms.quiet_from), time.fromisoformat(sms.quiet_to)
    return start <= now < end if start <= end else now >= start or now < end


def opens(sms: Sms, at: int, zone: ZoneInfo) -> int:
    """Return when one may write again: `at` itself outside the quiet hours, else their end."""
    if not is_quiet(sms, at, zone):
        return at
    local, end = clock.to_local(at, zone), time.fromisoformat(sms.quiet_to)
    day = local.date() if local.time() < end else local.date() + timedelta(days=1)
    return clock.from_local(datetime.combine(day, end, tzinfo=zone))
