"""Carries out, beside the pages, what waited until it was due (shared/workflows/pending.py)."""

import logging
from zoneinfo import ZoneInfo

from shared.db.connection import Store
from shared.domain import clock
from shared.runtime.instance import Instance
from shared.runtime.worker_loop import Chore, Turn
from shared.store.cases import pending_acts
from shared.workflows import pending

EVERY_SECONDS = 10.0

log = logging.getLogger("hienke")


class PendingActs:
    """Looks every ten seconds."""

    def __init__(self, instance: Instance, zone: ZoneInfo) -> None:
        self._instance = instance
        self._zone = zone

    def chore(self) -> Chore:
        """Return the work that is done again and again."""

        def look(db: Store, turn: Turn) -> float | None:
            self.look(db)
            due_at = pending_acts.next_due(db)
            return None if due_at is None else (due_at - clock.now()) / 1000

        return Chore("pending", EVERY_SECONDS, self._instance, look)

    def look(self, db: Store) -> None:
        """Carry out what is due now."""
        done = pending.do_due(db, at=clock.now(), zone=self._zone)
        if done:
            log.info("acts_done acts=%d", done)
