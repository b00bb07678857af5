"""Kiosks at which somebody rang for a person."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0013_rings(db: Database) -> None:
    db.execute(
        """CREATE TABLE ring (
            commune_id INTEGER NOT NULL,
            device_id TEXT NOT NULL,
            rung_at INTEGER NOT NULL,
            answered_by TEXT,
            answered_at INTEGER,
            PRIMARY KEY (commune_id, device_id),
            FOREIGN KEY (commune_id, device_id) REFERENCES device (commune_id, id)
        ) STRICT"""
    )
