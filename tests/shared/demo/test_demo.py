"""The demo: forty cases that went the real road, never into the future, never to a telephone."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from shared import demo, founding
from shared.db.connection import Store
from shared.domain import clock, unit_number
from shared.domain.proposal import CHANNELS, Status
from shared.runtime.instance import Instance
from shared.store.cases import moves, proposals, receipts
from shared.store.messages import inbox, threads
from shared.store.people import staff
from shared.workflows.verify import verify

pytestmark = pytest.mark.slow

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAYS = [
    datetime(2025, 2, 1, tzinfo=UTC),
    datetime(2026, 11, 5, 2, 0, 0, tzinfo=UTC),  # the very second of the newest proposal
    datetime(2026, 11, 23, tzinfo=UTC),
    datetime(2028, 2, 29, tzinfo=UTC),
]


def a_demo(folder: Path, day: datetime) -> Store:
    instance = Instance(folder)
    founding.found(instance, unit_number.DEMO, is_demo=True, at=clock.from_local(day))
    return instance.open()


@pytest.mark.parametrize("day", DAYS, ids=lambda day: f"{day:%Y-%m-%d}")
def test_forty_cases_stand_at_every_status_whatever_the_day(tmp_path: Path, day: datetime) -> None:
    db = a_demo(tmp_path / "demo", day)

    found = {status for (status,) in db.rows("SELECT status FROM proposal")}

    assert found == set(Status)
    assert db.row("SELECT count(*) FROM proposal") == (40,)
    assert verify(db, tmp_path / "demo" / "media").damage == ()


@pytest.mark.parametrize("day", DAYS, ids=lambda day: f"{day:%Y-%m-%d}")
def test_nothing_in_a_demo_happened_after_today(tmp_path: Path, day: datetime) -> None:
    db = a_demo(tmp_path / "demo", day)
    now, today = clock.from_local(day), clock.to_local(clock.from_local(day), ZONE).date()

    for table, column in [
        ("proposal", "received_at"), ("proposal", "arrived_at"), ("proposal", "status_since"),
        ("move", "at"), ("event", "at"), ("addition", "at"), ("reply", "at"),
        ("message_in", "arrived_at"), ("author", "consented_at"),
    ]:  # fmt: skip
        assert db.row(f"SELECT max({column}) FROM {table}") <= (now,), f"{table}.{column}"
    for (case,) in db.rows("SELECT id FROM proposal"):
        for move in moves.of_proposal(db, case):
            assert move.details.get("decision_date", "") <= today.isoformat()


def test_events_of_a_demo_follow_each_other_in_time(tmp_path: Path) -> None:
    db = a_demo(tmp_path / "demo", DAYS[2])

    times = [at for (at,) in db.rows("SELECT at FROM event WHERE kind <> 'commune_created'"
                                     " AND proposal_id IS NOT NULL ORDER BY place")]  # fmt: skip

    assert times == sorted(times)


def test_two_demos_of_one_day_tell_the_same_story(tmp_path: Path) -> None:
    told = "SELECT title, status, status_since, evaluation_year FROM proposal ORDER BY received_at"

    one, other = (a_demo(tmp_path / name, DAYS[2]) for name in ("one", "other"))

    assert one.rows(told) == other.rows(told)


def test_a_demo_has_no_sms_to_send(tmp_path: Path) -> None:
    db = a_demo(tmp_path / "demo", DAYS[2])

    assert db.row("SELECT count(*) FROM outbox") == (0,)
    assert inbox.waiting(db) == []


def test_a_demo_shows_every_channel_staff_can_meet(tmp_path: Path) -> None:
    db = a_demo(tmp_path / "demo", DAYS[2])

    found = {channel for (channel,) in db.rows("SELECT channel FROM proposal")}

    assert found == set(CHANNELS) - {"web"}


def test_a_message_of_a_demo_lies_with_the_case_it_became(tmp_path: Path) -> None:
    db = a_demo(tmp_path / "demo", DAYS[2])

    for (case,) in db.rows("SELECT id FROM proposal WHERE channel = 'sms'"):
        came, _ = threads.of_proposal(db, case)
        assert [message.state for message in came] == ["done"]


def test_the_denunciation_is_seen_by_its_officer_alone(tmp_path: Path) -> None:
    db = a_demo(tmp_path / "demo", DAYS[2])

    [(code,)] = db.rows("SELECT code FROM proposal WHERE is_confidential = 1")

    case = proposals.by_code(db, code)
    assert case.assignee_id == staff.by_login(db, "officer").id
    assert "to cao" in case.title


def test_who_withdrew_is_forgotten(tmp_path: Path) -> None:
    db = a_demo(tmp_path / "demo", DAYS[2])

    withdrawn = db.rows(
        "SELECT author.phone, author.name FROM author JOIN proposal"
        " ON proposal.id = author.proposal_id WHERE proposal.status = 'withdrawn'"
    )

    assert withdrawn == [(None, None)]


def test_every_case_of_a_demo_has_a_receipt_that_opens_it(tmp_path: Path) -> None:
    db = a_demo(tmp_path / "demo", DAYS[2])

    for (code,) in db.rows("SELECT code FROM proposal"):
        assert receipts.living_copy(db, code) == 1


def test_the_year_of_a_demo_is_the_latest_that_has_passed() -> None:
    assert [demo.latest_year(clock.from_local(day), ZONE) for day in DAYS] == [
        2024, 2026, 2026, 2027,
    ]  # fmt: skip
