"""A clock that was wrong when an idea came is found by the order in which things were noted."""

import pytest

from shared.db import event_log
from shared.domain import clock
from shared.store.cases import odd_clock, proposals
from shared.store.cases.odd_clock import OddClock

# After whatever founded the office, however long ago this module was read.
NOW = clock.now() + clock.DAY


def touch(db, proposal, at):
    proposals.assign(db, proposal.code, None, actor="test", at=at)
    proposals.flag(db, proposal.code, spam=True, confidential=False, actor="test", at=at)


@pytest.fixture
def before(db, a_proposal):
    """Something that was noted at the right hour."""
    return a_proposal(at=NOW - clock.HOUR)


def test_an_idea_that_came_while_the_clock_was_right_says_nothing(db, a_proposal, before):
    idea = a_proposal(at=NOW - clock.MINUTE)
    touch(db, idea, NOW)

    assert odd_clock.around(db, event_log.of_proposal(db, idea.id), now=NOW) is None
    assert odd_clock.around(db, event_log.of_proposal(db, before.id), now=NOW) is None


def test_requests_side_by_side_make_no_clock_wrong(db, a_proposal):
    first, second = a_proposal(at=NOW), a_proposal(at=NOW - 4 * clock.MINUTE)

    assert odd_clock.around(db, event_log.of_proposal(db, first.id), now=NOW) is None
    assert odd_clock.around(db, event_log.of_proposal(db, second.id), now=NOW) is None


def test_a_clock_that_was_ahead_is_seen_until_it_is_put_right_and_afterwards(
    db, a_proposal, before
):
    idea = a_proposal(at=NOW + 2 * clock.DAY)

    assert odd_clock.around(db, event_log.of_proposal(db, idea.id), now=NOW) == OddClock(
        "ahead", NOW
    )
    touch(db, idea, NOW + clock.MINUTE)
    later = odd_clock.around(db, event_log.of_proposal(db, idea.id), now=NOW + 9 * clock.DAY)
    assert later == OddClock("ahead", NOW + clock.MINUTE)


def test_a_clock_that_fell_back_to_an_earlier_year_is_seen(db, a_proposal, before):
    idea = a_proposal(at=NOW - 300 * clock.DAY)
    touch(db, idea, NOW)

    assert odd_clock.around(db, event_log.of_proposal(db, idea.id), now=NOW) == OddClock(
        "behind", NOW - clock.HOUR
    )


def test_times_are_read_one_by_one_only_where_one_contradicts(db, a_proposal, before, monkeypatch):
    idea = a_proposal(at=NOW - clock.MINUTE)
    touch(db, idea, NOW)
    monkeypatch.setattr(odd_clock, "_odd", lambda *_: pytest.fail("read one by one"))

    assert odd_clock.around(db, event_log.of_proposal(db, idea.id), now=NOW) is None


def test_what_lies_behind_is_looked_at_once(db, a_proposal, before, monkeypatch):
    monkeypatch.setattr(odd_clock, "_NEIGHBOURS", 2)
    ahead = a_proposal(at=NOW + 2 * clock.DAY)
    touch(db, ahead, NOW)
    happened = event_log.of_proposal(db, ahead.id)
    assert odd_clock.around(db, happened, now=NOW) == OddClock("ahead", NOW)
    touch(db, before, NOW + clock.MINUTE)

    first = odd_clock.around(db, happened, now=NOW + clock.HOUR)
    monkeypatch.setattr(db, "rows", lambda *_, **__: pytest.fail("looked at again"))
    monkeypatch.setattr(db, "row", lambda *_, **__: pytest.fail("looked at again"))

    assert first == OddClock("ahead", NOW)
    assert odd_clock.around(db, happened, now=NOW + 2 * clock.HOUR) == first
