"""What the chair opened in an emergency: why, when, for how long."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0035_openings(db: Database) -> None:
    db.execute(
        """CREATE TABLE opening (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            staff_id TEXT NOT NULL,
            session_id TEXT NOT NULL,
            reason TEXT NOT NULL,
            salt TEXT NOT NULL,
            opened_at INTEGER NOT NULL,
            ends_at INTEGER NOT NULL,
            ended_at INTEGER,
            ended_by TEXT,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            FOREIGN KEY (commune_id, staff_id) REFERENCES staff_member (commune_id, id)
        ) STRICT"""
    )
    db.execute("CREATE INDEX opening_by_end ON opening (commune_id, ends_at)")
