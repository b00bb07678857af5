"""Compares each idea with those before it once it is kept, so that the page of a case need not.

After an upgrade all ideas are in line: a few of them each time, the newest first.
"""

from shared.db.connection import Store
from shared.runtime.instance import Instance
from shared.runtime.worker_loop import Chore, Turn
from shared.store.cases import compared, similar

EVERY_SECONDS = 2.0
# So many go into one transaction: the first takes some 5 ms and each other 1, and meanwhile nobody
# else writes.
TOGETHER = 5
AT_ONCE = 4 * TOGETHER


class Comparer:
    """Looks every other second."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def chore(self) -> Chore:
        """Return the work that is done again and again."""

        def look(db: Store, turn: Turn) -> float | None:
            return EVERY_SECONDS if self.compare(db, turn) else None

        return Chore(
            "comparing", EVERY_SECONDS, self._instance, look, "heavy", queue=compared.QUEUE
        )

    def compare(self, db: Store, turn: Turn) -> bool:
        """Compare the newest that are in line; say whether others still are."""
        for _ in range(0, AT_ONCE, TOGETHER):
            if not turn.goes_on():
                return True
            if similar.compare(db, TOGETHER) < TOGETHER:
                return False
        return True
