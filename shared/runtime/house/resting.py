"""The rounds of one lane that rest, the next one first, and the threads that wait for a turn.

A thread that takes a round wakes one other, and that only if another round is due as well: each
thread that wakes for nothing makes those who answer requests wait for the interpreter.
"""

import heapq
import threading
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.runtime.house.pulse import Waiting
    from shared.runtime.house.rounds import Round


class Resting:
    """The resting rounds of a lane; nobody waits for longer than `patience` seconds at once."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._changed = threading.Condition()
        self._rounds: list[Round] = []

    def put(self, one: "Round") -> None:
        """Let a new round wait for its first turn."""
        with self._changed:
            self._push(one)
            self._changed.notify()

    def next(self, back: "Round | None") -> "Round | None":
        """Let a round that had its turn rest, and return the one whose turn it is; None after a
        moment without one."""
        with self._changed:
            if back is not None:
                self._push(back)
            now = time.monotonic()
            if not self._is_due(now):
                left = self._rounds[0].due_at - now if self._rounds else self._patience
                self._changed.wait(min(self._patience, left))
                return None
            one = heapq.heappop(self._rounds)
            one.rests = False
            if self._is_due(now):
                self._changed.notify()
            return one

    def wake(self, stirred: "Iterable[tuple[Round, Waiting]]") -> None:
        """Let rounds whose stores were written look for what waits; one that has its turn now looks
        again after it."""
        with self._changed:
            for one, waiting in stirred:
                one.stir(waiting)
                if one.rests:
                    one.settle()
            heapq.heapify(self._rounds)
            if self._is_due(time.monotonic()):
                self._changed.notify()

    def _push(self, one: "Round") -> None:
        one.settle()
        one.rests = True
        heapq.heappush(self._rounds, one)

    def _is_due(self, now: float) -> bool:
        return bool(self._rounds) and self._rounds[0].due_at <= now
