"""Carries out, beside the pages, what waited until it was due (shared/workflows/pending.py)."""

import logging
import threading
from zoneinfo import ZoneInfo

from shared.db.connection import Store
from shared.domain import clock
from shared.runtime.instance import Instance
from shared.runtime.worker_loop import go_round
from shared.workflows import pending

EVERY_SECONDS = 10.0

log = logging.getLogger("hienke")


class PendingActs:
    """Looks every ten seconds."""

    def __init__(self, instance: Instance, zone: ZoneInfo) -> None:
        self._instance = instance
        self._zone = zone

    def work(self, stopping: threading.Event) -> None:
        """Go on until told to stop."""
        go_round(self._instance, stopping, self.look, worker="pending", every=EVERY_SECONDS)

    def look(self, db: Store) -> None:
        """Carry out what is due now."""
        done = pending.do_due(db, at=clock.now(), zone=self._zone)
        if done:
            log.info("acts_done acts=%d", done)
