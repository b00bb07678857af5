"""The month's budget of notices (SMS that nobody asked for, and receipts to numbers that were typed
at a form): how many may be sent, how many were.

Replies, which are receipts of SMS too, are not counted and never wait. When the budget is spent,
notices stay queued and are sent when the next month begins; none is dropped, because each tells of
another step.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from shared.db.card import Table, day, number
from shared.db.connection import Store
from shared.domain import clock
from shared.domain.quiet_hours import is_quiet
from shared.domain.record import Record
from shared.settings import SmsSettings

NOTICE_COUNT: Table[Any] = Table(
    "notice_count",
    None,
    {
        "month": day(),
        "count": number(),
    },
    key=("month",),
    left_out="counted anew",
)


# From this share of the budget on, staff are told that it runs out.
LOW_PER_CENT = 80


class Budget(Record):
    """One month's notices. `month` is 2026-03 in the office's zone, `most` the limit, `used` the
    number given to a gateway, `waiting` what is queued; `opens` is when the next month begins, in
    ms UTC."""

    month: str
    most: int
    used: int
    waiting: int
    opens: int

    @property
    def left(self) -> int:
        """How many notices may still go this month."""
        return max(0, self.most - self.used)

    @property
    def is_low(self) -> bool:
        """Say whether four fifths of the budget are used."""
        return self.used * 100 >= self.most * LOW_PER_CENT

    @property
    def is_spent(self) -> bool:
        """Say whether nothing more may go this month."""
        return self.used >= self.most

    @property
    def held(self) -> int:
        """How many queued notices wait for the next month: all, once the budget is spent."""
        return self.waiting if self.is_spent else 0


def of_month(db: Store, most: int, *, at: int, zone: ZoneInfo) -> Budget | None:
    """Return the budget of the month of `at` (ms UTC); None if there is no limit (0)."""
    if not most:
        return None
    return Budget(
        month=_month(at, zone),
        most=most,
        used=used(db, at=at, zone=zone),
        waiting=_waiting(db),
        opens=_next_month(at, zone),
    )


def may_go(db: Store, sms: SmsSettings, *, at: int, zone: ZoneInfo) -> bool:
    """Say whether notices may be sent now (ms UTC): not in quiet hours, nor over the budget."""
    if is_quiet(sms, at, zone):
        return False
    return not sms.monthly_budget or used(db, at=at, zone=zone) < sms.monthly_budget


def used(db: Store, *, at: int, zone: ZoneInfo) -> int:
    """Return how many notices were given to a gateway in the month of `at` (ms UTC)."""
    row = db.row(
        "SELECT count FROM notice_count WHERE commune_id = :commune_id AND month = :month",
        month=_month(at, zone),
    )
    return int(row[0]) if row else 0


def count(db: Store, *, at: int, zone: ZoneInfo) -> None:
    """Count one notice that is given to a gateway for the first time; only inside `writing`."""
    db.write(
        "INSERT INTO notice_count (commune_id, month, count) VALUES (:commune_id, :month, 1)"
        " ON CONFLICT (commune_id, month) DO UPDATE SET count = notice_count.count + 1",
        month=_month(at, zone),
    )


def _waiting(db: Store) -> int:
    row = db.row(
        "SELECT count(*) FROM outbox"
        " WHERE commune_id = :commune_id AND state = 'queued' AND kind = 'notice'"
    )
    return int(row[0]) if row else 0


def _month(at: int, zone: ZoneInfo) -> str:
    return f"{clock.to_local(at, zone):%Y-%m}"


def _next_month(at: int, zone: ZoneInfo) -> int:
    now = clock.to_local(at, zone)
    return clock.from_local(
        datetime(now.year + now.month // 12, now.month % 12 + 1, 1, tzinfo=zone)
    )
