"""The demo: forty cases that went the real road, never into the future, never to a telephone."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from shared import founding
from shared.db.connection import Store
from shared.domain import clock, unit_number
from shared.domain.proposal import CHANNELS, KEPT_TYPES, Status
from shared.domain.roles import ROLES
from shared.files import media
from shared.runtime.instance import Instance
from shared.store.awards import awards, conferences
from shared.store.cases import moves, proposals, queue, receipts
from shared.store.council import judging, plans, sessions
from shared.store.files import attachments
from shared.store.messages import inbox, threads
from shared.store.office import campaigns
from shared.store.people import staff
from shared.workflows import sign_off
from shared.workflows.verify import verify

pytestmark = pytest.mark.slow

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAYS = [
    datetime(2025, 2, 1, tzinfo=UTC),
    datetime(2026, 11, 2, 2, 0, 0, tzinfo=UTC),  # soon after the last that lies at the cut-off
    datetime(2026, 11, 23, tzinfo=UTC),
    datetime(2028, 2, 29, tzinfo=UTC),
]
A_DAY = DAYS[2]


def a_demo(folder: Path, day: datetime) -> Store:
    instance = Instance(folder)
    founding.found(instance, unit_number.DEMO, is_demo=True, at=clock.from_local(day))
    return instance.open()


@pytest.fixture(scope="module")
def demo_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[datetime], Store]]:
    """The demo of a day, founded once; no test changes it."""
    folder, made = tmp_path_factory.mktemp("demos"), dict[datetime, Store]()

    def of(day: datetime) -> Store:
        if day not in made:
            made[day] = a_demo(folder / f"{day:%Y-%m-%d}", day)
        return made[day]

    yield of
    for db in made.values():
        db.close()


@pytest.fixture
def db(demo_of) -> Store:
    """A demo of one day."""
    return demo_of(A_DAY)


def late(db: Store, day: datetime) -> int:
    start = clock.start_of_day(clock.to_local(clock.from_local(day), ZONE).date(), ZONE)
    wanted = queue.QueueFilter(viewer=staff.by_login(db, "officer").id, due="late", order="due")
    return len(queue.page(db, wanted, queue.Days(start, start)).cases)


@pytest.mark.parametrize("day", DAYS, ids=lambda day: f"{day:%Y-%m-%d}")
def test_forty_cases_stand_at_every_status_whatever_the_day(demo_of, day: datetime) -> None:
    db = demo_of(day)

    found = {status for (status,) in db.rows("SELECT status FROM proposal")}

    assert found == set(Status)
    assert db.row("SELECT count(*) FROM proposal") == (40,)
    place = db.rows("PRAGMA database_list")[0][2]
    assert verify(db, Path(place).parent / "media").damage == ()


@pytest.mark.parametrize("day", DAYS, ids=lambda day: f"{day:%Y-%m-%d}")
def test_nothing_in_a_demo_happened_after_today(demo_of, day: datetime) -> None:
    db = demo_of(day)
    now, today = clock.from_local(day), clock.to_local(clock.from_local(day), ZONE).date()

    for table, column in [
        ("proposal", "received_at"), ("proposal", "arrived_at"), ("proposal", "status_since"),
        ("move", "at"), ("event", "at"), ("addition", "at"), ("reply", "at"),
        ("message_in", "arrived_at"), ("author", "consented_at"), ("outbox", "changed_at"),
        ("council_session", "opened_at"), ("council_sheet", "submitted_at"),
        ("attachment", "arrived_at"), ("pending_act", "at"),
    ]:  # fmt: skip
        assert db.row(f"SELECT max({column}) FROM {table}") <= (now,), f"{table}.{column}"
    for (case,) in db.rows("SELECT id FROM proposal"):
        for move in moves.of_proposal(db, case):
            assert move.details.get("decision_date", "") <= today.isoformat()


@pytest.mark.parametrize("day", DAYS, ids=lambda day: f"{day:%Y-%m-%d}")
def test_at_most_three_are_late_whatever_the_day(demo_of, day: datetime) -> None:
    assert late(demo_of(day), day) <= 3


def test_events_of_a_demo_follow_each_other_in_time(db: Store) -> None:
    times = [at for (at,) in db.rows("SELECT at FROM event WHERE kind <> 'commune_created'"
                                     " AND proposal_id IS NOT NULL ORDER BY place")]  # fmt: skip

    assert times == sorted(times)


def test_two_demos_of_one_day_tell_the_same_story(db: Store, tmp_path: Path) -> None:
    told = "SELECT title, status, status_since, evaluation_year FROM proposal ORDER BY received_at"

    assert db.rows(told) == a_demo(tmp_path / "other", A_DAY).rows(told)


def test_a_demo_has_no_sms_to_send(db: Store) -> None:
    """They went both ways, as far as the store knows; none waits for a gateway."""
    states = dict(db.rows("SELECT state, count(*) FROM outbox GROUP BY state"))

    assert states.keys() == {"delivered", "failed"} and states["delivered"] > 20
    assert inbox.waiting(db) == []


def test_a_demo_shows_every_channel_staff_can_meet_and_every_class_of_sender(db: Store) -> None:
    found = {channel for (channel,) in db.rows("SELECT channel FROM proposal")}
    classes = {who for (who,) in db.rows("SELECT participant_type FROM proposal")}

    assert found == set(CHANNELS) - {"web"}
    assert classes == set(KEPT_TYPES)


def test_a_message_of_a_demo_lies_with_the_case_it_became(db: Store) -> None:
    for (case,) in db.rows("SELECT id FROM proposal WHERE channel = 'sms'"):
        came, went = threads.of_proposal(db, case)
        assert {message.state for message in came} == {"done"} and went


def test_the_denunciation_is_seen_by_its_officer_alone(db: Store) -> None:
    [(code,)] = db.rows("SELECT code FROM proposal WHERE is_confidential = 1")

    case = proposals.by_code(db, code)
    assert case.assignee_id == staff.by_login(db, "officer").id
    assert "to cao" in case.title


def test_who_withdrew_is_forgotten(db: Store) -> None:
    withdrawn = db.rows(
        "SELECT author.phone, author.name FROM author JOIN proposal"
        " ON proposal.id = author.proposal_id WHERE proposal.status = 'withdrawn'"
    )

    assert withdrawn == [(None, None)]


def test_every_case_of_a_demo_has_a_receipt_that_opens_it(db: Store) -> None:
    for (code,) in db.rows("SELECT code FROM proposal"):
        assert receipts.living_copy(db, code) == 1


def test_every_desk_has_something_to_do(db: Store) -> None:
    """A session whose sheets are half in, a conclusion and an award that wait for the chair, a
    conference to come, acts that wait for a day, files that can be heard and seen."""
    roles = {one.role for one in staff.everyone(db)}
    [planned, now, before] = sessions.sessions(db)
    judged = judging.whole(db, now.id).judged
    kinds = {
        file.kind
        for (case,) in db.rows("SELECT id FROM proposal")
        for file in attachments.of_proposal(db, case)
    }

    assert roles == set(ROLES)
    assert plans.planned(db) == {planned.id}
    assert now.closed_at is None and before.closed_at is not None
    assert all(one.handed_in and one.waited_for and one.result is None for one in judged)
    assert [one.verdict for one in sign_off.waiting(db)] == ["recognise"]
    assert awards.count_for_the_chair(db, now=0) == 2
    assert [len(conferences.list_of(db, one.id)) for one in conferences.every(db)] == [1]
    assert db.rows("SELECT kind FROM pending_act WHERE state = 'waits' ORDER BY kind") == [
        ("erase",), ("withdraw",),
    ]  # fmt: skip
    assert kinds == {"audio", "video", "image"}


def test_a_demos_plans_are_signed(db: Store) -> None:
    for plan in campaigns.campaigns(db):
        assert plan.number and plan.issued_on and plan.signer and plan.distribution


def test_a_demos_files_are_small_and_there(demo_of) -> None:
    db = demo_of(A_DAY)
    place = db.rows("PRAGMA database_list")[0][2]
    kept = media.every(Path(place).parent / "media")

    assert len(kept) == 3
    assert sum(path.stat().st_size for path in Path("shared/demo/files").iterdir()) < 100_000
