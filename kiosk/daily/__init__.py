"""Is this PC well? Checked once a minute beside the pages, so that a page only reads the answer.

Each check is a row with a sentence and, if it is not well, what to do. Slow checks (asking Debian
for updates) are made less often. Nothing here speaks HTTP.
"""

import logging

from kiosk.daily.check import DailyCheck
from kiosk.daily.debian import Debian
from shared.db.connection import Store
from shared.domain import clock
from shared.domain.record import Record
from shared.runtime.site import Site
from shared.runtime.worker_loop import Chore, Turn

EVERY_SECONDS = 60.0
# Where nothing is written; who opens the page sees a look of its own.
IDLE_SECONDS = 600.0

log = logging.getLogger("hienke")


class Look(Record):
    """One look at everything, at an instant (ms UTC)."""

    rows: tuple[DailyCheck, ...]
    at: int

    @property
    def reds(self) -> int:
        """How many things are not well."""
        return sum(row.is_well is False for row in self.rows)


class Daily:
    """Checks once a minute and keeps the last result; `debian` is what is known of this PC."""

    def __init__(self, site: Site, debian: Debian) -> None:
        self.debian = debian
        self._site = site
        self._last: Look | None = None

    def chore(self) -> Chore:
        """Return the work that is done again and again."""

        def look(db: Store, turn: Turn) -> None:
            self._look_round(db)

        return Chore(
            "daily", EVERY_SECONDS, self._site.instance, look, idle=IDLE_SECONDS, woken=False
        )

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
        # Imported late: it loads the jobs of the night, and the card of every table.
        from kiosk.daily import machines, messages, nights

        at = clock.now()
        site = self._site
        rows = (
            machines.disk(site), machines.store(site), nights.verified(db, at), nights.closed(db),
            *nights.backup(site, db, at), *nights.nights(db, at),
            *messages.gateways(site, db, at), messages.sms(site, db, at),
            *messages.held(site, db, at), *messages.firsts(site, db, at),
            *machines.printer(site, db, at), *machines.kiosks(db, at),
            *machines.logins_tried(site, db, at), *machines.proxy(site, at),
            machines.clock_is_right(self.debian.clock), machines.updated(self.debian.updates, at),
        )  # fmt: skip
        self._last = Look(rows, at)
        return self._last

    def _look_round(self, db: Store) -> None:
        before = self.reds
        seen = self.look(db)
        if seen.reds != before:
            names = [row.name for row in seen.rows if row.is_well is False]
            log.warning("daily_check reds=%d names=%s", seen.reds, ",".join(names))
