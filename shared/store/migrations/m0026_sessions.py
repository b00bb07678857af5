"""Sessions have a name of their own, and say from where they were opened."""

from sqlite_utils import Database

from shared.db.event_log import new_id
from shared.store.migrations.base import steps


@steps()
def m0026_sessions(db: Database) -> None:
    open_ones = db.execute(
        "SELECT commune_id, token_hash, staff_id, created_at, seen_at FROM session"
    ).fetchall()
    db.execute("DROP TABLE session")
    db.execute(
        """CREATE TABLE session (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            token_hash TEXT NOT NULL,
            staff_id TEXT NOT NULL,
            address TEXT NOT NULL,
            browser TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            seen_at INTEGER NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, token_hash),
            FOREIGN KEY (commune_id, staff_id) REFERENCES staff_member (commune_id, id)
        ) STRICT"""
    )
    db.execute("CREATE INDEX session_of_staff ON session (commune_id, staff_id)")
    for commune_id, token_hash, staff_id, created_at, seen_at in open_ones:
        db.execute(
            "INSERT INTO session (commune_id, id, token_hash, staff_id, address, browser,"
            " created_at, seen_at) VALUES (?, ?, ?, ?, '', '', ?, ?)",
            (commune_id, new_id(), token_hash, staff_id, created_at, seen_at),
        )
