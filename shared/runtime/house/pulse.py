"""Whether something was written into units' stores since the last look, seen without opening them.

An embedded store is two files, and each commit writes to one of them. A server is asked once for
all its units, and then in which queues of those something waits.
"""

import threading
import time
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from shared import settings
from shared.db.connection import StoreUnavailable
from shared.db.engines import Engine, WorkQueue
from shared.db.engines.choosing import engine_at
from shared.runtime.house import House
from shared.runtime.instance import Instance

# A file written within this time may be written again without looking different: clocks of files
# tick some hundred times a second.
_TICK_SECONDS = 0.1

# The queues of a unit in which something waits; None where only its own chores can tell.
Waiting = Collection[WorkQueue] | None
# What waits at each unit into whose store something was written.
Stirred = Mapping[int, Waiting]

_Seen = tuple[tuple[int, int], tuple[int, int]]


class Pulse:
    """One unit's."""

    def __init__(self, instance: Instance) -> None:
        self._files = instance.database, Path(f"{instance.database}-wal")
        self._seen: _Seen | None = None

    def has_changed(self) -> bool:
        """Say whether something may have been written since the last call."""
        seen = _look(self._files[0]), _look(self._files[1])
        changed, self._seen = seen != self._seen, seen
        if changed and _is_fresh(seen):
            self._seen = None  # once more: it may have been written in the same tick
        return changed


class ServerPulse:
    """That of units on one server."""

    def __init__(self, engine: Engine, units: Iterable[int] = ()) -> None:
        self._engine, self.units = engine, set(units)
        self._seen: Mapping[int, object] = {}

    def changed(self, queues: Collection[WorkQueue] = ()) -> Stirred:
        """Return what waits in these queues at each unit into whose rows something may have been
        written since the last call; none while the server is away: their rounds find that out by
        themselves."""
        try:
            found = self._engine.written() or {}
            changed = {one for one in self.units if found.get(one) != self._seen.get(one)}
            waiting = self._engine.waiting(changed, queues) if changed else {}
        except StoreUnavailable:
            return {}
        self._seen = found
        return waiting


class Pulses:
    """Those of the units of a deployment that were opened."""

    def __init__(self) -> None:
        self._files: dict[int, Pulse] = {}
        self._servers: dict[str, ServerPulse] = {}
        self._lock = threading.Lock()

    def add(self, house: House) -> None:
        """Watch a unit's store, wherever its settings say it is now. Raises SettingWrong,
        StoreUnfit."""
        url, _ = settings.store_of(house.folder, {})
        engine = engine_at(url) if url else None
        with self._lock:
            self._drop(house.unit)
            if engine is None:
                self._files[house.unit] = Pulse(house.instance)
            else:
                self._servers.setdefault(url, ServerPulse(engine)).units.add(house.unit)

    def keep(self, units: Collection[int]) -> None:
        """Watch no others than these."""
        with self._lock:
            watched = self._files.keys() | set().union(*(s.units for s in self._servers.values()))
            for unit in watched - set(units):
                self._drop(unit)

    def changed(self, queues: Collection[WorkQueue] = ()) -> Stirred:
        """Return what waits in these queues at each unit into whose store something may have been
        written since the last call."""
        with self._lock:
            found: dict[int, Waiting] = {
                unit: None for unit, pulse in self._files.items() if pulse.has_changed()
            }
            for server in self._servers.values():
                found |= server.changed(queues)
            return found

    def _drop(self, unit: int) -> None:
        self._files.pop(unit, None)
        for url, server in list(self._servers.items()):
            server.units.discard(unit)
            if not server.units:
                del self._servers[url]


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
