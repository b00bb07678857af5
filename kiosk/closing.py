"""Closes the ledger's day after its midnight: that makes the sheet for the notice board."""

import logging
from zoneinfo import ZoneInfo

from shared.db import daily_roots
from shared.db.connection import Store
from shared.domain import clock
from shared.runtime.instance import Instance
from shared.runtime.worker_loop import Chore, Turn

EVERY_SECONDS = 60.0
# Where nothing is written; a day that ends is closed in time all the same.
IDLE_SECONDS = 600.0

log = logging.getLogger("hienke")


class Closer:
    """Looks every minute."""

    def __init__(self, instance: Instance, zone: ZoneInfo) -> None:
        self._instance = instance
        self._zone = zone

    def chore(self) -> Chore:
        """Return the work that is done again and again."""

        def look(db: Store, turn: Turn) -> float:
            self.close(db)
            at = clock.now()
            midnight = clock.end_of_day(clock.to_local(at, self._zone).date(), self._zone) + 1
            return (midnight - at) / 1000 + EVERY_SECONDS

        return Chore("closing", EVERY_SECONDS, self._instance, look, idle=IDLE_SECONDS)

    def close(self, db: Store) -> None:
        """Close what is due now."""
        kept = daily_roots.close_day(db, at=clock.now(), zone=self._zone)
        if kept:
            log.info("day_closed day=%s head=%s", kept.sheet.day, kept.head)
