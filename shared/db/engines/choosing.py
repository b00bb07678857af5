"""Finds the engine of a store by its place."""

import threading
from pathlib import Path

from shared.db.engines import Engine, StoreUnfit
from shared.db.engines.sqlite import SqliteEngine

# Where a store is: the path of a file, the address of a server, or an engine chosen before.
Place = Path | str | Engine

# A program has one engine for a server, with the pool of its connections, however many units and
# threads ask.
_servers: dict[str, Engine] = {}
_lock = threading.Lock()


def engine_at(place: Place) -> Engine:
    """Return the engine for a place. Raises StoreUnfit."""
    if isinstance(place, Path):
        return SqliteEngine(place)
    return _server(place) if isinstance(place, str) else place


def _server(url: str) -> Engine:
    with _lock:
        if url not in _servers:
            try:
                from shared.db.engines.postgres.engine import PostgresEngine  # few have its driver
            except ImportError:
                raise StoreUnfit(
                    "store.url names a PostgreSQL, and its driver is not installed: install the"
                    " program as hienke[postgres]."
                ) from None
            _servers[url] = PostgresEngine(url)
        return _servers[url]
