"""Codes are guessed by SMS no faster than on the web, and over the limit nothing is told apart."""

import pytest

from shared.domain import clock, codes
from shared.store.cases import reserved_codes
from shared.store.people import devices
from tests.sms.conftest import with_settings

MISSES = 3
HOA, MAN = "+84987654321", "+84912345678"


@pytest.fixture
def desk(desk):
    """A desk where three unknown codes an hour are enough, and replies are not."""
    return with_settings(
        desk, lookup_misses_per_hour_ip=MISSES, replies_per_hour=900, replies_per_day=900
    )


@pytest.fixture
def now(monkeypatch):
    """The clock of the program: `now[0] += clock.HOUR` moves it."""
    at = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: at[0])
    return at


def keys(answers):
    return [one.text_key for one in answers]


def guess(text, times=MISSES, sender=HOA):
    return [keys(text(f"TT {codes.new_code()}", sender))[0] for _ in range(times)]


@pytest.mark.parametrize("word", ["TT", "BS", "RUT", "DY"])
def test_after_too_many_guesses_every_code_gets_one_answer(text, a_proposal, db, word, now):
    theirs = a_proposal(name="Trần Thị Mận", phone=MAN, consents={"store": True}).code
    kiosk = devices.add(db, "Kiosk 1", "hash", actor="t", at=clock.now())
    [waiting] = reserved_codes.issue(
        db, kiosk.id, reserved_codes.FULL - 1, key=b"k", at=clock.now()
    )
    assert guess(text, MISSES + 1) == ["code_not_found"] * MISSES + ["code_locked"]

    told = [text(f"{word} {code}", HOA) for code in (theirs, waiting, codes.new_code())]

    assert [keys(one) for one in told] == [["code_locked"]] * 3
    assert len({str(sorted(one[0].blanks.items())) for one in told}) == 1


def test_what_is_a_numbers_own_it_is_told_of_at_any_time(text, a_proposal, now):
    own = a_proposal(name="Trần Thị Mận", phone=MAN, consents={"store": True}).code
    text(f"DY {own}", MAN)
    guess(text, sender=MAN)

    assert keys(text(f"TT {own}", MAN)) == ["st_received"]
    assert keys(text(f"BS {own} làm ở quầy số 2", MAN)) == ["more_received"]


def test_another_number_is_not_held_up_and_the_hour_ends(text, a_proposal, now):
    code = a_proposal().code
    guess(text)
    assert keys(text(f"TT {code}", HOA)) == ["code_locked"]

    assert keys(text(f"TT {code}", MAN)) == ["st_received"]
    now[0] += clock.HOUR
    assert keys(text(f"TT {code}", HOA)) == ["st_received"]


def test_wrong_check_digits_cost_nothing(text, a_proposal, now):
    for n in range(MISSES + 2):
        text(f"TT {n:012d}", HOA)

    assert keys(text(f"TT {a_proposal().code}", HOA)) == ["st_received"]


def test_the_store_keeps_no_number_of_a_guesser(text, db, now):
    guess(text)

    kept = db.rows("SELECT who FROM throttle WHERE commune_id = :commune_id")

    assert len(kept) == 1 and not any(HOA[-9:] in who for (who,) in kept)
