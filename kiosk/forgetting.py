"""Forgets by the clock what nobody came back for: a visit's answers after an hour, a held idea at
the end of its day. Kiosks may stand untouched all weekend."""

import threading

from shared import clock
from shared.instance import Instance
from shared.rounds import go_round
from shared.store import drafts, held
from shared.store.connection import Store

EVERY_SECONDS = 60.0


class Forgetter:
    """Looks every minute."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def work(self, stopping: threading.Event) -> None:
        """Go on until told to stop."""
        go_round(self._instance, stopping, forget, worker="forgetting", every=EVERY_SECONDS)


def forget(db: Store) -> None:
    """Remove what is over now."""
    at = clock.now()
    drafts.forget_abandoned(db, at=at)
    held.forget_expired(db, at=at)
