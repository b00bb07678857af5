"""Whose turn it is to be thanked is kept as it must be, whatever was done, and is read by pages."""

import random

import pytest

from shared.db.connection import writing
from shared.domain import clock
from shared.domain.evaluation_year import EvaluationYear
from shared.domain.honours import VALID, State
from shared.domain.measures import Figures
from shared.domain.proposal import MAKERS, Consents, Status
from shared.store import schema
from shared.store.awards import awards, candidates
from shared.store.awards.awards import HONOUR
from shared.store.awards.candidates import DueFilter
from shared.store.cases import authors, award_turns, moves, proposals
from shared.store.cases.award_turns import GROUPS
from shared.store.cases.proposals import PROPOSAL
from shared.store.models import adoptions
from shared.store.schema import m0023_award_turns
from shared.workflows import verify
from tests.conftest import DETAILS
from tests.older_store import untaken

AT = clock.now()
WHO = ("citizen", "official", "enterprise", "organization", "not_asked")
ROADS = (Status.UNDER_APPRAISAL, Status.RECOGNISED, Status.NOT_RECOGNISED, Status.RECEIVED)


def a_year(db, a_proposal, chance: random.Random, ideas: int) -> None:
    """Let ideas of three years come, and let chance do with them whatever concerns thanks."""
    every = []
    for _ in range(ideas):
        every.append(
            a_proposal(
                status=chance.choice(ROADS), at=AT - chance.randrange(900) * clock.DAY,
                participant_type=chance.choice(WHO[:4]), name="Nguyễn Thị Đượm",
                consents={"store": True, "notice": "2026-1"},
            )
        )  # fmt: skip
        an_act(db, chance.choice(every).code, chance)
        an_act(db, chance.choice(every).code, chance)


def an_act(db, code: str, chance: random.Random) -> None:
    now = proposals.by_code(db, code)
    act = chance.choice(
        (
            "move",
            "merge",
            "spam",
            "year",
            "type",
            "erase",
            "propose",
            "withdraw",
            "measure",
            "strike",
        )
    )
    with writing(db):
        if act == "move":
            ways = [to for frm, to in MAKERS if frm is now.status and to in DETAILS]
            for to in sorted(ways)[:1]:
                moves.move(db, code, to, actor="test", at=AT, details=DETAILS[to])
        elif act == "merge":
            merge(db, now, chance)
        elif act in ("spam", "year", "type"):
            changes = {
                "spam": {"is_spam": not now.is_spam},
                "year": {"evaluation_year": now.evaluation_year + 1},
                "type": {"participant_type": chance.choice(WHO)},
            }[act]
            db.change(PROPOSAL, {"id": now.id}, changes)
        elif act == "erase":
            authors.erase_one(db, authors.of(db, now.id).id, at=AT)
        elif act == "propose":
            what = awards.Content("Giấy khen", False, "việc tốt")
            kind = chance.choice(("letter", "award"))
            key = f"{code}{chance.random()}"
            awards.add(db, now.id, 1, kind, what, key=key, actor="an", at=AT)
        elif act == "withdraw":
            for one in awards.of_proposal(db, now.id):
                db.change(HONOUR, {"id": one.id}, {"state": State.WITHDRAWN})
        elif act == "measure":
            measure(db, now.id, chance.choice((1.0, 5.0)), key=f"{code}{chance.random()}")
        else:
            for one in adoptions.measures(db, now.id):
                adoptions.strike(db, now.id, one.id, actor="an", at=AT)


def merge(db, now, chance: random.Random) -> None:
    others = db.rows("SELECT code FROM proposal WHERE status IN ('recognised', 'under_appraisal')")
    if now.status is Status.MERGED:
        moves.move(db, now.code, now.merged_from, actor="test", at=AT)
    elif others and now.status is Status.UNDER_APPRAISAL:
        [into] = chance.choice(others)
        if into != now.code:
            moves.move(db, now.code, Status.MERGED, actor="test", at=AT, details={"into": into})


def measure(db, idea: str, after: float, key: str) -> None:
    figures = adoptions.NewMeasure(Figures("days", 3.0, after), "", "2026-07-01", "Sổ")
    adoptions.measure(db, idea, figures, key=key, actor="an", at=AT)


def walked(db, wanted=candidates.EVERYBODY):
    """Return all pages of the list forwards, as (marks of a page)."""
    pages = [candidates.page(db, wanted)]
    while pages[-1].after:
        pages.append(candidates.page(db, wanted, after=pages[-1].after))
    return [[one.mark for one in page.found] for page in pages]


@pytest.mark.parametrize("seed", [1, 2])
def test_after_years_of_acts_it_is_what_the_ideas_say(db, a_proposal, seed):
    a_year(db, a_proposal, random.Random(seed), 60)

    assert db.row("SELECT count(*) FROM award_due")[0] > 10
    assert list(award_turns.wrong(db)) == []
    assert not db.rows("SELECT 1 FROM award_count WHERE commune_id = :commune_id AND count <= 0")


