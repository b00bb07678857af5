"""No screen costs more because an office has more ideas. Every screen is asked of an office with
few and of one with sixteen times as many, and SQLite's own steps are counted, never a clock.

What still grows stands in GROWS, with the reason; whoever mends it takes its line away. `make grow`
shows the figures, at sizes that take longer to make.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from shared.db.connection import Store
from tests.bench import copies, grow, screens

pytestmark = pytest.mark.slow

FEW, MANY = 500, 8_000
# Addresses, as expressions, and why their screens may grow.
GROWS = {
    r"/\?(chon|mine|q|xem)\b.*": "all that is chosen, one's own, found, or open",
    r"/(hom-nay|nhan-rong)": "the units to be asked are worked out from all that use a model",
    r"/khen-thuong/so(\?nam)?": "a year's letters and awards on one page, to be printed together",
    r"/(noi-nhan|tuyen-truyen).*": "all of a year, and all ideas that bear a code",
    r"/bao-cao/<int:year>": "a year's report counts its ideas and those of the year before",
    r"/(luu-giu|thanh-tich|mo-khan)": "looks through every case, author or event",
    r"/mo-hinh(\.csv|\.json)": "the open data are all models",
    r"/mo-hinh(\?after)?": "the years that one may choose are those of all models",
    r"/thu-trong-5-phut": "a demo's alone: what a step is about is looked for in its few rows",
}
# On every page of the staff: how much waits, which is as much as each copy has of it.
_ELSEWHERE = re.compile(r"SELECT \(SELECT count\(\*\) FROM \(SELECT 1 FROM")
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
        self.big = screens.make(folder, ideas, is_sealed=False)
        self.asked = {one.name: one for one in screens.every(self.big)}

    def steps(self, name: str) -> int:
        """Return the steps of a screen, without those of what stands on every page."""
        found: Mapping[str, int] = self.asked[name].by_statement
        return sum(steps for sql, steps in found.items() if not _ELSEWHERE.match(sql))


def address(name: str) -> str:
    """Return a screen's address, without whose it is."""
    return name.partition(" ")[2]


@cache
def may_grow(where: str) -> bool:
    """Say whether GROWS names an address."""
    return any(re.fullmatch(one, where) for one in GROWS)


def test_every_screen_answers_in_an_office_of_any_size(offices):
    few, many = offices

    assert len(few.asked) > 200
    # Where few stand on one page, no other follows.
    odd = few.asked.keys() ^ many.asked.keys()
    assert {name for name in odd if not name.endswith("?after")} == set()
    for office in offices:
        assert [one.name for one in office.asked.values() if one.status >= 400] == []


def test_no_screen_costs_more_because_there_are_more_ideas(offices):
    few, many = offices

    grown = {
        name: (few.steps(name), many.steps(name))
        for name in few.asked.keys() & many.asked.keys()
        if not may_grow(address(name)) and grow.grows(few.steps(name), many.steps(name))
    }

    assert grown == {}


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
    if not sql.startswith(("SELECT", "WITH")):
        return []
    plan = db.conn.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
    return [said.split()[1] for *_, said in plan if said.startswith("SCAN ")]
