"""What is counted in memory: within any window, for each name, whatever the clock does."""

from concurrent.futures import ThreadPoolExecutor

from shared.domain import clock
from shared.runtime.lately import Lately

NOW = 1_800_000_000_000


def test_it_is_full_at_its_limit_and_free_again_after_the_window():
    counted = Lately(3, clock.MINUTE)

    taken = [counted.take("a", NOW + n) for n in range(4)]

    assert taken == [0, 0, 0, clock.MINUTE - 3]
    assert counted.take("b", NOW) == 0
    assert counted.take("a", NOW + clock.MINUTE) == 0
    assert counted.take("a", NOW + clock.MINUTE) == 1


def test_a_clock_that_is_put_back_locks_nobody_out():
    counted = Lately(2, clock.HOUR)
    counted.take("a", NOW)
    counted.take("a", NOW)

    assert counted.take("a", NOW - clock.DAY) == 0


def test_who_read_the_clock_earlier_and_comes_later_frees_nobody():
    counted = Lately(2, clock.HOUR)
    counted.take("a", NOW)
    counted.take("a", NOW - 5)

    assert counted.take("a", NOW - 6) > 0


def test_twelve_at_once_get_no_more_than_there_is():
    counted = Lately(10, clock.HOUR)

    with ThreadPoolExecutor(12) as pool:
        left = list(pool.map(lambda _: counted.take("a", NOW), range(120)))

    assert left.count(0) == 10


def test_many_names_do_not_make_it_forget_who_was_counted_last(monkeypatch):
    monkeypatch.setattr("shared.runtime.lately._MOST_REMEMBERED", 3)
    counted = Lately(1, clock.HOUR)

    for name in ("a", "b", "c", "d"):
        counted.take(name, NOW)

    assert [counted.left(name, NOW) > 0 for name in ("a", "b", "c", "d")] == [
        False,
        True,
        True,
        True,
    ]
