"""A day and an hour as offices write them and spreadsheets save them."""

from datetime import date, time

import pytest

from shared.imports import written_days
from tests.conftest import ZONE

DAY = date(2026, 11, 5)


@pytest.mark.parametrize(
    "text",
    ["05/11/2026", "5/11/2026", "5/11/26", "05-11-2026", "5.11.2026", "5 / 11 / 2026",
     " 05/11/2026 ", "2026-11-05", "2026/11/5",
     "ngày 5 tháng 11 năm 2026", "Ngày 05 tháng 11, năm 2026",
     "5 tháng 11 năm 2026", "ngày 05/11/2026", "Ngày: 5/11/26", "Thứ Năm, ngày 5 tháng 11 năm 2026",
     "thứ 5, 05/11/2026", "05\u201311\u20132026", "5-Nov-26", "05-Nov-2026",
     "05/11/2026\xa0", "\u202a05/11/2026\u202c"],
)  # fmt: skip
def test_a_day_is_the_same_in_every_way(text):
    assert written_days.read_day(text) == DAY
    assert written_days.read_moment(text, ZONE) == (DAY, None)


@pytest.mark.parametrize(
    "text",
    ["46331", "46331.0", "46331,0", "2026-11-05 00:00:00", "2026-11-05T00:00:00", "05/11/2026 0:00",
     "05/11/2026 12:00 AM"],
)  # fmt: skip
def test_midnight_is_a_day_alone(text):
    assert written_days.read_moment(text, ZONE) == (DAY, None)


@pytest.mark.parametrize(
    "text",
    ["05/11/2026 09:12", "5/11/2026 9:12:37", "2026-11-05 09:12:00", "2026-11-05T09:12:59.500",
     "9:12 05/11/2026", "9h12 5/11/2026", "9 giờ 12 phút, ngày 5 tháng 11 năm 2026",
     "9h12 ngày 05/11/2026", "lúc 9h12, ngày 5/11/2026", "9 giờ 12 phút, ngày 05-11-2026",
     "05/11/2026 - 9:12", "5/11/2026 9:12 sáng", "05/11/2026 lúc 9h12",
     "05/11/2026 9g12", "05/11/2026 9:12 SA", "5/11/2026 9:12:00 AM",
     "46331.383333333", "46331,3833333333", "2026-11-05T02:12:00Z", "2026-11-05T09:12:44+07:00"],
)  # fmt: skip
def test_an_hour_counts_to_the_minute(text):
    assert written_days.read_moment(text, ZONE) == (DAY, time(9, 12))


@pytest.mark.parametrize(
    ("text", "hour"), [("5/11/2026 9:12 CH", time(21, 12)), ("5/11/2026 12:30 PM", time(12, 30)),
                       ("5/11/2026 9h", time(9)), ("9 giờ 15 tối ngày 5/11/2026", time(21, 15)),
                       ("2h30 chiều, ngày 5/11/2026", time(14, 30)), ("46331.99998", time(23, 59))],
)  # fmt: skip
def test_halves_of_the_day_and_whole_hours_are_known(text, hour):
    assert written_days.read_moment(text, ZONE) == (DAY, hour)


@pytest.mark.parametrize(
    "text",
    ["0026-11-05", "0002-11-05", "05/11/0026", "05/11/026",
     "", "hôm qua", "31/02/2026", "13/13/2026", "0/11/2026", "05/11/1926", "05/11/9999", "20261105",
     "05/11", "11/2026", "12h tối ngày 5/11/2026", "5-Nob-26", "ngày", "thứ năm",
     "5/11/2026 25:00", "5/11/2026 9:75", "٥/١١/٢٠٢٦", "99999.9", "1", "-46331",
     "2026-11-05T09:12:44+99:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "1e5", "nan",
     "9" * 5000, "5/11/2026" * 1000],
)  # fmt: skip
def test_what_is_no_day_of_ours_is_none(text):
    assert written_days.read_moment(text, ZONE) is None
    assert written_days.read_day(text) is None


def test_a_number_counts_from_the_first_day_of_its_workbook():
    from_1904 = date(1904, 1, 1)

    assert written_days.read_moment("44869.5", ZONE, from_1904) == (DAY, time(12))
    assert written_days.read_moment("05/11/2026", ZONE, from_1904) == (DAY, None)
