"""Files that belong to a proposal."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0002_attachments(db: Database) -> None:
    db.execute("""CREATE TABLE attachment (
        commune_id INTEGER NOT NULL,
        id TEXT NOT NULL,
        proposal_id TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('audio', 'video', 'image', 'unreadable')),
        mime TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        seconds REAL,
        source TEXT NOT NULL,
        arrived_at INTEGER NOT NULL,
        transcript TEXT NOT NULL,
        listened_by TEXT,
        listened_at INTEGER,
        idempotency_key TEXT NOT NULL,
        content_hash TEXT NOT NULL,
        PRIMARY KEY (commune_id, id),
        UNIQUE (commune_id, idempotency_key),
        FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
    ) STRICT""")
    db.execute("CREATE INDEX attachment_of_proposal ON attachment (commune_id, proposal_id, id)")
