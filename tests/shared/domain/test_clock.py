"""Instants are UTC milliseconds; what people read is local."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from shared.domain import clock
from tests.conftest import ZONE

NINE_TWELVE = 1773627164000  # 2026-03-16T02:12:44Z


def test_an_instant_is_read_in_the_office_s_own_time():
    assert clock.iso(NINE_TWELVE, ZONE) == "2026-03-16T09:12:44+07:00"
    assert clock.hour_words(NINE_TWELVE, ZONE) == "09:12"
    assert clock.day_words(NINE_TWELVE, ZONE) == "16/03/2026"


def test_seventeen_hours_in_greenwich_is_tomorrow_here():
    before = clock.from_local(datetime(2026, 10, 31, 16, 59, 59, tzinfo=UTC))

    assert clock.day_words(before, ZONE) == "31/10/2026"
    assert clock.day_words(before + 1000, ZONE) == "01/11/2026"


def test_there_and_back_again_is_the_same_instant():
    assert clock.from_local(clock.to_local(NINE_TWELVE, ZONE)) == NINE_TWELVE


@pytest.mark.parametrize(
    ("day", "count", "after"),
    [
        (date(2026, 3, 16), 1, date(2026, 3, 17)),  # Monday
        (date(2026, 3, 20), 1, date(2026, 3, 23)),  # Friday
        (date(2026, 3, 21), 1, date(2026, 3, 23)),  # Saturday
        (date(2026, 3, 21), 5, date(2026, 3, 27)),
        (date(2026, 3, 22), 6, date(2026, 3, 30)),  # Sunday
        (date(2026, 3, 18), 8, date(2026, 3, 30)),  # Wednesday
        (date(2026, 3, 16), 15, date(2026, 4, 6)),
        (date(2026, 12, 31), 1, date(2027, 1, 1)),
        (date(2026, 3, 16), 0, date(2026, 3, 16)),
    ],
)
def test_working_days_leave_the_weekend_out(day, count, after):
    assert clock.add_working_days(day, count) == after


def test_a_day_ends_a_millisecond_before_the_next_one_begins():
    end = clock.end_of_day(date(2026, 12, 31), ZONE)

    assert clock.day_words(end, ZONE) == "31/12/2026"
    assert clock.day_words(end + 1, ZONE) == "01/01/2027"


def test_a_day_of_25_hours_has_its_own_end():
    berlin = ZoneInfo("Europe/Berlin")

    end = clock.end_of_day(date(2026, 10, 25), berlin)

    assert clock.day_words(end, berlin) == "25/10/2026"
    assert clock.day_words(end + 1, berlin) == "26/10/2026"
