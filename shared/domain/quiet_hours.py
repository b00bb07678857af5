"""The hours when nobody gets an SMS unasked. Receipts and replies are sent at any hour."""

from datetime import datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from shared.domain import clock


class Hours(Protocol):
    """The quiet hours, as HH:MM of the office's clock."""

    @property
    def quiet_from(self) -> str:
        """The beginning, as HH:MM."""

    @property
    def quiet_to(self) -> str:
        """The end, as HH:MM."""


def is_quiet(hours: Hours, at: int, zone: ZoneInfo) -> bool:
    """Say whether `at` (ms UTC) lies in the quiet hours."""
    now = clock.to_local(at, zone).time()
    start, end = time.fromisoformat(hours.quiet_from), time.fromisoformat(hours.quiet_to)
    return start <= now < end if start <= end else now >= start or now < end


def opens(hours: Hours, at: int, zone: ZoneInfo) -> int:
    """Return when sending is allowed again: `at` itself outside the quiet hours, else their end."""
    if not is_quiet(hours, at, zone):
        return at
    local, end = clock.to_local(at, zone), time.fromisoformat(hours.quiet_to)
    day = local.date() if local.time() < end else local.date() + timedelta(days=1)
    return clock.from_local(datetime.combine(day, end, tzinfo=zone))
