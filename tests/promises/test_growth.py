"""No screen costs more because an office has more ideas. Every screen is asked of an office with
few and of one with eight times as many, and SQLite's own steps are counted, never a clock.

What still grows stands in GROWS, with the reason; whoever mends it takes its line away. `make grow`
shows the figures, at sizes that take longer to make.
"""

import re
import tracemalloc
from functools import cache
from math import inf
from pathlib import Path

import pytest

from shared.db.connection import Store
from shared.store.cases import idea_counts
from tests.bench import copies, grow, screens

pytestmark = pytest.mark.slow

FEW, MANY = 1_000, 20_000
# What a page about a quiet year may cost more steps because of what other years left undone.
FEW_MORE = 1_000
# How many steps the number beside "Hôm nay", which stands on every page of the staff, may take.
HEAD = 5_000
# Addresses, as expressions, and why their screens may grow.
GROWS = {
    r"/giay/doi-chieu(\?thang)?": "the ideas of a month are read to find those on paper",
    r"/bao-cao/<int:year>": "a report counts the ideas of its year and the one before: OF_A_YEAR",
    r"/thanh-tich": "the parts of the office's own people in a year: OF_A_YEAR",
    r"/mo-hinh(\.csv|\.json)": "the open data are all models, read and sent a portion at a time",
}
# Addresses, as expressions, whose screens cost more until there are as many as they look at, with
# the steps that they never take, and why.
BOUNDED = {
    r"/\?q=.*": (60_000, "up to 128 words are looked up that begin so, and some newest finds"),
}
# Screens that are about a year: they cost what that year holds, whatever the others hold.
OF_A_YEAR = (
    "/bao-cao/{}", "/thanh-tich?nam={}", "/khen-thuong/so?nam={}", "/tuyen-truyen?nam={}",
    "/noi-nhan?nam={}",
)  # fmt: skip
# Statements that go through a whole table that grows, and why.
SCANS: dict[str, str] = {}


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> tuple["Walked", "Walked"]:
    """An office with few ideas and one with many, each screen asked once."""
    folder = tmp_path_factory.mktemp("growth")
    return Walked(folder / "few", FEW), Walked(folder / "many", MANY)


class Walked:
    """An office and what its screens cost, by their names."""

    def __init__(self, folder: Path, ideas: int) -> None:
        self.big = screens.make(folder, ideas, calm=FEW, is_sealed=False)
        self.asked = {one.name: one for one in screens.every(self.big)}

    def steps(self, name: str) -> int:
        """Return the steps of a screen."""
        return self.asked[name].steps

    def of_a_year(self, year: int) -> dict[str, int]:
        """Return the steps of each screen that is about a year, asked about this one."""
        chair = self.big.member("chair")
        roads = [one.format(year) for one in OF_A_YEAR]
        return {road: screens.ask(self.big, chair, road).steps for road in roads}

    def ideas(self, year: int) -> int:
        """Return how many ideas count to a year."""
        return idea_counts.counted(self.big.db, "kind", year).total()


def address(name: str) -> str:
    """Return a screen's address, without whose it is."""
    return name.partition(" ")[2]


@cache
def most_of(where: str) -> float:
    """Return how many steps a screen may take however it grows, by its address; 0 for most."""
    if any(re.fullmatch(one, where) for one in GROWS):
        return inf
    return next((most for one, (most, _) in BOUNDED.items() if re.fullmatch(one, where)), 0)


def test_every_screen_answers_in_an_office_of_any_size(offices):
    few, many = offices

    assert len(few.asked) > 200
    # Where few stand on one page, no other follows.
    odd = few.asked.keys() ^ many.asked.keys()
    assert {name for name in odd if not name.endswith(("after", "requests"))} == set()
    for office in offices:
        assert [one.name for one in office.asked.values() if one.status >= 400] == []


def test_no_screen_costs_more_because_there_are_more_ideas(offices):
    few, many = offices

    grown = {
        name: (few.steps(name), many.steps(name))
        for name in few.asked.keys() & many.asked.keys()
        if grow.grows(few.steps(name), many.steps(name))
        and many.steps(name) > most_of(address(name))
    }

    assert grown == {}


def test_what_stands_on_every_page_is_counted_in_few_steps(offices):
    counting = "SELECT count(*) FROM (SELECT 1 FROM ("

    counted = {
        (one.name, steps)
        for office in offices
        for one in office.asked.values()
        for sql, steps in one.by_statement.items()
        if sql.startswith(counting)
    }

    assert len(counted) > 200
    assert {one for one in counted if one[1] > HEAD} == set()


def test_a_screen_about_a_year_costs_what_its_year_holds(offices):
    """Given many ideas, but in the years before and after as few as the other office has."""
    few, many = offices
    _, year = copies.quiet()
    first, last = few.of_a_year(year), many.of_a_year(year)

    assert few.ideas(year) == many.ideas(year) > 0
    assert many.ideas(year + 1) > 3 * few.ideas(year + 1)
    assert {
        road: (steps, last[road])
        for road, steps in first.items()
        if last[road] > 1.2 * steps + FEW_MORE
    } == {}


@pytest.mark.parametrize("road", ["/mo-hinh.json", "/mo-hinh.csv"])
def test_the_open_data_of_many_models_take_the_memory_of_a_portion(offices, road):
    _, many = offices
    _memory_of(many, road)  # what is made once for all

    took, sent = _memory_of(many, road)

    assert took < sent


def _memory_of(office: Walked, road: str) -> tuple[int, int]:
    """Return the most bytes that an answer took at once, and how many were sent."""
    tracemalloc.start()
    try:
        answer = office.big.public.test_client().get(road, buffered=False)
        sent = sum(map(len, answer.iter_encoded()))
        return tracemalloc.get_traced_memory()[1], sent
    finally:
        tracemalloc.stop()


def test_no_screen_goes_through_a_table_that_grows(offices):
    _, many = offices
    growing = {card.name for card in copies.growing()}

    scanned = {
        sql[:120]
        for sql, values in many.big.meter.statements.items()
        for table in scans(many.big.db, sql, values)
        if table in growing and not any(sql.startswith(one) for one in SCANS)
    }

    assert scanned == set()


def scans(db: Store, sql: str, values: object) -> list[str]:
    """Return the tables that a statement goes through from one end to the other."""
    # The words of the index are a table of the connection that asks.
    if not sql.startswith(("SELECT", "WITH")) or "proposal_fts_word" in sql:
        return []
    plan = db.conn.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
    return [said.split()[1] for *_, said in plan if said.startswith("SCAN ")]
