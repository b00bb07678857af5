"""A worker's loop: look, rest, look again until told to stop.

If the store cannot be used now, the worker does not end: it opens the store again after a rest.
"""

import logging
import threading
from collections.abc import Callable

from shared.db.connection import DatabaseError, Store, StoreUnavailable
from shared.runtime.instance import Instance

REST_AFTER_FAULT_SECONDS = 2.0

log = logging.getLogger("hienke")


def go_round(
    instance: Instance,
    stopping: threading.Event,
    look: Callable[[Store], object],
    *,
    worker: str,
    every: float,
) -> None:
    """Call `look` with an open store every so many seconds until `stopping` is set."""
    db: Store | None = None
    while not stopping.is_set():
        pause = every
        try:
            db = db or instance.open()
            look(db)
        except (StoreUnavailable, DatabaseError) as fault:
            log.warning("store_unavailable worker=%s reason=%s", worker, fault)
            if db is not None:
                db.close()
            db, pause = None, max(every, REST_AFTER_FAULT_SECONDS)
        stopping.wait(pause)
    if db is not None:
        db.close()
