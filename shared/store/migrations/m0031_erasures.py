"""What was erased, for whom and why; and what of it still lies on the disk."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0031_erasures(db: Database) -> None:
    for statement in (
        """CREATE TABLE erasure (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            scope TEXT NOT NULL CHECK (scope IN ('details', 'all')),
            cause TEXT NOT NULL CHECK (cause IN ('asked', 'withdrawn', 'retention', 'replayed')),
            reason TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            whole TEXT NOT NULL,
            files TEXT NOT NULL,
            settled_at INTEGER,
            salt TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX erasure_of_proposal ON erasure (commune_id, proposal_id, at)",
        "CREATE INDEX erasure_unsettled ON erasure (commune_id, settled_at, at)",
    ):
        db.execute(statement)
