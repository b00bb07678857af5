"""Deletes by the clock what nobody came back for: a visit's answers after an hour, a parked idea at
the end of its day, a session that is over. Kiosks may stand untouched all weekend. It also finishes
on the disk what was erased in the store."""

import logging
import time

from shared.db.connection import Store
from shared.domain import clock
from shared.files import buckets, media
from shared.privacy import erasing
from shared.runtime.instance import Instance
from shared.runtime.worker_loop import Chore, Turn
from shared.store.cases import drafts, parked_drafts
from shared.store.files import originals
from shared.store.people import sessions
from shared.store.privacy import erasures

EVERY_SECONDS = 60.0
# Where nothing is written.
IDLE_SECONDS = 300.0

log = logging.getLogger("hienke")


class Forgetter:
    """Looks every minute."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def chore(self) -> Chore:
        """Return the work that is done again and again."""

        def look(db: Store, turn: Turn) -> None:
            forget(db)
            settle_erasures(db, self._instance)
            media.drop_copies(self._instance.media, before=time.time() - buckets.COPY_SECONDS)

        return Chore("forgetting", EVERY_SECONDS, self._instance, look, idle=IDLE_SECONDS)


def forget(db: Store) -> None:
    """Delete what is over now."""
    at = clock.now()
    drafts.forget_abandoned(db, at=at)
    parked_drafts.forget_expired(db, at=at)
    sessions.forget_over(db, at=at)


def settle_erasures(db: Store, instance: Instance) -> None:
    """Delete from the disk what was erased, and write the list for backups to the disk. If the disk
    refuses, the next look tries again."""
    if not erasures.unsettled(db) and not originals.unsettled(db):
        return
    try:
        erasing.write_list(db, instance.made_backups())
        erasing.settle(db, instance.media, at=clock.now())
    except OSError as fault:
        log.warning("erasing_waits reason=%s", fault.strerror or type(fault).__name__)
