"""Which points of the plan's two parts an officer found in an idea."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0021_completeness(db: Database) -> None:
    db.execute(
        """CREATE TABLE completeness (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            points TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, proposal_id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT"""
    )
