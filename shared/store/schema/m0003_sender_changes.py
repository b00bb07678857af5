"""The table of what was put right about senders, as it was when this step was released."""

from sqlite_utils import Database

from shared.store.schema.steps import steps

TABLES = ("sender_change",)
_TABLE = """
CREATE TABLE sender_change (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    before TEXT,
    after TEXT,
    evidence TEXT NOT NULL CHECK (evidence IN ('sheet', 'recording', 'counter')),
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    salt TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT
"""
_INDEX = "CREATE INDEX sender_change_of_proposal ON sender_change (commune_id, proposal_id, at)"


@steps()
def m0003_sender_changes(db: Database) -> None:
    """Add the table to a store that was made before it."""
    db.execute(_TABLE)
    db.execute(_INDEX)
