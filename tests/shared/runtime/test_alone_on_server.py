"""A program that is stopped for longer than its lease, and goes on: another machine took over, and
it learns of it before it writes."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from shared.db.connection import Store, StoreUnavailable, writing
from shared.db.engines.postgres import server
from shared.runtime import alone
from shared.runtime.instance import AlreadyServed, Instance
from shared.store.jobs import heartbeat, leases
from shared.store.jobs.leases import LeaseLost
from tests.engines import POSTGRES
from tests.serving import wait_until

RIGHT = "serve"
_processes = multiprocessing.get_context("forkserver")


@pytest.fixture
def runs_on() -> str:
    return POSTGRES


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch.setattr)


def shorten(change: Callable[[object, str, float], None]) -> None:
    """Let leases last a moment."""
    change(alone, "LASTS_SECONDS", 1.0)
    change(alone, "BEAT_SECONDS", 0.1)
    change(server, "WRITER_SILENT_SECONDS", 1.0)


def work(folder: str, said: Connection) -> None:
    """Be a program that works under the lease, and writes until it may not. Nearly all of the time
    it is in the middle of writing, with the unit locked."""
    shorten(setattr)
    instance = Instance(Path(folder))
    with alone.leased(instance, RIGHT) as held:
        db = instance.open()
        said.send("at work")
        try:
            while True:
                with suppress(StoreUnavailable), writing(db):
                    heartbeat.beat(db, "sleeper", at=1)
                    held.check(db)
        except LeaseLost:
            said.send("lost")


def test_a_holder_that_was_stopped_and_goes_on_writes_nothing_more(
    instance: Instance, db: Store
) -> None:
    ours, theirs = _processes.Pipe()
    sleeper = _processes.Process(target=work, args=(str(instance.folder), theirs))
    sleeper.start()
    try:
        assert ours.recv() == "at work" and sleeper.pid
        with pytest.raises(AlreadyServed, match="Another machine"), alone.serving(instance):
            raise AssertionError
        os.kill(sleeper.pid, signal.SIGSTOP)
        with alone.serving(instance) as held:  # waits until it may
            heartbeat.beat(db, "sleeper", at=2)
            os.kill(sleeper.pid, signal.SIGCONT)

            assert ours.recv() == "lost"
            assert heartbeat.last(db, "sleeper") == 2
            assert not held.is_lost.is_set()
    finally:
        sleeper.kill()
        sleeper.join()


def test_who_lost_the_right_to_serve_ends(instance: Instance) -> None:
    with alone.serving(instance) as held:
        other = instance.open()
        while leases.take(other, RIGHT, "pc-2", instead=leases.seen(other, RIGHT)) is None:
            pass
        wait_until(held.is_lost.is_set)
        other.close()
