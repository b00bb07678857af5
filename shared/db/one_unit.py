"""Takes one unit out of a store that may hold several: a backup is one unit's and nobody else's."""

from pathlib import Path

from shared.db import search
from shared.db.connection import Store, copy_store, writing
from shared.db.engines.sqlite import SqliteEngine


def copy_unit(db: Store, path: Path) -> None:
    """Write a copy of the store, as it stands at one moment, to a new file: with the rows of this
    unit alone, and no byte of another's. Raises StoreUnavailable."""
    copy_store(db, path)
    file = SqliteEngine(path)
    copy = Store(file, db.commune_id)
    try:
        if copy.row("SELECT 1 FROM commune WHERE commune_id <> :commune_id"):
            with writing(copy):
                search.forget_others(copy)
            file.keep_one_unit(copy.conn, copy.commune_id)
    finally:
        copy.close()


def tables(db: Store) -> list[str]:
    """Return the names of all tables that hold a unit's rows."""
    return db.engine.tables(db.conn)
