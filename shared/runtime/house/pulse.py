"""Whether something was written into units' stores since the last look, seen without opening them.

An embedded store is two files, and each commit writes to one of them. A server is asked once for
all its units.
"""

import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from shared import settings
from shared.db.connection import StoreUnavailable
from shared.db.engines import Engine
from shared.db.engines.choosing import engine_at
from shared.runtime.house import House
from shared.runtime.instance import Instance

# A file written within this time may be written again without looking different: clocks of files
# tick some hundred times a second.
_TICK_SECONDS = 0.1

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
    """That of all units on one server."""

    def __init__(self, engine: Engine, units: Iterable[int]) -> None:
        self._engine, self._units = engine, frozenset(units)
        self._seen: Mapping[int, object] = {}

    def changed(self) -> set[int]:
        """Return the units into whose rows something may have been written since the last call;
        none while the server is away: their rounds find that out by themselves."""
        try:
            found = self._engine.written() or {}
        except StoreUnavailable:
            return set()
        changed = {one for one in self._units if found.get(one) != self._seen.get(one)}
        self._seen = found
        return changed


class Pulses:
    """Those of all units of a deployment."""

    def __init__(self, houses: Iterable[House]) -> None:
        self._files: dict[int, Pulse] = {}
        on_servers: dict[str, list[int]] = {}
        for house in houses:
            url, _ = settings.store_of(house.folder, {})
            if url:
                on_servers.setdefault(url, []).append(house.unit)
            else:
                self._files[house.unit] = Pulse(house.instance)
        self._servers = [ServerPulse(engine_at(url), units) for url, units in on_servers.items()]

    def changed(self) -> set[int]:
        """Return the units into whose stores something may have been written since the last
        call."""
        found = {unit for unit, pulse in self._files.items() if pulse.has_changed()}
        return found.union(*(server.changed() for server in self._servers))


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
