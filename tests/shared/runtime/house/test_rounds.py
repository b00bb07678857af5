"""The rounds: a unit is looked at when something is written into its store, and at its own time;
what fails at one stops nobody else."""

import threading
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field

import pytest

from kiosk import chores as kiosk_chores
from kiosk.daily import Daily
from kiosk.daily.debian import Debian
from shared.db.connection import Store, StoreUnavailable, writing
from shared.db.encryption import Cipher
from shared.db.engines import WorkQueue
from shared.db.engines.choosing import engine_at
from shared.db.engines.sqlite import SqliteEngine
from shared.runtime import whose
from shared.runtime.house import editing, rounds
from shared.runtime.house import open as opening
from shared.runtime.house.open import OpenHouses
from shared.runtime.house.pulse import Pulse, ServerPulse
from shared.runtime.house.resting import Resting
from shared.runtime.house.rounds import Rounds, Timed
from shared.runtime.instance import Instance
from shared.runtime.worker_loop import Chore
from shared.store import schema
from shared.store.jobs import heartbeat, print_jobs
from shared.store.office import campaigns
from sms import chores as sms_chores
from tests.serving import wait_until
from tests.shared.runtime.house.conftest import FILE, PUBLIC

LONG = 3600.0
SMS, OTHER = WorkQueue("message_in", "state = 'new'"), WorkQueue("outbox")


@dataclass
class Looks:
    """Chores that note each look, and what happens at one."""

    seen: list[int] = field(default_factory=list)
    faults: dict[int, Exception] = field(default_factory=dict)
    lane: str = "store"
    more: float | None = None

    def of(self, house, site):
        def look(db, turn):
            assert whose.unit() == db.commune_id == house.unit
            self.seen.append(house.unit)
            if fault := self.faults.get(house.unit):
                raise fault
            return self.more

        return [Chore("looking", 0.0, house.instance, look, self.lane, LONG)]


