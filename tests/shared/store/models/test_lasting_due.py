"""From which day a unit is asked whether it still applies a model is kept as it must be, and the
list of whom to ask is read by pages."""

import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from shared.db.connection import writing
from shared.domain import clock
from shared.domain.measures import ADOPTION_STATES, CHECK_DAYS, CHECK_OUTCOMES, IN_USE
from shared.domain.proposal import Status
from shared.store import schema
from shared.store.cases import proposals
from shared.store.models import adoptions, follow_up, lasting_due
from shared.store.models.adoptions import UnitTaken
from shared.store.people import staff
from shared.store.schema import m0026_nothing_grows
from shared.workflows import verify
from tests.older_store import untaken

AT = clock.now()
TODAY = datetime.fromtimestamp(AT / 1000, UTC).date()


def days_ago(days: int) -> str:
    return (TODAY - timedelta(days)).isoformat()


def a_year(db, a_proposal, chance: random.Random, acts: int) -> None:
    """Let units begin, go on, stop and be asked, as chance has it."""
    ideas = [a_proposal(status=Status.RECOGNISED) for _ in range(5)]
    units: list[str] = []
    for number in range(acts):
        idea, since = chance.choice(ideas), days_ago(chance.randrange(150))
        with suppress(UnitTaken):
            units.append(
                adoptions.add(
                    db, idea.id, f"Ấp {number % 40}", chance.choice(ADOPTION_STATES), since,
                    actor="t", at=AT,
                )
            )  # fmt: skip
        unit = adoptions.by_id(db, chance.choice(units))
        if chance.random() < 0.5:
            adoptions.change(
                db, unit.id, state=chance.choice(ADOPTION_STATES), since=since, effect="", text="",
                seen=unit.seen, actor="t", at=AT,
            )  # fmt: skip
        else:
            follow_up.check(
                db, unit.id, chance.choice(CHECK_DAYS), chance.choice(CHECK_OUTCOMES), "",
                today=days_ago(0), actor="t", at=AT,
            )  # fmt: skip


def whom_to_ask(db) -> set[tuple[str, int]]:
    """Return the same as the list, read from all units: who began so many days ago and was asked
    neither then nor later."""
    found = set()
    for (unit_id,) in db.rows("SELECT id FROM adoption WHERE commune_id = :commune_id"):
        unit = adoptions.by_id(db, unit_id)
        asked = [
            one.days
            for one in follow_up.of_proposal(db, unit.proposal_id)
            if one.adoption_id == unit_id
        ]
        days = max((one for one in CHECK_DAYS if unit.since <= days_ago(one)), default=0)
        if unit.state in IN_USE and days > max(asked, default=0):
            found.add((unit_id, days))
    return found


def walked(db):
    pages, after = [], ""
    while not pages or after:
        page = follow_up.due_page(db, AT, after)
        pages.append([(one.adoption_id, one.days) for one in page.lines])
        after = page.after
    return pages


@pytest.mark.parametrize("seed", [1, 2])
def test_after_whatever_was_done_it_is_what_the_units_say(db, a_proposal, seed):
    a_year(db, a_proposal, random.Random(seed), 300)

    assert list(lasting_due.wrong(db)) == []
    pages = walked(db)
    listed = [one for page in pages for one in page]
    assert len(pages) > 1
    assert len(listed) == len(set(listed)) and set(listed) == whom_to_ask(db)


def test_those_whose_day_was_the_longest_ago_come_first(db, a_proposal):
    idea = a_proposal(status=Status.RECOGNISED)
    begun = {"ba": 95, "tu": 31, "nam": 130}
    for unit, days in begun.items():
        adoptions.add(db, idea.id, unit, "applying", days_ago(days), actor="t", at=AT)
    [nam] = [one for one in adoptions.of_proposal(db, idea.id) if one.unit == "nam"]
    follow_up.check(db, nam.id, 30, "lasts", "", today=days_ago(0), actor="t", at=AT)

    assert [(one.unit, one.days) for one in follow_up.due(db, now=AT)] == [
        ("ba", 90), ("nam", 90), ("tu", 30),
    ]  # fmt: skip
    assert [one.unit for one in follow_up.due(db, now=AT, limit=1)] == ["ba"]
    assert [one.unit for one in follow_up.lately_due(db, now=AT, within=30)] == ["ba", "tu"]


def test_a_confidential_idea_is_on_nobodys_list(db, a_proposal):
    idea = a_proposal(status=Status.RECOGNISED)
    adoptions.add(db, idea.id, "Ấp 3", "applied", days_ago(40), actor="t", at=AT)
    owner = staff.add(
        db, "lan", name="Lan", role="officer", password_hash="h", must_change=False, actor="t",
        at=AT,
    ).id  # fmt: skip
    proposals.flag(db, idea.code, spam=False, confidential=True, actor=owner, at=AT)

    assert follow_up.due(db, now=AT) == []


def test_an_older_store_gets_it_when_it_is_brought_along(db, a_proposal):
    a_year(db, a_proposal, random.Random(3), 60)
    kept = db.rows("SELECT * FROM lasting_due ORDER BY adoption_id")
    untaken(db, m0026_nothing_grows)

    schema.migrate(db)

    assert db.engine.dialect != "sqlite" or schema.is_as_declared(db)
    assert kept and db.rows("SELECT * FROM lasting_due ORDER BY adoption_id") == kept
    assert list(lasting_due.wrong(db)) == []


@pytest.mark.parametrize(
    "fault",
    [
        "UPDATE lasting_due SET ask_from = '2020-01-01' WHERE commune_id = :commune_id",
        "DELETE FROM lasting_due WHERE commune_id = :commune_id",
    ],
)
def test_verify_tells_what_is_not_so(db, a_proposal, instance, fault):
    idea = a_proposal(status=Status.RECOGNISED)
    unit = adoptions.add(db, idea.id, "Ấp 3", "applied", days_ago(1), actor="t", at=AT)
    assert verify.verify(db, instance.media).damage == ()
    with writing(db):
        db.write(fault)

    assert verify.verify(db, instance.media).damage == (f"lasting_due {unit}",)
