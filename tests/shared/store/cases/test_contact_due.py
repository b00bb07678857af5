"""Since when the names of an idea are no longer needed is kept as it must be, whatever was done."""

import random

import pytest

from shared.db.connection import writing
from shared.domain import clock
from shared.domain.evaluation_year import EvaluationYear
from shared.domain.proposal import DROPPED, MAKERS, Consents, Status
from shared.store import schema
from shared.store.cases import authors, contact_due, merges, moves, proposals
from shared.store.cases.contact_due import CONTACT_DUE
from shared.store.cases.proposals import PROPOSAL
from shared.store.schema import m0030_kept_no_longer
from shared.workflows import verify
from tests.conftest import DETAILS
from tests.older_store import untaken

AT = clock.now()
ROADS = (Status.UNDER_APPRAISAL, Status.NOT_RECOGNISED, Status.CLOSED, Status.RECEIVED)
ACTS = ("move", "merge", "merge", "hide", "erase", "further")


def a_year(db, a_proposal, chance: random.Random, ideas: int) -> None:
    """Let ideas come, and let chance do with them what concerns their end."""
    every = []
    for _ in range(ideas):
        known = {"name": "Nguyễn Thị Đượm", "consents": {"store": True, "notice": "2026-1"}}
        every.append(
            a_proposal(
                status=chance.choice(ROADS), at=AT - chance.randrange(900) * clock.DAY,
                **(known if chance.random() < 0.7 else {}),
            )
        )  # fmt: skip
        for _ in range(3):
            an_act(db, chance.choice(every).code, chance)


def an_act(db, code: str, chance: random.Random) -> None:
    now = proposals.by_code(db, code)
    act = chance.choice(ACTS)
    with writing(db):
        if act == "move":
            ways = sorted(to for frm, to in MAKERS if frm is now.status and to in DETAILS)
            if ways:
                to = chance.choice(ways)
                moves.move(db, code, to, actor="test", at=AT, details=DETAILS[to])
        elif act == "merge":
            merge(db, now, chance)
        elif act == "hide":
            db.change(PROPOSAL, {"id": now.id}, {"is_confidential": not now.is_confidential})
        elif act == "erase":
            authors.erase_one(db, chance.choice(authors.all_of(db, now.id)).id, at=AT)
        else:
            a_further_author(db, now)


def merge(db, now, chance: random.Random) -> None:
    if now.status is Status.MERGED:
        moves.move(db, now.code, now.merged_from, actor="test", at=AT)
    elif now.status is Status.UNDER_APPRAISAL:
        others = db.rows("SELECT code FROM proposal WHERE status NOT IN ('merged', 'withdrawn')")
        [into] = chance.choice(sorted(others))
        if into != now.code:
            moves.move(db, now.code, Status.MERGED, actor="test", at=AT, details={"into": into})


def a_further_author(db, idea) -> str:
    new = authors.NewAuthor(
        "Lê Văn Tám", None, "", "", "official", True, False, "", Consents(store=True)
    )
    counted = EvaluationYear(idea.evaluation_year, "tam", False)
    return authors.add_further(db, idea.id, new, counted, at=AT)


def right(db) -> dict[str, int]:
    """Return what must be kept, read idea by idea."""
    found = {}
    for idea in (proposals.by_id(db, one) for one in proposals.ids(db)):
        judged = proposals.by_id(db, merges.kept_instead(db, idea.id) or idea.id)
        known = [one for one in authors.all_of(db, idea.id) if one.name or one.phone]
        if judged.status in DROPPED and known and idea.is_open_to_all:
            found[idea.id] = judged.status_since
    return found


def kept(db) -> dict[str, int]:
    return {row["proposal_id"]: row["ended_at"] for row in db.raw(CONTACT_DUE)}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_years_of_acts_it_is_what_the_ideas_say(db, a_proposal, seed):
    a_year(db, a_proposal, random.Random(seed), 50)

    assert len(kept(db)) > 5
    assert kept(db) == right(db)
    assert list(contact_due.wrong(db)) == []


def test_what_was_merged_goes_with_the_idea_that_was_judged_in_the_end(db, a_proposal):
    known = {"name": "Lê Thị Khế", "consents": {"store": True}}
    first, between = (a_proposal(status=Status.UNDER_APPRAISAL, **known) for _ in range(2))
    judged = a_proposal(status=Status.UNDER_APPRAISAL)
    for one, into in ((first, between), (between, judged)):
        moves.move(db, one.code, Status.MERGED, actor="t", at=AT, details={"into": into.code})
    assert kept(db) == {}

    moves.move(db, judged.code, Status.CLOSED, actor="t", at=AT + 5, details=DETAILS[Status.CLOSED])

    assert kept(db) == {first.id: AT + 5, between.id: AT + 5}
    moves.move(db, between.code, Status.UNDER_APPRAISAL, actor="t", at=AT + 6)
    assert kept(db) == {}


def test_an_author_who_came_late_or_was_a_mistake_counts_too(db, a_proposal):
    idea = a_proposal(status=Status.CLOSED, at=AT)
    assert kept(db) == {}

    with writing(db):
        added = a_further_author(db, idea)
    assert kept(db) == {idea.id: AT}

    with writing(db):
        authors.remove(db, added)
    assert kept(db) == {}


def test_an_older_store_gets_it_when_it_is_brought_along(db, a_proposal):
    a_year(db, a_proposal, random.Random(4), 20)
    before = kept(db)
    untaken(db, m0030_kept_no_longer)

    schema.migrate(db)

    assert db.engine.dialect != "sqlite" or schema.is_as_declared(db)
    assert before and kept(db) == before


@pytest.mark.parametrize(
    "fault",
    [
        "UPDATE contact_due SET ended_at = ended_at + 1 WHERE commune_id = :commune_id",
        "DELETE FROM contact_due WHERE commune_id = :commune_id",
    ],
)
def test_verify_tells_what_is_not_so(db, a_proposal, instance, fault):
    idea = a_proposal(status=Status.CLOSED, name="Lê Thị Khế", consents={"store": True})
    assert verify.verify(db, instance.media).damage == ()
    with writing(db):
        db.write(fault)

    assert verify.verify(db, instance.media).damage == (f"contact_due {idea.id}",)
