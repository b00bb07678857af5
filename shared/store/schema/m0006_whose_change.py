"""What was put right names its author, and may rest on more kinds of evidence: the table is made
anew, and its rows are sealed again.

What is written here stays as it was released; the card (store/cases/sender_changes.py) says what a
new store gets.
"""

from sqlite_utils import Database

from shared.db.checksums import seal_of
from shared.store.schema.steps import steps

TABLES = ()
_TABLE = """
CREATE TABLE sender_change (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    author_id TEXT NOT NULL,
    before TEXT,
    after TEXT,
    evidence TEXT NOT NULL
        CHECK (evidence IN ('sheet', 'recording', 'counter', 'asked', 'request')),
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
# Until now only the sender, the first author, could be put right.
_KEPT = """
SELECT sender_change.*, author.id AS author_id FROM sender_change JOIN author
ON author.commune_id = sender_change.commune_id
AND author.proposal_id = sender_change.proposal_id AND author.place = 1
ORDER BY sender_change.rowid
"""


@steps()
def m0006_whose_change(db: Database) -> None:
    """Make the table anew with its rows."""
    found = db.execute(_KEPT)
    names = [column[0] for column in found.description]
    kept = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    for sql in ("DROP TABLE sender_change", _TABLE, _INDEX):
        db.execute(sql)
    for row in kept:
        db.table("sender_change").insert({**row, "content_hash": seal_of(row)})
