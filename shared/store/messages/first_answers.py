"""When a new number is answered: so many new numbers a day, the others wait.

A person who writes from invented numbers makes us send to each. What they send is kept all the
same, and each is answered, if not today: we cannot tell which of them are real.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shared.db.card import Table, day, number
from shared.db.connection import Store
from shared.db.sql import one_of
from shared.domain import clock, quiet_hours
from shared.settings import Settings
from shared.store.messages import typed_receipts

FIRST_ANSWER_COUNT: Table[Any] = Table(
    "first_answer_count",
    None,
    {
        "day": day(),
        "count": number(),
    },
    key=("day",),
    left_out="counted anew",
)


# Answers that never wait: to a person in danger, and digits that needed a code.
NEVER_WAITING = ("emergency", "withdraw_ask")
# A number that got nothing else is still new: a cry for help from an invented number, or a receipt
# to one that somebody typed at a form, makes no further answer free.
_STILL_NEW = (*NEVER_WAITING, typed_receipts.TEXT)
# A count is kept as long as anybody could ask for it.
_KEPT = timedelta(days=7)


def due(db: Store, phone: str, settings: Settings, *, at: int) -> int:
    """Return when an answer to a number (E.164) that is queued now (ms UTC) is sent: at once, or
    with the first answer that waits for it, or on the first day with room for one number more,
    after its quiet hours. Counts a number's first answer; only inside `writing`."""
    waits = db.row(
        "SELECT max(due_at) FROM outbox WHERE commune_id = :commune_id AND phone = :phone"
        " AND kind = 'reply' AND state = 'queued' AND attempts = 0 AND due_at > :at",
        phone=db.encrypt(phone),
        at=at,
    )
    if waits and waits[0]:
        return int(waits[0])
    known = db.row(
        "SELECT 1 FROM outbox WHERE commune_id = :commune_id AND phone = :phone"  # noqa: S608 ours
        f" AND NOT text_key {one_of(_STILL_NEW)} LIMIT 1",
        phone=db.encrypt(phone),
    )
    if known:
        return at
    zone, today = settings.office.zone, _day(at, settings.office.zone)
    day = _with_room(db, today, settings.limits.first_replies_per_day)
    _count(db, day, today)
    if day == today:
        return at
    return quiet_hours.opens(settings.sms, clock.start_of_day(day, zone), zone)


def waiting(db: Store, *, at: int, zone: ZoneInfo) -> int:
    """Return how many numbers wait for a later day than that of `at` (ms UTC)."""
    row = db.row(
        "SELECT CAST(coalesce(sum(count), 0) AS BIGINT) FROM first_answer_count"
        " WHERE commune_id = :commune_id AND day > :today",
        today=_day(at, zone).isoformat(),
    )
    return int(row[0]) if row else 0


def _with_room(db: Store, today: date, most: int) -> date:
    counted: dict[str, int] = dict(
        db.rows(
            "SELECT day, count FROM first_answer_count"
            " WHERE commune_id = :commune_id AND day >= :today",
            today=today.isoformat(),
        )
    )
    return next(day for day in _days(today) if counted.get(day.isoformat(), 0) < most)


def _count(db: Store, day: date, today: date) -> None:
    db.write(
        "DELETE FROM first_answer_count WHERE commune_id = :commune_id AND day < :gone",
        gone=(today - _KEPT).isoformat(),
    )
    db.write(
        "INSERT INTO first_answer_count (commune_id, day, count) VALUES (:commune_id, :day, 1)"
        " ON CONFLICT (commune_id, day) DO UPDATE SET count = first_answer_count.count + 1",
        day=day.isoformat(),
    )


def _days(first: date) -> Iterator[date]:
    while True:
        yield first
        first += timedelta(days=1)


def _day(at: int, zone: ZoneInfo) -> date:
    return clock.to_local(at, zone).date()
