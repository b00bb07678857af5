"""Which archives stay and which go."""

from datetime import datetime, timedelta
from pathlib import Path

from shared.backup.places import Archive, archives, name_of, outlived, sum_of
from shared.domain import clock
from tests.conftest import ZONE

TODAY = datetime(2026, 3, 16, 8, 0, tzinfo=ZONE)  # a Monday
NOW = clock.from_local(TODAY)


def made(days_ago: float) -> Archive:
    at = clock.from_local(TODAY.replace(hour=2, minute=30) - timedelta(days=days_ago))
    return Archive(Path(f"{days_ago}.age"), at)


def staying(kept: list[Archive], days: int = 7, weeks: int = 4, at: int = NOW) -> list[float]:
    going = outlived(kept, at=at, zone=ZONE, days=days, weeks=weeks)
    return [float(one.path.stem) for one in kept if one not in going]


def test_of_many_nights_seven_days_and_four_weeks_stay():
    kept = [made(day) for day in range(60)]

    # Seven days; and of the weeks before, the archive of each Sunday.
    assert staying(kept) == [0, 1, 2, 3, 4, 5, 6, 8, 15]


def test_of_many_on_one_day_the_last_stays():
    kept = [made(0), made(-0.1), made(-0.2), made(1)]

    assert staying(kept, weeks=0) == [-0.2, 1]


def test_nothing_older_than_35_days_stays_but_the_newest_of_all():
    assert staying([made(1), made(34), made(36)], days=35, weeks=5) == [1, 34]
    assert staying([made(40), made(50)]) == [40]


def test_days_without_a_backup_are_not_counted():
    kept = [made(day) for day in (0, 10, 20, 30)]

    assert staying(kept, weeks=0) == [0, 10, 20, 30]


def test_an_archive_of_a_wrong_clock_goes_once_there_is_another():
    assert staying([made(-3650), made(0)]) == [0]
    assert staying([made(-3650)]) == [-3650]


def test_a_clock_that_is_behind_removes_nothing_that_is_new():
    kept = [made(0), made(1), made(2)]
    years_ago = NOW - 700 * clock.DAY

    assert 0 in staying(kept, at=years_ago)


def test_only_an_instances_own_archives_are_found(tmp_path):
    mine, other = name_of("abc123", NOW, ZONE), name_of("def456", NOW, ZONE)
    for name in (mine, other, f"{mine}.part", sum_of(Path(mine)).name, "hienke.tar.age", "a.txt"):
        (tmp_path / name).write_text("x")
    (tmp_path / "hienke-abc123-20261399-996699.tar.age").write_text("no day has such a name")

    assert archives(tmp_path, "abc123", ZONE) == [Archive(tmp_path / mine, NOW)]
    assert archives(tmp_path / "stick", "abc123", ZONE) == []
