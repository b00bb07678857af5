"""Is this PC well? Checked once a minute beside the pages, so that a page only reads the answer.

Each check is a row with a sentence and, if it is not well, what to do. Slow checks (asking Debian
for updates) are made less often. Nothing here speaks HTTP.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.daily import machines, messages, nights
from kiosk.daily.check import DailyCheck
from shared.db.connection import Store
from shared.domain import clock
from shared.runtime import machine
from shared.runtime.machine import Updates
from shared.runtime.site import Site
from shared.runtime.worker_loop import go_round

EVERY_SECONDS = 60.0
UPDATES_EVERY_SECONDS = 6 * 60 * 60.0
# The list of updates takes seconds of the processor, which a start needs for itself.
FIRST_UPDATES_SECONDS = 5 * 60.0

log = logging.getLogger("hienke")


@dataclass(frozen=True)
class Look:
    """One look at everything, at an instant (ms UTC)."""

    rows: tuple[DailyCheck, ...]
    at: int

    @property
    def reds(self) -> int:
        """How many things are not well."""
        return sum(row.is_well is False for row in self.rows)


class Daily:
    """Checks once a minute and keeps the last result. `clock_is_set` and `updates` ask Debian."""

    def __init__(
        self,
        site: Site,
        *,
        clock_is_set: Callable[[], bool | None] = machine.is_clock_set,
        updates: Callable[[], Updates | None] = machine.updates,
    ) -> None:
        self._site = site
        self._ask_clock = clock_is_set
        self._ask_updates = updates
        self._clock: bool | None = None
        self._updates: Updates | None = None
        self._updates_due = 0.0
        self._last: Look | None = None

    def work(self, stopping: threading.Event) -> None:
        """Go on until told to stop."""
        # Debian may take its time, and nobody waits for it at the end.
        threading.Thread(
            target=self._keep_asking, args=(stopping,), name="ask-debian", daemon=True
        ).start()
        here = self._site.instance
        go_round(here, stopping, self._look_round, worker="daily", every=EVERY_SECONDS)

    @property
    def reds(self) -> int:
        """How many things were not well at the last check; 0 before."""
        return self._last.reds if self._last else 0

    def last(self, db: Store) -> Look:
        """Return a result at most two minutes old; check now if there is none."""
        seen, now = self._last, clock.now()
        if seen is None or not 0 <= now - seen.at < 2 * clock.MINUTE:
            seen = self.look(db)
        return seen

    def look(self, db: Store) -> Look:
        """Check everything here, with Debian's last answers."""
        at = clock.now()
        site = self._site
        rows = (
            machines.disk(site), machines.store(site), nights.verified(db, at), nights.closed(db),
            *nights.backup(site, db, at), *nights.nights(db, at),
            *messages.gateways(site, db, at), messages.sms(site, db, at),
            *messages.held(site, db, at), *messages.firsts(site, db, at),
            *machines.printer(site, db, at), *machines.kiosks(db, at),
            *machines.logins_tried(site, db, at), *machines.proxy(site, at),
            machines.clock_is_right(self._clock), machines.updated(self._updates, at),
        )  # fmt: skip
        self._last = Look(rows, at)
        return self._last

    def ask_debian(self) -> None:
        """Ask for the clock, and every six hours for updates; takes seconds."""
        self._clock = self._ask_clock()
        if time.monotonic() >= self._updates_due:
            self._updates = self._ask_updates()
            self._updates_due = time.monotonic() + UPDATES_EVERY_SECONDS

    def _keep_asking(self, stopping: threading.Event) -> None:
        self._updates_due = time.monotonic() + FIRST_UPDATES_SECONDS
        while not stopping.wait(EVERY_SECONDS / 2):
            self.ask_debian()

    def _look_round(self, db: Store) -> None:
        before = self.reds
        seen = self.look(db)
        if seen.reds != before:
            names = [row.name for row in seen.rows if row.is_well is False]
            log.warning("daily_check reds=%d names=%s", seen.reds, ",".join(names))
