"""Keeps the store's files small: its search index in one piece, its journal empty."""

import time

from shared.db import search
from shared.nightly.jobs import Night
from shared.store.jobs.outcome import Done

# Somebody may be reading a long page; a moment later the journal can be emptied.
_TRIES, _PAUSE_SECONDS = 5, 2.0


def tidy(night: Night) -> Done:
    """Optimise the search index, write the journal into the store and empty it."""
    search.optimise(night.db)
    for attempt in range(_TRIES):
        if night.db.engine.tidy(night.db.conn):
            return Done(True, "job.tidy.ok")
        if attempt + 1 < _TRIES:
            time.sleep(_PAUSE_SECONDS)
    return Done(False, "job.tidy.busy")
