"""Counts in memory who did something how often lately; a restart forgets it.

For counts that need not outlive the program (a flood of one minute), or that must work although the
store cannot be written. Counts that a restart must not reset are in shared/db/throttle.py.
"""

import threading
from collections import deque

from shared.domain import clock

# How many names are remembered at once; the longest unused are dropped first.
_MOST_REMEMBERED = 20_000


class Lately:
    """At most `most` times within any `window` ms, for each name."""

    def __init__(self, most: int, window: int) -> None:
        self.most = most
        self.window = window
        self._lock = threading.Lock()
        self._times: dict[str, deque[int]] = {}

    def take(self, who: str, at: int) -> int:
        """Count one more for `who` at an instant (ms UTC) and return 0; or count nothing and return
        for how many ms `who` must wait."""
        with self._lock:
            left = self._left(who, at)
            if not left:
                self._count(who, at)
            return left

    def count(self, who: str, at: int) -> int:
        """Count one more for `who`, whatever the limit, and return how many there are."""
        with self._lock:
            self._left(who, at)
            self._count(who, at)
            return len(self._times[who])

    def left(self, who: str, at: int) -> int:
        """Return for how many ms `who` must wait; 0 for one who need not."""
        with self._lock:
            return self._left(who, at)

    def _left(self, who: str, at: int) -> int:
        times = self._times.get(who, deque())
        while times and not at - self.window < times[0] <= at + clock.SLACK:
            times.popleft()
        if len(times) < self.most:
            return 0
        return min(self.window, times[-self.most] + self.window - at)

    def _count(self, who: str, at: int) -> None:
        times = self._times.pop(who, deque())
        times.append(at)
        self._times[who] = times  # at the end: counted last
        if len(self._times) > _MOST_REMEMBERED:
            del self._times[next(iter(self._times))]