def test_pages_join_without_gap_or_double_for_every_filter(db, a_proposal, monkeypatch):
    monkeypatch.setattr(candidates, "PAGE_SIZE", 4)
    a_year(db, a_proposal, random.Random(3), 60)
    right = sorted(award_turns.work_out(db.rows), key=lambda one: (one[2], one[0], one[1]))
    years = {one.year for one in right}

    assert len(years) >= 3 and len(right) > 16
    for year in (None, *years):
        for group in ("", *GROUPS):
            for status in (None, *VALID):
                wanted = DueFilter(year, group, status)
                assert [mark for page in walked(db, wanted) for mark in page] == [
                    f"{one.since}.{one.proposal_id}.{one.place}" for one in right
                    if year in (None, one.year) and group in ("", one.kind)
                    and status in (None, one.status)
                ]  # fmt: skip


def test_one_comes_back_by_the_same_pages(db, a_proposal, monkeypatch):
    monkeypatch.setattr(candidates, "PAGE_SIZE", 4)
    for days in range(10):
        a_proposal(status=Status.UNDER_APPRAISAL, at=AT - days * clock.DAY)
    first, second, third = walked(db)

    back = candidates.page(db, before=third[0])
    start = candidates.page(db, before=back.before)

    assert [[one.mark for one in page.found] for page in (start, back)] == [first, second]
    assert start.before is None
    assert [one.mark for one in candidates.page(db, after=third[-1]).found] == first
    assert [one.mark for one in candidates.page(db, after="gì đó").found] == first


def test_nobody_is_missed_when_those_before_are_proposed_meanwhile(db, a_proposal, monkeypatch):
    monkeypatch.setattr(candidates, "PAGE_SIZE", 4)
    for days in range(10):
        a_proposal(status=Status.UNDER_APPRAISAL, at=AT - days * clock.DAY)
    _, second, _ = walked(db)
    shown = candidates.page(db)
    with writing(db):
        for one in shown.found:
            what = awards.Content("Thư khen", False, "việc tốt")
            awards.add(db, one.idea.id, 1, "letter", what, key=one.mark, actor="an", at=AT)

    assert [one.mark for one in candidates.page(db, after=shown.after).found] == second


def test_a_further_author_has_a_turn_of_their_own_as_long_as_they_stand_there(db, a_proposal):
    idea = a_proposal(status=Status.UNDER_APPRAISAL)
    new = authors.NewAuthor(
        "Lê Văn Tám", None, "", "", "official", True, False, "",
        Consents(store=True),
    )  # fmt: skip
    counted = EvaluationYear(idea.evaluation_year, "tam", False)
    with writing(db):
        added = authors.add_further(db, idea.id, new, counted, at=AT)
    measure(db, idea.id, 1.0, key="m")
    assert [one.place for one in candidates.page(db).found] == [1, 2]

    with writing(db):
        authors.remove(db, added)

    assert [one.place for one in candidates.page(db).found] == [1]
    assert list(award_turns.wrong(db)) == []


def test_an_older_store_gets_it_when_it_is_brought_along(db, a_proposal):
    a_year(db, a_proposal, random.Random(4), 20)
    untaken(db, m0023_award_turns)

    schema.migrate(db)

    assert db.engine.dialect != "sqlite" or schema.is_as_declared(db)
    assert db.row("SELECT count(*) FROM award_due")[0] > 5
    assert list(award_turns.wrong(db)) == []


@pytest.mark.parametrize(
    "fault",
    [
        "UPDATE award_due SET since = since + 1 WHERE commune_id = :commune_id",
        "DELETE FROM award_due WHERE commune_id = :commune_id",
        "UPDATE award_count SET count = 7 WHERE commune_id = :commune_id",
    ],
)
def test_verify_tells_what_is_not_so(db, a_proposal, instance, fault):
    a_proposal(status=Status.UNDER_APPRAISAL)
    with writing(db):
        db.write(fault)

    damage = verify.verify(db, instance.media).damage

    assert any(one.startswith(("award_due ", "award_count ")) for one in damage)


def test_the_effect_reaches_an_idea_through_another_and_is_lost_when_that_is_undone(db, a_proposal):
    first, between, kept = (a_proposal(status=Status.UNDER_APPRAISAL) for _ in range(3))
    measure(db, kept.id, 1.0, key="m")
    for one, into in ((first, between), (between, kept)):
        moves.move(db, one.code, Status.MERGED, actor="t", at=AT, details={"into": into.code})

    assert {one.may for one in candidates.page(db).found} == {("letter", "award")}

    moves.move(db, between.code, Status.UNDER_APPRAISAL, actor="t", at=AT)

    found = {one.idea.id: one.may for one in candidates.page(db).found}
    assert found[first.id] == found[between.id] == ("letter",)
    assert list(award_turns.wrong(db)) == []
