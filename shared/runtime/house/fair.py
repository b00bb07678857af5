"""Gives the threads of a server to units in turn (shared/runtime/places.py): a unit's flood waits
in its own line, and some threads are left to the others."""

from collections.abc import Callable
from typing import Any

from shared.runtime.places import Lines
from shared.runtime.threads import WarmThreads

# Threads that one unit takes at most. More would answer its flood no sooner, since one thread
# computes at a time, and would make all others wait to compute (tests/bench/flood.py).
MOST_OF_ONE = 4

UnitOf = Callable[[str], int | None]


class FairDispatcher(WarmThreads):
    """Waitress' threads, given out to units in turn. `unit_of` says whose a `Host` is."""

    def __init__(self, threads: int, unit_of: UnitOf) -> None:
        self._lines = Lines(MOST_OF_ONE)
        self._unit_of = unit_of
        super().__init__(threads)

    def add_task(self, task: Any) -> None:
        """Let a connection whose request is complete wait for a thread."""
        unit = self._unit_of(_host_of(task))
        with self.lock:
            self._lines.join(unit, task)
            self.queue_cv.notify()

    def handler_thread(self, thread_no: int) -> None:
        """Serve what comes until told to stop."""
        while True:
            with self.lock:
                taken = self._lines.take()
                while taken is None and self.stop_count == 0:
                    self.active_count -= 1
                    self.queue_cv.wait()
                    self.active_count += 1
                    taken = self._lines.take()
                if taken is None:
                    self.active_count -= 1
                    self.stop_count -= 1
                    self.threads.discard(thread_no)
                    self.thread_exit_cv.notify()
                    return
            self._serve(*taken)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """Stop the threads; what still waits afterwards is cancelled."""
        super().shutdown(cancel_pending=False, timeout=timeout)
        with self.lock:
            left = self._lines.empty()
        for task in left:
            task.cancel()
        return True

    def _serve(self, unit: int | None, task: Any) -> None:
        try:
            task.service()
        except BaseException:
            self.logger.exception("Exception when servicing %r", task)
        finally:
            # Whose turn may have come now is taken by this thread itself: no other is woken for it.
            with self.lock:
                self._lines.done(unit)


def _host_of(channel: Any) -> str:
    """Return the `Host` of the request that a connection waits with."""
    requests = channel.requests
    return str(requests[0].headers.get("HOST", "")) if requests else ""
