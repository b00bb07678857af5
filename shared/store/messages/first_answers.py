"""When a new number is answered: so many new numbers a day, the others wait.

A person who writes from invented numbers makes us send to each. What they send is kept all the
same, and each is answered, if not today: we cannot tell which of them are real.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shared.db.card import Table, day, number
from shared.db.connection import Store
from shared.db.engines import Statement
from shared.domain import clock, quiet_hours
from shared.domain.record import Record
from shared.settings import Settings
from shared.store.messages import history, typed_receipts
from shared.store.messages.history import History

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


# How many numbers are answered for the first time on a day, for a question that asks more.
OF_DAY = "SELECT count FROM first_answer_count WHERE commune_id = :commune_id AND day = :today"
# Answers that never wait: to a person in danger, and digits that needed a code.
NEVER_WAITING = ("emergency", "withdraw_ask")
# A number that got nothing else is still new: a cry for help from an invented number, or a receipt
# to one that somebody typed at a form, makes no further answer free.
_STILL_NEW = (*NEVER_WAITING, typed_receipts.TEXT)
# A count is kept as long as anybody could ask for it.
_KEPT = timedelta(days=7)


class AnswerPlan(Record):
    """When an answer is sent (ms UTC), the statements that count it, for `write_all`, and whether
    it is the first that waits for that day, because those before have no room left."""

    due_at: int
    counting: Sequence[Statement] = ()
    opens_day: bool = False


def due(db: Store, phone: str, settings: Settings, *, at: int) -> int:
    """Return when an answer to a number (E.164) that is queued now (ms UTC) is sent: at once, or
    with the first answer that waits for it, or on the first day with room for one number more,
    after its quiet hours. Counts a number's first answer; only inside `writing`."""
    plan = planned(db, history.of(db, phone, at=at), settings, at=at)
    db.write_all(*plan.counting)
    return plan.due_at


def planned(
    db: Store, past: History, settings: Settings, *, at: int, counted_today: int = 0
) -> AnswerPlan:
    """Return what `due` does for a number with this history. `counted_today` is what OF_DAY found
    inside the same `writing`, 0 if nobody asked."""
    waits_until = past.waits_until(at)
    if waits_until is not None or past.was_told_beside(_STILL_NEW):
        return AnswerPlan(waits_until or at)
    zone, today = settings.office.zone, day_of(at, settings.office.zone)
    most = settings.limits.first_replies_per_day
    if 0 < counted_today < most:
        return AnswerPlan(at, [_counting(db, today)])
    counted = _counted(db, today)
    day = next(day for day in _days(today) if counted.get(day.isoformat(), 0) < most)
    counting = [_counting(db, day)]
    if not counted:  # once a day is enough
        counting.append(_forgetting(db, today))
    if day == today:
        return AnswerPlan(at, counting)
    opens = quiet_hours.opens(settings.sms, clock.start_of_day(day, zone), zone)
    return AnswerPlan(opens, counting, day.isoformat() not in counted)


def waiting(db: Store, *, at: int, zone: ZoneInfo) -> int:
    """Return how many numbers wait for a later day than that of `at` (ms UTC)."""
    row = db.row(
        "SELECT CAST(coalesce(sum(count), 0) AS BIGINT) FROM first_answer_count"
        " WHERE commune_id = :commune_id AND day > :today",
        today=day_of(at, zone).isoformat(),
    )
    return int(row[0]) if row else 0


def _counted(db: Store, today: date) -> dict[str, int]:
    return dict(
        db.rows(
            "SELECT day, count FROM first_answer_count"
            " WHERE commune_id = :commune_id AND day >= :today",
            today=today.isoformat(),
        )
    )


def _forgetting(db: Store, today: date) -> Statement:
    return db.statement(
        "DELETE FROM first_answer_count WHERE commune_id = :commune_id AND day < :gone",
        gone=(today - _KEPT).isoformat(),
    )


def _counting(db: Store, day: date) -> Statement:
    return db.statement(
        "INSERT INTO first_answer_count (commune_id, day, count) VALUES (:commune_id, :day, 1)"
        " ON CONFLICT (commune_id, day) DO UPDATE SET count = first_answer_count.count + 1",
        day=day.isoformat(),
    )


def _days(first: date) -> Iterator[date]:
    while True:
        yield first
        first += timedelta(days=1)


def day_of(at: int, zone: ZoneInfo) -> date:
    """Return the day on which an answer counts that is queued at `at` (ms UTC)."""
    return clock.to_local(at, zone).date()
