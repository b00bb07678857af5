"""Which papers somebody has not got yet is kept as it must be, whatever is sent, struck out,
brought back or put on a list."""

import random
from contextlib import suppress

import pytest

from shared.db.connection import writing
from shared.domain import clock
from shared.domain.record import replace
from shared.store import schema
from shared.store.office import campaigns, dispatches, unsent_papers
from shared.store.office.dispatches import NewDispatch, NewPaper, SentAlready
from shared.store.schema import m0028_counted_by_index
from shared.workflows import verify
from shared.workflows.change_campaign import change_campaign
from tests.conftest import ZONE
from tests.older_store import untaken

AT = clock.now()
PLACES = ("- Đảng ủy xã;", "HĐND xã", "Lưu: VT.")
# As somebody writes them who sends a paper.
WRITTEN = ("đảng ủy xã", "HĐND xã", "lưu: vt", "Báo xã")
YEARS = (2025, 2026)


def put_on_the_list(db, year, *places):
    kept = replace(campaigns.campaign_of(db, year), year=year, distribution=places)
    if campaigns.of_year(db, year) is None:
        campaigns.add_campaign(db, kept, at=AT)
    else:
        change_campaign(db, kept, zone=ZONE, actor="t", at=AT)


def a_paper(db, number, year=2026):
    new = NewPaper(year, f"Báo cáo {number}", "", "2026-12-20")
    return dispatches.add_paper(db, new, key=f"p{number}", actor="t", at=AT)


def sent(db, paper, place, key):
    new = NewDispatch(place, "2026-12-21", "paper", "An", "")
    dispatches.send(db, paper, new, key=key, actor="t", at=AT)


def a_year(db, chance: random.Random, acts: int) -> None:
    """Let papers be put down, sent, struck out and brought back, and lists change, by chance."""
    papers: list[str] = []
    for number in range(acts):
        if number % 10 == 0:
            put_on_the_list(db, chance.choice(YEARS), *chance.sample(PLACES, chance.randrange(4)))
        if number % 4 == 0:
            papers.append(a_paper(db, number, chance.choice(YEARS)))
        paper = chance.choice(papers)
        kept = dispatches.of_paper(db, paper) + dispatches.struck_of(db, paper)
        with suppress(SentAlready):
            if dispatches.paper(db, paper) and chance.random() < 0.6:
                sent(db, paper, chance.choice(WRITTEN), f"s{number}")
            elif kept and chance.random() < 0.6:
                one = chance.choice(kept)
                dispatches.strike(db, one.id, "nhầm", actor="t", at=AT)
                if chance.random() < 0.5:
                    dispatches.bring_back(db, paper, one.id, actor="t", at=AT)
            elif not dispatches.strike_paper(db, paper, "nhầm", actor="t", at=AT):
                dispatches.bring_paper_back(db, paper, actor="t", at=AT)


def not_everywhere(db) -> dict[str, tuple[str, ...]]:
    """Return the same as the list, read from all papers."""
    found = {}
    for year in YEARS:
        listed = campaigns.of_year(db, year)
        for one in dispatches.papers(db, year) if listed else ():
            missing = dispatches.missing(listed.distribution, dispatches.of_paper(db, one.id))
            found |= {one.id: tuple(missing)} if missing else {}
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_after_whatever_was_done_it_is_what_the_papers_say(db, seed):
    a_year(db, random.Random(seed), 200)

    assert list(unsent_papers.wrong(db)) == []
    listed = dispatches.not_everywhere(db, since=2025, limit=1000)
    assert len(listed) > 5
    assert {one.id: one.missing for one in listed} == not_everywhere(db)
    assert [one.id for one in listed[:2]] == [
        one.id for one in dispatches.not_everywhere(db, since=2025, limit=2)
    ]


def test_a_paper_waits_until_everybody_on_its_list_has_it(db):
    put_on_the_list(db, 2026, *PLACES)
    paper = a_paper(db, 1)

    def missing():
        return [one.missing for one in dispatches.not_everywhere(db, since=2026, limit=9)]

    assert missing() == [PLACES]
    for place in WRITTEN[:2]:
        sent(db, paper, place, place)
    assert missing() == [PLACES[2:]]
    sent(db, paper, WRITTEN[2], "last")
    assert missing() == []
    put_on_the_list(db, 2026, *PLACES, "Hội Nông dân xã")
    assert missing() == [("Hội Nông dân xã",)]
    assert dispatches.not_everywhere(db, since=2027, limit=9) == []


def test_an_older_store_gets_it_when_it_is_brought_along(db):
    a_year(db, random.Random(3), 60)
    kept = db.rows("SELECT * FROM unsent_paper ORDER BY paper_id")
    untaken(db, m0028_counted_by_index)

    schema.migrate(db)

    assert db.engine.dialect != "sqlite" or schema.is_as_declared(db)
    assert kept and db.rows("SELECT * FROM unsent_paper ORDER BY paper_id") == kept
    assert list(unsent_papers.wrong(db)) == []


@pytest.mark.parametrize(
    "fault",
    [
        "UPDATE unsent_paper SET year = 2001 WHERE commune_id = :commune_id",
        "DELETE FROM unsent_paper WHERE commune_id = :commune_id",
    ],
)
def test_verify_tells_what_is_not_so(db, instance, fault):
    put_on_the_list(db, 2026, *PLACES)
    paper = a_paper(db, 1)
    assert verify.verify(db, instance.media).damage == ()
    with writing(db):
        db.write(fault)

    assert verify.verify(db, instance.media).damage == (f"unsent_paper {paper}",)