@contextmanager
def going(deployment, looks):
    """Let a program go its rounds."""
    stopping = threading.Event()
    units = OpenHouses(deployment.houses, "test", PUBLIC)
    threads = [
        threading.Thread(target=worker, args=(stopping,))
        for worker in Rounds(units, looks.of, ("store", "outside")).workers()
    ]
    for thread in threads:
        thread.start()
    try:
        yield units
    finally:
        stopping.set()
        for thread in threads:
            thread.join()


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Nobody waits long."""
    monkeypatch.setattr(rounds, "WATCH_SECONDS", 0.01)
    monkeypatch.setattr(rounds, "SPREAD_SECONDS", 0.0)
    monkeypatch.setattr(opening, "FOLLOW_SECONDS", 0.01)
    monkeypatch.setattr(rounds, "REST_AFTER_FAULT_SECONDS", 0.02)


def write(house):
    with closing(house.instance.open()) as db:
        heartbeat.beat(db, "test", at=0)


def test_a_unit_is_looked_at_when_its_store_is_written_and_rests_otherwise(
    deployment, ours, theirs
):
    looks = Looks()
    with going(deployment, looks):
        wait_until(lambda: {ours.unit, theirs.unit} <= set(looks.seen))
        pulse = Pulse(ours.instance)
        wait_until(lambda: not pulse.has_changed())
        asleep = looks.seen.count(ours.unit)
        for _ in range(20):
            had = looks.seen.count(theirs.unit)
            with closing(theirs.instance.open()) as db, writing(db):
                db.write("DELETE FROM throttle WHERE commune_id = :commune_id")
                heartbeat.beat(db, "test", at=had)
            wait_until(lambda: looks.seen.count(theirs.unit) > had)  # noqa: B023
    # What was on its way when it fell asleep, and nothing more.
    assert looks.seen.count(ours.unit) <= asleep + 2


def test_a_chore_may_ask_to_look_again(deployment, ours):
    looks = Looks(more=0.0)
    with going(deployment, looks):
        wait_until(lambda: looks.seen.count(ours.unit) > 5)


@pytest.mark.parametrize("fault", [StoreUnavailable("disk I/O error"), ValueError("a bug")])
def test_what_fails_at_one_unit_stops_no_other_and_is_tried_again(deployment, ours, theirs, fault):
    looks = Looks(faults={ours.unit: fault}, more=0.0)
    with going(deployment, looks) as units:
        wait_until(lambda: looks.seen.count(ours.unit) > 2 and looks.seen.count(theirs.unit) > 2)
        if isinstance(fault, StoreUnavailable):
            wait_until(lambda: units.faults() == {ours.unit: "disk I/O error"})
        looks.faults.clear()
        wait_until(lambda: units.faults() == {})


def test_a_unit_whose_look_hangs_holds_one_thread_of_its_lane(deployment, ours, theirs):
    gate, inside = threading.Event(), threading.Event()

    class Hanging(Looks):
        def of(self, house, site):
            def look(db, turn):
                if house.unit == ours.unit:
                    inside.set()
                    gate.wait()
                self.seen.append(house.unit)
                return 0.0

            return [Chore("sending", 0.0, house.instance, look, "outside", LONG)]

    looks = Hanging()
    with going(deployment, looks):
        assert inside.wait(60)
        wait_until(lambda: looks.seen.count(theirs.unit) > 5)
        assert ours.unit not in looks.seen
        gate.set()
        wait_until(lambda: ours.unit in looks.seen)


def test_a_unit_that_is_left_is_looked_at_no_more_and_one_that_comes_is(deployment, ours, theirs):
    file = deployment.houses.path
    looks = Looks(more=0.0)
    try:
        with going(deployment, looks) as units:
            wait_until(lambda: {ours.unit, theirs.unit} <= set(looks.seen))
            editing.write(file, editing.closed(file, theirs.unit))
            wait_until(lambda: len(units.houses) == 1)
            wait_until(lambda: _rests(looks, theirs, ours))
            file.write_text(FILE)
            had = len(looks.seen)
            wait_until(lambda: theirs.unit in looks.seen[had:])
    finally:
        file.write_text(FILE)


def _rests(looks, one, other):
    """Say whether one unit is not looked at while another is, ten times."""
    had = len(looks.seen)
    wait_until(lambda: looks.seen[had:].count(other.unit) > 10)
    return one.unit not in looks.seen[had:]


def test_a_turn_that_was_cut_goes_to_the_end_of_the_line_and_a_wake_is_no_sooner_than_alone(
    ours, monkeypatch
):
    now = [1000.0]
    monkeypatch.setattr(rounds.time, "monotonic", lambda: now[0])
    timed = Timed(Chore("x", 10.0, ours.instance, lambda db, turn: None, idle=120.0))

    timed.looked(None, has_more=True)
    assert timed.due_at == 1000.0
    timed.looked(None, has_more=False)
    timed.wake()
    assert timed.due_at == 1120.0
    timed.stir(None)
    timed.wake()
    assert timed.due_at == 1010.0
    timed.looked(30.0, has_more=False)
    assert timed.due_at == 1030.0
    timed.looked(-5.0, has_more=False)
    assert timed.due_at == 1010.0


@pytest.mark.parametrize(
    ("its", "waiting", "looks"),
    [(SMS, {SMS}, 2), (SMS, {OTHER}, 1), (SMS, set(), 1), (SMS, None, 2), (None, set(), 2)],
)
def test_what_is_written_wakes_the_chores_in_whose_queue_something_waits(ours, its, waiting, looks):
    seen = []
    chore = Chore("x", 0.0, ours.instance, lambda db, turn: seen.append(1), idle=LONG, queue=its)
    resting, one = Resting(0.0), rounds.Round(ours, None, "store", [chore])
    resting.put(one)
    resting.next(None).do(threading.Event())
    assert resting.next(one) is None

    resting.wake([(one, waiting)])
    if (due := resting.next(None)) is not None:
        due.do(threading.Event())

    assert len(seen) == looks


def test_a_round_that_is_woken_during_its_turn_has_another(ours):
    resting = Resting(0.0)
    chore = Chore("x", 0.0, ours.instance, lambda db, turn: None, idle=LONG)
    one = rounds.Round(ours, None, "store", [chore])
    resting.put(one)
    assert resting.next(None) is one
    resting.wake([(one, None)])
    one.do(threading.Event())

    assert resting.next(one) is one


@pytest.mark.parametrize(("has_more", "looks"), [(True, 3), (False, 1)])
def test_only_a_look_that_was_cut_goes_on_at_once(ours, monkeypatch, has_more, looks):
    seen, stopping = [], threading.Event()

    def look(db, turn):
        """Take longer than a turn, and end with the last piece or before it."""
        seen.append(1)
        assert turn.goes_on()
        time.sleep(0.02)
        if has_more:
            assert not turn.goes_on()

    monkeypatch.setattr(rounds, "TURN_SECONDS", 0.01)
    one = rounds.Round(ours, None, "store", [Chore("slow", 0.0, ours.instance, look, idle=LONG)])
    for _ in range(3):
        if one.due_at <= time.monotonic():
            one.do(stopping)
            one.settle()

    assert len(seen) == looks


@pytest.mark.parametrize(("is_light", "opened"), [(True, 2), (False, 4)])
def test_a_store_that_holds_nothing_stays_open_until_something_fails(
    ours, monkeypatch, is_light, opened
):
    """Given four turns, and one of them fails: as on a server, and as in a file."""
    stores, turns = [], iter((None, None, StoreUnavailable("away"), None))
    opens = Instance.open

    def look(db, turn):
        if fault := next(turns):
            raise fault

    monkeypatch.setattr(SqliteEngine, "is_light", is_light)
    monkeypatch.setattr(Instance, "open", lambda self: stores.append(opens(self)) or stores[-1])
    one = rounds.Round(ours, None, "store", [Chore("x", 0.0, ours.instance, look, idle=0.0)])
    for _ in range(4):
        with suppress(StoreUnavailable):
            one.do(threading.Event())

    assert len(stores) == opened
    for db in stores:
        db.close()


def test_reading_a_store_stirs_nothing_and_each_commit_does(theirs):
    pulse = Pulse(theirs.instance)
    write(theirs)
    wait_until(lambda: not pulse.has_changed())
    for _ in range(3):
        with closing(theirs.instance.open()) as db:
            db.rows("SELECT count(*) FROM event WHERE commune_id = :commune_id")
        assert not pulse.has_changed()
    with closing(theirs.instance.open()) as db:
        for at in (1, 2):
            heartbeat.beat(db, "test", at=at)
            assert pulse.has_changed()
            wait_until(lambda: not pulse.has_changed())


def test_a_server_tells_once_for_all_units_which_were_written_to(database):
    engine = engine_at(database)
    stores = [Store(engine, unit, Cipher(bytes(32))) for unit in (26068, 26070)]
    for db in stores:
        schema.migrate(db)
        with writing(db):
            campaigns.create(db, "UBND", is_demo=False, at=1)
    pulse = ServerPulse(engine, (26068, 26070))
    assert set(pulse.changed()) == {26068, 26070}
    assert pulse.changed() == {}
    for db in stores:
        db.rows("SELECT count(*) FROM event WHERE commune_id = :commune_id")
    assert pulse.changed() == {}
    # While a write goes on it is told again and again, so that its end is not missed.
    with writing(stores[0]):
        heartbeat.beat(stores[0], "test", at=1)
        assert [set(pulse.changed()) for _ in range(3)] == [{26068}] * 3
    assert set(pulse.changed()) == {26068}
    assert pulse.changed() == {}
    # And in which queues something waits at each of those.
    beats, others = (
        WorkQueue("heartbeat", "program = 'test'"),
        WorkQueue("heartbeat", "program = 'other'"),
    )
    with writing(stores[1]):
        stores[1].write("DELETE FROM heartbeat WHERE commune_id = :commune_id")
    assert pulse.changed([beats, others]) == {26070: set()}
    for db in stores:
        heartbeat.beat(db, "test", at=2)
    assert pulse.changed([beats, others]) == {26068: {beats}, 26070: {beats}}
    for db in stores:
        db.close()
    engine.close()


def test_a_server_can_say_what_waits_for_every_chore(deployment, ours, database):
    site = deployment.kiosks.units.site(ours)
    chores = [*kiosk_chores.of(site, Daily(site, Debian())), *sms_chores.of(site, None)]
    queues = {one.queue for one in chores if one.queue} | {print_jobs.QUEUE}
    engine = engine_at(database)
    with closing(Store(engine, 26068, Cipher(bytes(32)))) as db:
        schema.migrate(db)

    assert len(queues) == 8
    assert engine.waiting([26068, 26070], queues) == {26068: set(), 26070: set()}
    engine.close()
