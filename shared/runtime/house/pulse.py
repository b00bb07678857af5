"""Whether something was written into a unit's store since the last look, seen without opening it.

An embedded store is two files, and each commit writes to one of them. A store elsewhere has none:
there it may always have been.
"""

import time
from pathlib import Path

from shared.runtime.instance import Instance

# A file written within this time may be written again without looking different: clocks of files
# tick some hundred times a second.
_TICK_SECONDS = 0.1
# How often a store without files is looked at.
ELSEWHERE_SECONDS = 5.0

_Seen = tuple[tuple[int, int], tuple[int, int]]


class Pulse:
    """One unit's."""

    def __init__(self, instance: Instance) -> None:
        self._files = instance.database, Path(f"{instance.database}-wal")
        self._seen: _Seen | None = None
        self._looked_at = float("-inf")

    def has_changed(self) -> bool:
        """Say whether something may have been written since the last call."""
        if not self._files[0].exists():
            return self._is_time()
        seen = _look(self._files[0]), _look(self._files[1])
        changed, self._seen = seen != self._seen, seen
        if changed and _is_fresh(seen):
            self._seen = None  # once more: it may have been written in the same tick
        return changed

    def _is_time(self) -> bool:
        now = time.monotonic()
        if now - self._looked_at < ELSEWHERE_SECONDS:
            return False
        self._looked_at = now
        return True


def _look(path: Path) -> tuple[int, int]:
    """Return when a file was written and its length; an empty one is as none, as SQLite makes and
    removes an empty journal whenever somebody reads."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return (found.st_mtime_ns, found.st_size) if found.st_size else (0, 0)


def _is_fresh(seen: _Seen) -> bool:
    now = time.time()
    return any(abs(now - written / 1e9) < _TICK_SECONDS for written, _ in seen)
