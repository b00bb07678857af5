"""The figures of the overview, counted a second time from the rows of the store."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from shared import founding
from shared.db.connection import Store
from shared.domain import clock, unit_number
from shared.domain.proposal import counted_as
from shared.runtime.instance import Instance
from shared.store.office import campaigns, profile
from shared.store.reports import overview

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = datetime(2026, 11, 23, 3, tzinfo=UTC)
AT = clock.from_local(DAY)
NEVER = ("received", "needs_info", "under_appraisal", "at_council", "on_trial")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The forty cases of the demo on a day in November 2026."""
    instance = Instance(Path(tmp_path_factory.mktemp("demo")) / "office")
    founding.found(instance, unit_number.DEMO, is_demo=True, at=AT)
    opened = instance.open()
    yield opened
    opened.close()


def rows_of(db: Store) -> list[dict]:
    names = [name for _, name, *_ in db.rows("PRAGMA table_info(proposal)")]
    return [dict(zip(names, row, strict=True)) for row in db.rows("SELECT * FROM proposal")]


def year_received(row: dict) -> int:
    return datetime.fromtimestamp(row["received_at"] / 1000, ZONE).year


def is_of(row: dict, year: int, basis: str) -> bool:
    return year == (row["evaluation_year"] if basis == "counted" else year_received(row))


def open_or_status(row: dict) -> str:
    return "open" if row["status"] in NEVER else row["status"]


def counted(tallies: list[overview.Tally]) -> dict[str, int]:
    return {one.key: one.count for one in tallies}


@pytest.mark.slow
@pytest.mark.parametrize("basis", overview.BASES)
@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_every_figure_of_a_demo_year_is_what_its_rows_say(demo, year, basis):
    here = [row for row in rows_of(demo) if is_of(row, year, basis)]
    shown = [row for row in here if not row["is_spam"] and not row["is_confidential"]]
    of = overview.chosen(year, basis, ZONE)

    totals = overview.totals(demo, of)

    assert (totals.every, totals.shown) == (len(here), len(shown))
    assert totals.spam == sum(row["is_spam"] for row in here)
    for count, value in (
        (overview.by_channel, lambda row: row["channel"]),
        (overview.by_category, lambda row: row["category"] or ""),
        (overview.by_participant, lambda row: counted_as(row["participant_type"])),
        (overview.by_outcome, open_or_status),
    ):
        assert counted(count(demo, of)) == dict(Counter(map(value, shown)))
    assert sum(one.count for one in overview.by_hamlet(demo, of)) == len(shown)


@pytest.mark.slow
def test_what_waits_and_is_late_in_the_demo_is_what_its_rows_say(demo):
    today = DAY.astimezone(ZONE).date()
    left = {
        row["id"]: (datetime.fromtimestamp(row["due_at"] / 1000, ZONE).date() - today).days
        for row in rows_of(demo)
    }
    shown = [row for row in rows_of(demo) if not row["is_spam"] and not row["is_confidential"]]

    waiting = overview.waiting(
        demo,
        today=clock.end_of_day(today - timedelta(days=1), ZONE) + 1,
        soon=clock.end_of_day(today + timedelta(days=2), ZONE),
    )

    assert [one.status for one in waiting] == list(NEVER)
    for one in waiting:
        days = [left[row["id"]] for row in shown if row["status"] == one.status]
        if one.status in ("at_council", "on_trial"):
            assert (one.unclocked, one.count) == (len(days), len(days))
        else:
            assert one.late == sum(day < 0 for day in days)
            assert one.soon == sum(0 <= day <= 2 for day in days)
            assert one.fine == sum(day > 2 for day in days)
    assert sum(one.late for one in waiting) > 0, "the demo shows something late"


@pytest.mark.slow
def test_what_the_cut_off_moves_in_the_demo_leaves_one_year_and_enters_the_next(demo):
    moved = [row for row in rows_of(demo) if row["evaluation_year"] != year_received(row)]

    out = overview.carried_over(demo, overview.chosen(2026, "received", ZONE))
    into = overview.carried_over(demo, overview.chosen(2027, "counted", ZONE))

    assert moved
    assert (out.passed_on, out.brought_in) == (len(moved), 0)
    assert (into.passed_on, into.brought_in) == (0, len(moved))
    assert out.on_the_line == sum(row["on_the_line"] for row in rows_of(demo))


def test_a_year_begins_at_the_offices_own_midnight(db, a_proposal):
    last = clock.end_of_day(date(2025, 12, 31), ZONE)
    a_proposal(at=last)
    a_proposal(at=last + 1)

    found = [
        overview.totals(db, overview.chosen(year, "received", ZONE)).every for year in (2025, 2026)
    ]

    assert found == [1, 1]
    assert overview.years(db, at=AT, zone=ZONE) == [2026, 2025]


def test_a_late_idea_is_one_whose_last_day_is_over(db, a_proposal):
    case = a_proposal(at=AT)
    due = clock.to_local(case.due_at, ZONE).date()

    def clocked(today: date) -> tuple[int, int, int]:
        begins = clock.end_of_day(today - timedelta(days=1), ZONE) + 1
        soon = clock.end_of_day(today + timedelta(days=2), ZONE)
        one = overview.waiting(db, today=begins, soon=soon)[0]
        return one.late, one.soon, one.fine

    assert clocked(due - timedelta(days=3)) == (0, 0, 1)
    assert clocked(due - timedelta(days=2)) == (0, 1, 0)
    assert clocked(due) == (0, 1, 0)
    assert clocked(due + timedelta(days=1)) == (1, 0, 0)


def test_spellings_of_one_hamlet_are_one_and_what_was_typed_once_stays_unnamed(db, a_proposal):
    for hamlet in ("Ấp Bình Chánh", "Ấp Bình Chánh", "binh chanh", "nhà ông Tư 0912345678", ""):
        a_proposal(at=AT, hamlet=hamlet)

    found = overview.by_hamlet(db, overview.chosen(2026, "received", ZONE))

    assert counted(found) == {"Ấp Bình Chánh": 3, overview.TYPED_ONCE: 1, overview.UNSAID: 1}


def test_each_code_says_what_it_brought_in_known_or_not(db, a_proposal):
    for code, name in (("nong-dan", "Hội Nông dân"), ("phu-nu", "Hội Phụ nữ")):
        profile.add_organisation(db, code, name, actor="test", at=AT)
    for mobiliser in ("nong-dan", "Nong-Dan", "cho-chieu", "Ông Tư, ấp 3", ""):
        a_proposal(at=AT, mobiliser=mobiliser)

    found = overview.by_caller(db, overview.chosen(2026, "received", ZONE))

    assert [(one.code, one.name, one.count) for one in found] == [
        ("nong-dan", "Hội Nông dân", 2),
        ("?", "", 1),
        ("cho-chieu", "", 1),
        ("phu-nu", "Hội Phụ nữ", 0),
    ]


def test_another_communes_ideas_are_not_counted(db, a_proposal):
    a_proposal(at=AT)
    of = overview.chosen(2026, "received", ZONE)

    db.commune_id = 2

    assert overview.totals(db, of) == overview.Totals(0, 0, 0)
    assert overview.by_channel(db, of) == []
    assert campaigns.campaigns(db) == []
