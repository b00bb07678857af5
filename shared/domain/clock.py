"""The time, read once at each door and passed down.

Instants are UTC milliseconds (int). Everything a person reads is local time in the office's
zone. Nothing below the doors calls these readers, so no test needs to freeze a clock.
"""

import time
from calendar import monthrange
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = 24 * 60 * 60 * 1000
HOUR = 60 * 60 * 1000
MINUTE = 60 * 1000
# Two threads may read the clock in one order and get their turn in the other, so a small step
# back is normal. A time further ahead than this comes from a clock that was corrected since.
SLACK = 10 * 1000
_FRIDAY = 4


def now() -> int:
    """Return this instant in ms UTC."""
    return time.time_ns() // 1_000_000


def to_local(at: int, zone: ZoneInfo) -> datetime:
    """Return the instant `at` (ms UTC) as local time in `zone`."""
    return datetime.fromtimestamp(at / 1000, zone)


def from_local(moment: datetime) -> int:
    """Return an aware datetime as ms UTC."""
    return int(moment.timestamp() * 1000)


def iso(at: int, zone: ZoneInfo) -> str:
    """Return `at` (ms UTC) as RFC 3339 local time to the second: 2026-03-16T09:12:44+07:00."""
    return to_local(at, zone).replace(microsecond=0).isoformat()


def hour_words(at: int, zone: ZoneInfo) -> str:
    """Return the local hour as people read it: 09:12."""
    local = to_local(at, zone)
    return f"{local.hour:02}:{local.minute:02}"


def day_words(at: int, zone: ZoneInfo) -> str:
    """Return the local day as Vietnamese papers write it: 16/03/2026."""
    local = to_local(at, zone)
    return f"{local.day:02}/{local.month:02}/{local.year:04}"


def written_day(day: str) -> str:
    """Return a day that is kept as YYYY-MM-DD as Vietnamese papers write it: 16/03/2026; "" for
    none."""
    return "/".join(reversed(day.split("-")))


def add_working_days(day: date, count: int) -> date:
    """Return the day `count` working days (Monday to Friday) after `day`.

    Public holidays differ each year by decree, so they count as working days here.
    """
    if count <= 0:
        return day
    day -= timedelta(days=max(0, day.weekday() - _FRIDAY))  # a weekend counts from its Friday
    weeks, left = divmod(count, 5)
    weekend = 2 if day.weekday() + left > _FRIDAY else 0
    return day + timedelta(weeks=weeks, days=left + weekend)


def months_before(at: int, months: int, zone: ZoneInfo) -> int:
    """Return the same local day and hour so many months before `at`, both ms UTC. In a month that
    is too short it is the last day."""
    local = to_local(at, zone)
    year, month = divmod(local.year * 12 + local.month - 1 - months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return from_local(local.replace(year=year, month=month + 1, day=day))


def start_of_day(day: date, zone: ZoneInfo) -> int:
    """Return the first millisecond of the local `day`, in ms UTC."""
    return from_local(datetime(day.year, day.month, day.day, tzinfo=zone))


def end_of_day(day: date, zone: ZoneInfo) -> int:
    """Return the last millisecond of the local `day`, in ms UTC."""
    return start_of_day(day + timedelta(days=1), zone) - 1
