"""A worker that looks seldom holds no store meanwhile; one that looks often keeps it open."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from shared.db.connection import Store
from shared.runtime.instance import Instance
from shared.runtime.worker_loop import LONG_SECONDS, Chore
from tests.serving import wait_until


@contextmanager
def at_work(instance: Instance, every: float) -> Iterator[list[Store]]:
    """Let a worker look every so many seconds; yield the stores that it looked at."""
    looked: list[Store] = []
    stopping = threading.Event()
    chore = Chore("x", every, instance, lambda store, turn: looked.append(store))
    worker = threading.Thread(target=chore, args=(stopping,))
    worker.start()
    try:
        yield looked
    finally:
        stopping.set()
        worker.join()


def test_who_looks_seldom_gives_the_store_back_meanwhile(instance, db):
    with at_work(instance, LONG_SECONDS) as looked:
        wait_until(lambda: bool(looked) and not is_open(looked[0]))

    assert len(looked) == 1


def test_who_looks_often_keeps_the_store_open(instance, db):
    with at_work(instance, 0.01) as looked:
        wait_until(lambda: len(looked) > 1)
        assert looked[0] is looked[1] and is_open(looked[0])

    assert not is_open(looked[0])


def is_open(store: Store) -> bool:
    """Say whether a store can still be asked."""
    try:
        return bool(store.conn.total_changes >= 0)
    except Exception as fault:
        assert "closed" in str(fault)
        return False
