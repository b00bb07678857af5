"""Blocks of one program that meet at a file wait for the disk together, and each until its rows are
on it. What a power cut leaves is in tests/faults/test_power_cut.py."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from shared.db.connection import Store, StoreUnavailable, writing
from shared.db.engines.sqlite_turns import turns_of
from shared.runtime.instance import Instance
from shared.store.jobs import heartbeat
from tests.serving import wait_until

# More than a file's own queue has at any time.
WRITERS = 6


class SlowDisk:
    """Stands where the journal is flushed: lets nobody through until told, and counts."""

    def __init__(self, door: "Door") -> None:
        self.flushes, self.fault, self.door = 0, "", door
        self.opened = threading.Event()
        self.opened.set()
        self._flush = os.fdatasync

    def flush(self, descriptor: int) -> None:
        self.flushes += 1
        assert self.opened.wait(60)
        if self.fault:
            raise OSError(5, self.fault)
        self._flush(descriptor)


class Door:
    """The lock that one block of a file holds; counts who found it held."""

    def __init__(self) -> None:
        self._lock, self.waiting = threading.Lock(), threading.Semaphore(0)

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if not blocking and self._lock.locked():
            self.waiting.release()
            return False
        return self._lock.acquire(blocking, timeout)

    def release(self) -> None:
        self._lock.release()


@pytest.fixture
def door(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> Door:
    made = Door()
    monkeypatch.setattr(turns_of(instance.database), "_writing", made)
    return made


@pytest.fixture
def disk(door: Door, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowDisk]:
    slow = SlowDisk(door)
    monkeypatch.setattr("os.fdatasync", slow.flush)
    yield slow
    slow.opened.set()


@contextmanager
def together(*jobs: Callable[[], object]) -> Iterator[list[str]]:
    """Run each in a thread; yield the names of those that were refused, to be read at the end."""
    refused: list[str] = []

    def run(number: int, job: Callable[[], object]) -> None:
        try:
            job()
        except StoreUnavailable as fault:
            refused.append(f"{number}: {fault}")

    threads = [threading.Thread(target=run, args=one) for one in enumerate(jobs)]
    for thread in threads:
        thread.start()
    try:
        yield refused
    finally:
        for thread in threads:
            thread.join()


@contextmanager
def met(
    instance: Instance, disk: SlowDisk, *jobs: Callable[[Store], object]
) -> Iterator[list[str]]:
    """Hold the file until each job waits for it, so that all of them have met another."""
    begun, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        own = instance.open()
        with writing(own):
            begun.set()
            assert may_end.wait(60)
        own.close()

    def waits(job: Callable[[Store], object]) -> Callable[[], None]:
        def run() -> None:
            own = instance.open()
            try:
                job(own)
            finally:
                own.close()

        return run

    with together(hold):
        assert begun.wait(60)
        with together(*map(waits, jobs)) as refused:
            for _ in jobs:
                assert disk.door.waiting.acquire(timeout=60)
            may_end.set()
            yield refused


def beat(name: str) -> Callable[[Store], object]:
    return lambda own: heartbeat.beat(own, name, at=1)


def beats(db: Store) -> set[str]:
    return {name for (name,) in db.rows("SELECT program FROM heartbeat")}


def test_blocks_that_met_flush_once_for_all_that_had_committed(instance, db, disk):
    disk.opened.clear()

    with met(instance, disk, *(beat(f"{number}") for number in range(WRITERS))):
        wait_until(lambda: len(beats(db)) == WRITERS)
        disk.opened.set()

    # The first flush began with one of them, the second holds all others.
    assert 1 <= disk.flushes <= 2


def test_a_block_that_met_others_ends_when_the_disk_has_it(instance, db, disk):
    disk.opened.clear()
    ended = threading.Event()

    with met(instance, disk, lambda own: (heartbeat.beat(own, "one", at=1), ended.set())):
        wait_until(lambda: "one" in beats(db) and disk.flushes == 1)
        assert not ended.is_set()
        disk.opened.set()

    assert ended.is_set()


@pytest.mark.parametrize("is_refused", [False, True])
def test_a_block_that_writes_nothing_waits_for_what_it_found(instance, db, disk, is_refused):
    """A key that is known already may refuse a block, and its code is answered."""
    disk.opened.clear()
    ended = threading.Event()

    def look() -> None:
        own = instance.open()
        with suppress(KeyError), writing(own):
            assert beats(own) == {"one"}
            if is_refused:
                raise KeyError
        ended.set()

    with met(instance, disk, beat("one")):
        wait_until(lambda: "one" in beats(db))
        with together(look):
            assert not ended.wait(0.2)
            disk.opened.set()

    assert ended.is_set()


def test_a_block_that_is_alone_leaves_the_flush_to_its_commit(instance, db, disk):
    with met(instance, disk, beat("one")):
        pass
    flushes = disk.flushes

    heartbeat.beat(db, "two", at=1)

    assert flushes == disk.flushes == 1
    assert db.row("PRAGMA synchronous") == (2,)


def test_a_connection_waits_for_the_disk_again_after_it_met_others(instance, disk):
    found: list[object] = []

    def look(own: Store) -> None:
        with writing(own):
            heartbeat.beat(own, "one", at=1)
            found.extend(own.row("PRAGMA synchronous") or ())
        found.extend(own.row("PRAGMA synchronous") or ())

    with met(instance, disk, look):
        pass

    # Its COMMIT does not wait, as others wait for it meanwhile.
    assert found == [1, 2] and disk.flushes == 1


def test_after_a_flush_that_failed_nothing_is_acknowledged_and_all_is_read(instance, db, disk):
    disk.fault = "Input/output error"

    with met(instance, disk, beat("one"), beat("two")) as refused:
        pass

    assert len(refused) == 2 and "Input/output error" in refused[0]
    disk.fault = ""
    with pytest.raises(StoreUnavailable, match="until the program is started again"):
        heartbeat.beat(db, "three", at=1)
    assert "three" not in beats(db)
    with pytest.raises(StoreUnavailable):
        db.engine.settle()


def test_blocks_of_two_files_do_not_wait_for_each_other(instance, db, tmp_path: Path):
    other = Store(tmp_path / "other.db", 1)

    with writing(db), writing(other):
        other.conn.execute("CREATE TABLE thing (number INTEGER)")

    assert other.row("SELECT count(*) FROM thing") == (0,)
