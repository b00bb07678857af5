"""The table of files to fetch gets a name that is no word of SQL: larger engines refuse `fetch`."""

from sqlite_utils import Database

from shared.store.schema.steps import steps

TABLES = ()
# Tables by their name after this step, with the one before it.
RENAMED = {"media_download": "fetch"}
_INDEXES = {"by_state": "state, due_at", "of_proposal": "proposal_id, id"}


@steps()
def m0016_media_downloads(db: Database) -> None:
    """Rename the table and its indexes."""
    for table, before in RENAMED.items():
        db.execute(f"ALTER TABLE {before} RENAME TO {table}")
        for index, columns in _INDEXES.items():
            db.execute(f"DROP INDEX {before}_{index}")
            db.execute(f"CREATE INDEX {table}_{index} ON {table} (commune_id, {columns})")
