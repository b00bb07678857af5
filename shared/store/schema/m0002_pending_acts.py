"""The table of acts that wait before they are carried out.

What is written here stays as it was released; the card (store/cases/pending_acts.py) says what a
new store gets.
"""

from sqlite_utils import Database

from shared.store.schema.steps import steps

TABLES = ("pending_act",)
_TABLE = """
CREATE TABLE pending_act (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('withdraw', 'redirect', 'close', 'erase')),
    seen_status TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    details TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waits', 'done', 'taken_back', 'lapsed')),
    settled_at INTEGER,
    settled_by TEXT,
    salt TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT
"""
_INDEXES = (
    "CREATE INDEX pending_act_due ON pending_act (commune_id, due_at) WHERE state = 'waits'",
    "CREATE UNIQUE INDEX pending_act_waits ON pending_act (commune_id, proposal_id, kind)"
    " WHERE state = 'waits'",
)


@steps()
def m0002_pending_acts(db: Database) -> None:
    """Make the table, empty."""
    for sql in (_TABLE, *_INDEXES):
        db.execute(sql)
