"""Files on their way to a proposal, and why one could not be opened."""

from sqlite_utils import Database

from shared.store.migrations.base import seal_anew, steps


@steps()
def m0005_uploads(db: Database) -> None:
    db.execute("""CREATE TABLE upload (
        commune_id INTEGER NOT NULL,
        id TEXT NOT NULL,
        proposal_id TEXT NOT NULL,
        take TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        received INTEGER NOT NULL,
        metadata TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('receiving', 'waiting', 'done')),
        attempts INTEGER NOT NULL,
        due_at INTEGER NOT NULL,
        source TEXT NOT NULL,
        actor TEXT NOT NULL,
        sender TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        content_hash TEXT NOT NULL,
        CHECK (received BETWEEN 0 AND bytes),
        PRIMARY KEY (commune_id, id),
        FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
    ) STRICT""")
    db.execute("CREATE INDEX upload_by_state ON upload (commune_id, state, due_at)")
    db.execute("CREATE INDEX upload_by_age ON upload (commune_id, expires_at)")
    db.execute("CREATE INDEX upload_of_proposal ON upload (commune_id, proposal_id, id)")
    db.execute("ALTER TABLE attachment ADD COLUMN reason TEXT NOT NULL DEFAULT ''")
    seal_anew(db, "attachment")
