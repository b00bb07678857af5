"""What Debian last said about this PC: asked beside the pages, because an answer takes seconds."""

import threading
import time
from collections.abc import Callable

from shared.runtime import machine
from shared.runtime.machine import Updates

EVERY_SECONDS = 30.0
UPDATES_EVERY_SECONDS = 6 * 60 * 60.0
# The list of updates takes seconds of the processor, which a start needs for itself.
FIRST_UPDATES_SECONDS = 5 * 60.0


class Debian:
    """The answers, None before the first. `clock_is_set` and `updates` ask."""

    def __init__(
        self,
        *,
        clock_is_set: Callable[[], bool | None] = machine.is_clock_set,
        updates: Callable[[], Updates | None] = machine.updates,
    ) -> None:
        self.clock: bool | None = None
        self.updates: Updates | None = None
        self._ask_clock = clock_is_set
        self._ask_updates = updates
        self._updates_due = 0.0

    def ask(self) -> None:
        """Ask for the clock, and every six hours for updates; takes seconds."""
        self.clock = self._ask_clock()
        if time.monotonic() >= self._updates_due:
            self.updates = self._ask_updates()
            self._updates_due = time.monotonic() + UPDATES_EVERY_SECONDS

    def keep_asking(self, stopping: threading.Event) -> None:
        """Wait for the end, while a thread asks again and again. Debian may take its time, and
        nobody waits for it at the end."""
        threading.Thread(target=self._go_on, args=(stopping,), name="debian", daemon=True).start()
        stopping.wait()

    def _go_on(self, stopping: threading.Event) -> None:
        self._updates_due = time.monotonic() + FIRST_UPDATES_SECONDS
        while not stopping.wait(EVERY_SECONDS):
            self.ask()
