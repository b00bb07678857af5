"""Until when a result is expected now, and whether the sender was told."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0015_expectations(db: Database) -> None:
    db.execute(
        """CREATE TABLE expectation (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            expected_on TEXT NOT NULL,
            set_by TEXT NOT NULL,
            set_at INTEGER NOT NULL,
            told_at INTEGER,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, proposal_id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT"""
    )
