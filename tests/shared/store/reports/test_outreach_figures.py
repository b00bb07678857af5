"""What an effort brought in, counted by its code and by the week."""

from datetime import date, timedelta

import pytest

from shared.domain import clock
from shared.domain.outreach import BROUGHT_NOTHING, WEEKS, BroughtIdeas
from shared.store.office import outreach
from shared.store.office.outreach import NewEffort
from shared.store.reports import outreach_figures
from tests.conftest import ZONE

DAY = date(2026, 3, 2)


@pytest.fixture
def an_effort(db):
    """Keep an effort with a code, begun so many days after DAY; return it."""

    def keep(code, days=0):
        new = NewEffort(
            "poster", "Áp phích", "Ấp 2", (DAY + timedelta(days)).isoformat(), "", "Chị Hạnh",
            code, None, None, "",
        )  # fmt: skip
        key = f"{code} {days} {len(outreach.of_year(db, DAY.year))}"
        return outreach.by_id(db, outreach.add(db, new, key=key, actor="x", at=clock.now()))

    return keep


@pytest.fixture
def an_idea(a_proposal):
    """Keep an idea with a code, received in the last moment of a day after DAY."""

    def keep(code, days=0):
        a_proposal(mobiliser=code, at=clock.end_of_day(DAY + timedelta(days), ZONE))

    return keep


def brought(db, *efforts):
    found = outreach_figures.brought(db, efforts, ZONE)
    return [found.get(one.id, BROUGHT_NOTHING) for one in efforts]


def test_ideas_count_by_the_week_after_the_effort_began(db, an_effort, an_idea):
    for days in (-1, 0, 6, 7, 27, 28, 300):
        an_idea("loa-ap2", days)

    [found] = brought(db, an_effort("loa-ap2"))

    assert found == BroughtIdeas((2, 1, 0, 1), 2)
    assert found.total == 6


def test_an_idea_counts_for_the_latest_effort_before_it_and_for_one_alone(db, an_effort, an_idea):
    efforts = [an_effort("loa", 10), an_effort("loa"), an_effort("phunu")]
    struck = an_effort("loa", 5)
    outreach.strike(db, struck.id, "ghi nhầm", actor="x", at=clock.now())
    for code, days in (("loa", -1), (" LOA ", 9), ("loa", 10), ("la", 0)):
        an_idea(code, days)

    assert [one.total for one in brought(db, *efforts)] == [1, 1, 0]


def test_of_two_efforts_on_one_day_the_later_entry_counts(db, an_effort, an_idea):
    first, second = an_effort("loa"), an_effort("loa")
    an_idea("loa")

    assert [one.total for one in brought(db, first, second)] == [0, 1]


def test_what_bears_no_code_is_attributed_to_nobody(db, an_effort, an_idea):
    an_idea("")

    assert brought(db, an_effort("")) == [BROUGHT_NOTHING]
    assert len(BROUGHT_NOTHING.weeks) == WEEKS
