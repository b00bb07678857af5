"""The figures that are kept about ideas are what the ideas themselves say, whatever was done."""

import random
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from shared.db.connection import writing
from shared.domain import clock
from shared.domain.proposal import MAKERS, Status
from shared.store import schema
from shared.store.cases import idea_counts, moves, proposals
from shared.store.cases.proposals import PROPOSAL
from shared.store.privacy import erasures
from shared.store.reports import overview
from shared.store.schema import m0022_idea_counts
from shared.workflows import erase, verify
from tests.conftest import DETAILS, ZONE
from tests.older_store import untaken

CHANNELS = ("web", "kiosk", "paper", "sms")
HAMLETS = ("Ấp 1", "ấp  1", "", "Bình Chánh")
# Around a new year in UTC, in Vietnam and on the other side of the world.
NEW_YEAR = clock.from_local(datetime(2026, 1, 1, tzinfo=ZONE))


def a_year(db, a_proposal, chance: random.Random, ideas: int) -> None:
    """Let ideas come, be moved, hidden, shown again and erased, as chance has it."""
    for number in range(ideas):
        one = a_proposal(
            channel=chance.choice(CHANNELS),
            at=NEW_YEAR + chance.randrange(-30, 330) * clock.DAY + chance.choice((0, -1, 25_199)),
            participant_type=chance.choice(("citizen", "official", "enterprise")),
            category=chance.choice(("1", "8", None)), hamlet=chance.choice(HAMLETS),
            mobiliser=chance.choice(("", "hoi-nong-dan", "Hoi-Nong-Dan ", "gì đó")),
        )  # fmt: skip
        for _ in range(chance.randrange(3)):
            an_act(db, one.code, chance, at=one.received_at + clock.DAY)
        if number % 7 == 0:
            how = erase.ErasureRequest(erasures.Scope.ALL, "asked", "theo đơn", "t", clock.now())
            erase.erase(db, one.id, how)


def an_act(db, code: str, chance: random.Random, at: int) -> None:
    now = proposals.by_code(db, code)
    ways = sorted(to for frm, to in MAKERS if frm is now.status and to in DETAILS)
    act = chance.choice(("move", "spam", "confidential", "year", "category"))
    if act == "move" and ways:
        to = chance.choice(ways)
        moves.move(db, code, to, actor="test", at=at, details=DETAILS[to])
        return
    changes = {
        "spam": {"is_spam": not now.is_spam},
        "confidential": {"is_confidential": not now.is_confidential},
        "year": {"evaluation_year": now.evaluation_year + 1, "on_the_line": True},
    }.get(act, {"category": "2"})
    with writing(db):
        db.change(PROPOSAL, {"id": now.id}, changes)


@pytest.mark.parametrize("seed", [1, 2])
def test_after_a_year_of_acts_the_figures_are_what_the_ideas_say(db, a_proposal, seed):
    a_year(db, a_proposal, random.Random(seed), 60)

    assert list(idea_counts.wrong(db)) == []
    assert not db.rows("SELECT 1 FROM idea_count WHERE commune_id = :commune_id AND count <= 0")
    assert not db.rows("SELECT 1 FROM due_count WHERE commune_id = :commune_id AND count <= 0")


@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "UTC", "America/Los_Angeles"])
def test_a_year_is_that_of_the_offices_own_clock(db, a_proposal, zone):
    here = ZoneInfo(zone)
    for hours in (-30, -9, -8, -7, -1, 0, 1, 7, 8, 9, 30):
        a_proposal(at=NEW_YEAR + hours * clock.HOUR)

    received = [at for (at,) in db.rows("SELECT received_at FROM proposal")]
    for year in (2025, 2026):
        of = overview.chosen(year, "received", here)
        of_year = sum(clock.to_local(at, here).year == year for at in received)
        assert overview.totals(db, of).every == of_year
        assert sum(one.count for one in overview.by_channel(db, of)) == of_year
        early = db.row(
            "SELECT count(*) FROM proposal WHERE commune_id = :commune_id"
            " AND evaluation_year = :year AND received_at < :begins",
            year=year, begins=of.begins,
        )  # fmt: skip
        assert overview.carried_over(db, of).brought_in == early[0]


def test_what_is_due_is_counted_by_the_day(db, a_proposal):
    now = clock.now()
    for days in (-90, -40, -23, -22, -21, -20, -15, -3, 0):
        a_proposal(at=now + days * clock.DAY)
    a_proposal(status=Status.AT_COUNCIL)
    today = clock.start_of_day(clock.to_local(now, ZONE).date(), ZONE)
    soon = today + 3 * clock.DAY - 1

    [found, *_] = [
        one for one in overview.waiting(db, today=today, soon=soon) if one.status == "received"
    ]

    dues = [at for (at,) in db.rows("SELECT due_at FROM proposal WHERE status = 'received'")]
    assert found.late == sum(at < today for at in dues) > 0
    assert found.soon == sum(today <= at <= soon for at in dues)
    assert found.count == len(dues) == 9


def test_what_was_typed_does_not_outlive_its_idea(db, a_proposal):
    one = a_proposal(hamlet="Xóm Cây Khế")
    assert db.row("SELECT 1 FROM idea_count WHERE value = 'Xóm Cây Khế'")

    erase.erase(
        db, one.id, erase.ErasureRequest(erasures.Scope.ALL, "asked", "theo đơn", "t", clock.now())
    )

    assert not db.row("SELECT 1 FROM idea_count WHERE value = 'Xóm Cây Khế'")


def test_an_older_store_is_counted_when_it_is_brought_along(db, a_proposal):
    a_year(db, a_proposal, random.Random(3), 20)
    untaken(db, m0022_idea_counts)

    schema.migrate(db)

    assert db.engine.dialect != "sqlite" or schema.is_as_declared(db)
    assert db.row("SELECT count(*) FROM idea_count")[0] > 10
    assert list(idea_counts.wrong(db)) == []


def test_verify_tells_a_figure_that_is_not_so(db, a_proposal, instance):
    a_proposal(hamlet="Ấp 2")
    with writing(db):
        db.write("UPDATE idea_count SET count = 2 WHERE commune_id = :commune_id AND what = 'kind'")

    assert any("idea_count kind" in one for one in verify.verify(db, instance.media).damage)
