"""New numbers beyond a day's total are answered on a later day, never not at all."""

import dataclasses

import pytest

from shared.domain import clock, quiet_hours, record
from shared.store.messages import first_answers, inbox, threads
from sms import inbound
from tests.conftest import ZONE
from tests.sms.conftest import prove, with_settings

NUMBERS = [f"+8491200{place:04}" for place in range(1, 8)]


@pytest.fixture
def desk(desk):
    """A desk that answers two new numbers a day, and no number at night."""
    sms = dataclasses.replace(desk.settings.sms, quiet_from="21:00", quiet_to="07:00")
    desk = with_settings(desk, first_replies_per_day=2)
    return record.replace(desk, settings=dataclasses.replace(desk.settings, sms=sms))


@pytest.fixture
def write(db, desk, arrive):
    """A builder: `write(text, sender)` at noon of a day, and what stands in the queue for them."""

    def build(words, sender, at=None):
        at = at or noon(0)
        arrive(words, sender, at=at)
        for message in inbox.waiting(db):
            inbound.handle(db, desk, message, at=at)
        return threads.between(db, sender)[1]

    return build


def noon(days):
    today = clock.to_local(clock.now(), ZONE).date()
    return clock.start_of_day(today, ZONE) + days * clock.DAY + 12 * clock.HOUR


def idea(place):
    return f"SK thêm {place} ghế cho người già ở quầy"


def days_until(due_at):
    return (due_at - noon(0) + 12 * clock.HOUR) // clock.DAY


def test_beyond_the_total_answers_wait_for_the_next_days_and_every_case_is_kept(db, write):
    answers = [write(idea(place), number) for place, number in enumerate(NUMBERS)]

    assert [[one.text_key for one in each] for each in answers] == [
        ["receipt", "privacy_first"]
    ] * 7
    assert [days_until(each[0].due_at) for each in answers] == [0, 0, 1, 1, 2, 2, 3]
    assert all(one.due_at == each[0].due_at for each in answers for one in each)
    assert db.row("SELECT count(*) FROM proposal") == (7,)
    assert first_answers.waiting(db, at=noon(0), zone=ZONE) == 5


def test_the_log_has_a_line_for_each_day_that_is_full_and_none_for_each_number(write, caplog):
    """Thousands of invented numbers must not fill a small disk."""
    for place, number in enumerate(NUMBERS):
        write(idea(place), number)

    assert sum("first_replies_wait" in line for line in caplog.messages) == 3


def test_what_waits_goes_when_its_day_begins_and_not_before(db, write, outbox, desk):
    for place, number in enumerate(NUMBERS):
        write(idea(place), number)

    def sent_by(at):
        while outbox.send_one(db, at=at):
            pass
        return db.row("SELECT count(DISTINCT phone) FROM outbox WHERE state <> 'queued'")[0]

    assert sent_by(noon(0) + clock.MINUTE) == 2
    assert sent_by(noon(1) - 6 * clock.HOUR) == 2
    assert sent_by(noon(1)) == 4
    assert sent_by(noon(3)) == 7
    waiting = threads.between(db, NUMBERS[2])[1][0]
    assert not quiet_hours.is_quiet(desk.settings.sms, waiting.due_at, ZONE)


def test_a_number_that_waits_gets_nothing_before_its_turn_however_often_it_writes(write):
    for place, number in enumerate(NUMBERS[:3]):
        write(idea(place), number)

    again = write("TT 482173950688", NUMBERS[2])

    assert {days_until(one.due_at) for one in again} == {1}


def test_who_heard_of_us_before_is_answered_at_once(db, write):
    for place, number in enumerate(NUMBERS[:4]):
        write(idea(place), number)

    assert write("HD", NUMBERS[0])[-1].due_at == noon(0)


def test_the_next_day_has_room_for_what_is_left_of_its_total(write):
    for place, number in enumerate(NUMBERS[:3]):
        write(idea(place), number)

    first, second = (write(idea(8 + one), NUMBERS[3 + one], at=noon(1)) for one in range(2))

    assert first[0].due_at == noon(1)
    assert days_until(second[0].due_at) == 2


def test_a_cry_for_help_waits_for_no_day(write):
    for place, number in enumerate(NUMBERS[:3]):
        write(idea(place), number)

    assert write("Cháy nhà ở ấp 2", NUMBERS[5])[0].due_at == noon(0)


def test_what_waits_for_no_day_makes_no_new_number_a_known_one(db, write, a_proposal):
    kept = a_proposal(phone=NUMBERS[6], consents={"store": True})
    prove(db, kept.id, NUMBERS[6])
    for place, number in enumerate(NUMBERS[:2]):
        write(idea(place), number)
    write("Cháy nhà ở ấp 2", NUMBERS[5])
    write(f"RUT {kept.code}", NUMBERS[6])

    after = [write(idea(5 + place), NUMBERS[5 + place])[-1] for place in range(2)]

    assert [days_until(one.due_at) for one in after] == [1, 1]


def test_digits_for_a_withdrawal_wait_for_no_day(db, write, a_proposal):
    kept = a_proposal(phone=NUMBERS[6], consents={"store": True})
    prove(db, kept.id, NUMBERS[6])
    for place, number in enumerate(NUMBERS[:3]):
        write(idea(place), number)

    assert write(f"RUT {kept.code}", NUMBERS[6])[0].due_at == noon(0)
