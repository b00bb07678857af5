"""Codes that let a member in once each, when their telephone is lost."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0034_recovery(db: Database) -> None:
    db.execute(
        """CREATE TABLE recovery_code (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            staff_id TEXT NOT NULL,
            code_hash TEXT NOT NULL,
            drawn_at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, staff_id, code_hash),
            FOREIGN KEY (commune_id, staff_id) REFERENCES staff_member (commune_id, id)
        ) STRICT"""
    )
