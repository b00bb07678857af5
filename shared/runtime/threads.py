"""The threads of a server: the one that was free last is the next to work.

Waitress lets the one work that waited longest, so requests that come one after the other go through
all threads in turn. Each has its own line to the store, and what the line knows of the store's
pages ends with each write through another line: every idea found the pages cold that the one before
it had just written.
"""

import threading
from typing import Any

from waitress.task import ThreadedTaskDispatcher


class WarmThreads(ThreadedTaskDispatcher):  # type: ignore[misc]
    """Waitress' threads, of which the one that was free last works next. More of them work only
    where more requests are there at once."""

    def __init__(self, threads: int) -> None:
        super().__init__()
        self.queue_cv = _LastFirst(self.lock)
        self.set_thread_count(threads)


class _LastFirst:
    """What waitress uses of threading.Condition, but who came last is called first. All of it
    only by one who holds the lock."""

    def __init__(self, lock: Any) -> None:
        self._lock = lock
        self._waiting: list[Any] = []

    def wait(self) -> None:
        """Let go of the lock until called."""
        gate = threading.Lock()
        gate.acquire()
        self._waiting.append(gate)
        self._lock.release()
        gate.acquire()
        self._lock.acquire()

    def notify(self) -> None:
        """Call the one that came last."""
        if self._waiting:
            self._waiting.pop().release()

    def notify_all(self) -> None:
        """Call everybody."""
        while self._waiting:
            self.notify()
