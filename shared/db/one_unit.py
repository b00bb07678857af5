"""Takes one unit out of a store that may hold several: a backup is one unit's and nobody else's."""

from pathlib import Path

from shared.db import search
from shared.db.connection import Store, copy_store


def copy_unit(db: Store, path: Path) -> None:
    """Write a copy of the store, as it stands at one moment, to a new file: with the rows of this
    unit alone, and no byte of another's. Raises StoreUnavailable."""
    copy_store(db, path)
    copy = Store(path, db.commune_id)
    try:
        if copy.row("SELECT 1 FROM commune WHERE commune_id <> :commune_id"):
            _keep_own(copy)
    finally:
        copy.close()


def tables(db: Store) -> list[str]:
    """Return the names of all tables that hold a unit's rows."""
    return [
        name
        for (name,) in db.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND EXISTS"
            " (SELECT 1 FROM pragma_table_info(sqlite_master.name) WHERE name = 'commune_id')"
        )
    ]


def _keep_own(copy: Store) -> None:
    copy.conn.execute("PRAGMA foreign_keys=OFF")  # whole units go, in whatever order
    copy.conn.execute("BEGIN")
    search.forget_others(copy)
    for table in tables(copy):
        copy.write(f"DELETE FROM {table} WHERE commune_id <> :commune_id")  # noqa: S608 ours
    copy.conn.execute("COMMIT")
    copy.conn.execute("VACUUM")
