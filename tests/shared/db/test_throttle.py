"""A brake holds for its window, on each one alone, and a wrong clock locks nobody out."""

import pytest

from shared.db import throttle
from shared.db.throttle import Brake, GrowingBrake
from shared.domain import clock

BRAKE = Brake("guess", 3, clock.HOUR)
NOW = clock.now()
GROWING = GrowingBrake("grow", 2, clock.HOUR, 1000, 5000)


def guess(db, times: int, who: str = "a", at: int = NOW, brake: Brake = BRAKE) -> int:
    """Count so many guesses and return how long `who` must wait."""
    for _ in range(times):
        throttle.count(db, brake, who, at)
    return throttle.wait_left(db, brake, who, at)


def test_the_brake_is_open_until_it_was_pulled_often_enough(db):
    assert guess(db, 0) == guess(db, 1) == guess(db, 1) == 0
    assert guess(db, 1) == clock.HOUR


def test_the_wait_runs_from_the_first_guess_and_ends(db):
    guess(db, 1)
    guess(db, 2, at=NOW + clock.MINUTE)

    assert throttle.wait_left(db, BRAKE, "a", NOW + clock.MINUTE) == 59 * clock.MINUTE
    assert throttle.wait_left(db, BRAKE, "a", NOW + clock.HOUR - 1) == 1
    assert throttle.wait_left(db, BRAKE, "a", NOW + clock.HOUR) == 0


def test_a_new_window_begins_when_the_last_is_over(db):
    guess(db, 3)

    assert guess(db, 2, at=NOW + clock.HOUR) == 0
    assert guess(db, 1, at=NOW + clock.HOUR) == clock.HOUR


def test_each_one_and_each_brake_is_counted_alone(db):
    guess(db, 3)

    assert throttle.wait_left(db, BRAKE, "b", NOW) == 0
    assert throttle.wait_left(db, Brake("other", 3, clock.HOUR), "a", NOW) == 0


def test_a_right_answer_forgives(db):
    guess(db, 3)

    throttle.forgive(db, BRAKE, "a")

    assert throttle.wait_left(db, BRAKE, "a", NOW) == 0


@pytest.mark.parametrize("back", [clock.MINUTE, clock.HOUR, 365 * clock.DAY])
def test_a_clock_that_jumps_back_locks_nobody_out(db, back):
    guess(db, 3)
    before = NOW - back

    assert throttle.wait_left(db, BRAKE, "a", before) == 0
    assert guess(db, 2, at=before) == 0
    assert guess(db, 1, at=before) == clock.HOUR


def test_who_read_the_clock_earlier_and_comes_later_opens_no_brake(db):
    guess(db, 2)
    guess(db, 1, at=NOW - 5)

    assert throttle.wait_left(db, BRAKE, "a", NOW - 5) == throttle.wait_left(db, BRAKE, "a", NOW)


def test_a_growing_brake_waits_from_the_last_time_and_doubles(db):
    def wait(at):
        throttle.take(db, ((GROWING, "a"),), at)
        return throttle.wait_left(db, GROWING, "a", at)

    waits, at = [], NOW
    for _ in range(7):
        waits.append(wait(at))
        at += waits[-1]

    assert waits == [0, 1000, 2000, 4000, 5000, 5000, 5000]
    assert throttle.wait_left(db, GROWING, "a", at + clock.HOUR) == 0
    assert wait(at + clock.HOUR) == 0, "it is all forgotten"


def test_of_two_brakes_none_is_pulled_where_one_holds(db):
    guess(db, 3)
    other = Brake("other", 3, clock.HOUR)

    assert throttle.take(db, ((other, "a"), (BRAKE, "a")), NOW) == clock.HOUR
    assert throttle.counted(db, "other", since=0) == {}


def test_what_was_no_guess_is_given_back(db):
    guess(db, 3)

    throttle.give_back(db, ((BRAKE, "a"), (BRAKE, "never counted")))

    assert throttle.wait_left(db, BRAKE, "a", NOW) == 0
    assert guess(db, 1) == clock.HOUR


def test_a_restart_forgives_nobody(instance, db):
    guess(db, 3)

    again = instance.open()

    assert throttle.wait_left(again, BRAKE, "a", NOW) == clock.HOUR
    again.close()


def test_old_windows_are_swept_away(db):
    for number in range(50):
        throttle.count(db, BRAKE, f"{number}", NOW)

    throttle.count(db, BRAKE, "new", NOW + 2 * clock.HOUR)

    assert db.row("SELECT count(*) FROM throttle") == (1,)
