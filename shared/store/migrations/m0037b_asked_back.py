"""What somebody asked for by SMS and has yet to confirm with digits sent to their number."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0037b_asked_back(db: Database) -> None:
    db.execute(
        """CREATE TABLE asked_back (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('withdraw', 'consent')),
            digits TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('waits', 'done', 'void', 'replaced')),
            tries INTEGER NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (commune_id, id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT"""
    )
    db.execute("CREATE INDEX asked_back_of ON asked_back (commune_id, proposal_id)")
