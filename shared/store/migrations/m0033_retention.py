"""What an officer let the machine forget, though it was more than usual."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0033_retention(db: Database) -> None:
    db.execute(
        """CREATE TABLE retention_ok (
            commune_id INTEGER NOT NULL REFERENCES commune,
            rule TEXT NOT NULL,
            most INTEGER NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (commune_id, rule)
        ) STRICT"""
    )
