"""What a worker does for one unit, and its loop: look, rest, look again until told to stop.

If the store cannot be used now, the worker does not end: it opens the store again after a rest.
Where one program serves many units, shared/runtime/house/rounds.py does the same chores in turn.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Literal

from shared.db.connection import DatabaseError, Store, StoreUnavailable
from shared.db.engines import WorkQueue
from shared.domain.record import Record
from shared.runtime.instance import Instance

REST_AFTER_FAULT_SECONDS = 2.0
# Who looks no sooner than after so many seconds gives the store back meanwhile: open, it holds 0.6
# MiB, and opening it takes 3 ms.
LONG_SECONDS = 30.0

# Who may wait for whom: what only the store keeps busy, what another machine may keep waiting, what
# takes a core for a while, and what takes one for minutes.
Lane = Literal["store", "outside", "heavy", "long"]

log = logging.getLogger("hienke")


class Turn:
    """How long a look may take one piece after the other: until the program stops, and where other
    units wait, for so many seconds."""

    def __init__(self, stopping: threading.Event, seconds: float = float("inf")) -> None:
        self.stopping = stopping
        self.was_cut = False
        self._until = time.monotonic() + seconds

    def goes_on(self) -> bool:
        """Say whether the look may take one more piece; once not, it `was_cut`."""
        if self.stopping.is_set() or time.monotonic() >= self._until:
            self.was_cut = True
        return not self.was_cut


class Chore(Record):
    """What `worker` does for one unit every so many seconds.

    `look` gets an open store, and a turn that says whether it may take one more piece. It returns
    in how many seconds it wants to look again even if nothing is written until then; None if only
    what is written can give it work. It looks every `idle` seconds whatever happens. One that is
    not `woken` looks no sooner than that where many units share a program. `queue` is where that
    waits which a write can give it to do; without one, any write may.
    """

    worker: str
    every: float
    instance: Instance
    look: Callable[[Store, Turn], float | None]
    lane: Lane = "store"
    idle: float = 120.0
    woken: bool = True
    queue: WorkQueue | None = None

    @property
    def __name__(self) -> str:
        """The name of the thread that does it."""
        return self.worker

    def __call__(self, stopping: threading.Event) -> None:
        """Look every so many seconds until `stopping` is set."""
        db: Store | None = None
        turn = Turn(stopping)
        while turn.goes_on():
            pause, is_kept = self.every, self.every < LONG_SECONDS
            try:
                db = db or self.instance.open()
                self.look(db, turn)
            except (StoreUnavailable, DatabaseError) as fault:
                log.warning("store_unavailable worker=%s reason=%s", self.worker, fault)
                pause, is_kept = max(self.every, REST_AFTER_FAULT_SECONDS), False
            if db is not None and not is_kept:
                db.close()
                db = None
            stopping.wait(pause)
        if db is not None:
            db.close()
