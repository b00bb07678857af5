"""What may be the same is kept when ideas come, as true as if they were compared at each look."""

import threading

import pytest

from kiosk.comparing import AT_ONCE, Comparer
from shared.db.connection import writing
from shared.domain import clock
from shared.runtime.worker_loop import Turn
from shared.store.cases import case_words, compared, proposals, similar
from shared.store.cases.proposals import PROPOSAL
from shared.store.privacy.erasures import Scope
from shared.workflows import erase
from shared.workflows.erase import ErasureRequest

TITLE = "Cho hẹn giờ trước khi đi chứng thực"
OTHERWISE = "Xin hẹn giờ trước khi đi chứng thực"


@pytest.fixture
def compare(instance, db):
    """A step: all that are in line are compared, as the program does beside its pages."""

    def step():
        turn = Turn(threading.Event())
        while Comparer(instance).compare(db, turn):
            pass

    return step


def _like(db, case):
    here = proposals.by_code(db, case.code)
    return [(one.code, one.likeness) for one in similar.suggestions(db, here, "an")]


def test_what_is_kept_is_what_a_comparison_at_the_look_finds(db, a_proposal, compare):
    cases = [a_proposal(title=TITLE), a_proposal(title=OTHERWISE), a_proposal(title="Trồng cây")]
    cases.append(a_proposal(title=f"{TITLE} ở ấp 3"))
    at_the_look = [_like(db, one) for one in cases]

    compare()

    assert [_like(db, one) for one in cases] == at_the_look
    assert compared.in_line(db, 1) == [] and at_the_look[0] and not at_the_look[2]


def test_an_idea_that_came_this_moment_is_seen_from_one_that_was_compared(db, a_proposal, compare):
    first = a_proposal(title=TITLE)
    compare()

    later = a_proposal(title=OTHERWISE)

    assert [code for code, _ in _like(db, first)] == [later.code]
    assert [code for code, _ in _like(db, later)] == [first.code]


def test_what_an_erasure_took_is_like_nothing_and_no_pair_is_left(db, a_proposal, compare):
    first, gone = a_proposal(title=TITLE), a_proposal(title=OTHERWISE)
    compare()
    assert _like(db, first)

    erase.erase(db, gone.id, ErasureRequest(Scope.ALL, "asked", "theo yêu cầu", "an", clock.now()))

    assert _like(db, first) == []
    assert db.rows("SELECT 1 FROM alike WHERE commune_id = :commune_id") == []
    assert compared.in_line(db, 1) == []


def test_new_words_are_compared_anew(db, a_proposal, compare):
    first, other = a_proposal(title=TITLE), a_proposal(title="Trồng hoa ven đường làng")
    compare()
    assert _like(db, first) == []

    with writing(db):
        db.change(PROPOSAL, {"id": other.id}, {"title": OTHERWISE})
        case_words.index(db, other.id)
    assert [code for code, _ in _like(db, first)] == [other.code]
    compare()

    assert [code for code, _ in _like(db, first)] == [other.code]


def test_a_long_line_is_worked_off_a_few_at_a_time(instance, db, a_proposal):
    for number in range(AT_ONCE + 1):
        a_proposal(title=f"{TITLE} {number}")
    turn = Turn(threading.Event())

    assert Comparer(instance).compare(db, turn)
    assert not Comparer(instance).compare(db, turn)
