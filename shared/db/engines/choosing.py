"""Finds the engine of a store by its place."""

from pathlib import Path

from shared.db.engines import Engine
from shared.db.engines.sqlite import SqliteEngine

# Where a store is: the path of a file, or an engine that was chosen before.
Place = Path | Engine


def engine_at(place: Place) -> Engine:
    """Return the engine for a place; the embedded one for a path."""
    return SqliteEngine(place) if isinstance(place, Path) else place
