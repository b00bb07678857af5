"""What an effort brought in, counted by its code and by the week."""

from datetime import date, timedelta

from shared.domain.outreach import BROUGHT_NOTHING, WEEKS, BroughtIdeas, brought_in

DAY = date(2026, 3, 2)


def after(days):
    return DAY + timedelta(days=days)


def test_ideas_count_by_the_week_after_the_effort_began():
    ideas = [("loa-ap2", after(days)) for days in (0, 6, 7, 27, 28, 300)]

    found = brought_in([("e1", "loa-ap2", DAY)], ideas)

    assert found == {"e1": BroughtIdeas((2, 1, 0, 1), 2)}
    assert found["e1"].total == 6


def test_an_idea_counts_for_the_latest_effort_before_it_and_for_one_alone():
    efforts = [("second", "loa", after(10)), ("first", "loa", DAY), ("other", "phunu", DAY)]
    ideas = [("loa", after(-1)), ("loa", after(9)), ("loa", after(10)), ("la", DAY)]

    found = brought_in(efforts, ideas)

    assert [found[name].total for name in ("first", "second", "other")] == [1, 1, 0]


def test_what_bears_no_code_is_attributed_to_nobody():
    assert brought_in([("e1", "", DAY)], [("", DAY)]) == {"e1": BROUGHT_NOTHING}
    assert len(BROUGHT_NOTHING.weeks) == WEEKS
