"""How much of a file's journal is written: each page once, and its checksum with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.db.connection import Store

_HEAD, _FRAME = 32, 24 + 4096


@contextmanager
def pages_written(db: Store) -> Iterator[list[int]]:
    """Yield a list that gets the number of pages which the block writes into the journal."""
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.conn.execute("PRAGMA wal_autocheckpoint = 0")
    found: list[int] = []
    yield found
    size = Path(f"{db.engine.shown}-wal").stat().st_size
    found.append(max(0, size - _HEAD) // _FRAME)
