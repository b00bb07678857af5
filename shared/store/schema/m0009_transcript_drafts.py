"""The table of drafts that machines make of transcripts, as it was when this step was released."""

from sqlite_utils import Database

from shared.store.schema.steps import steps

TABLES = ("transcript_draft",)
_TABLE = """
CREATE TABLE transcript_draft (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    attachment_id TEXT NOT NULL,
    how TEXT NOT NULL CHECK (how IN ('read', 'heard')),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'made', 'none')),
    text TEXT NOT NULL,
    cause TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, attachment_id),
    FOREIGN KEY (commune_id, attachment_id) REFERENCES attachment (commune_id, id)
) STRICT
"""


@steps()
def m0009_transcript_drafts(db: Database) -> None:
    """Add the table to a store that was made before it."""
    db.execute(_TABLE)
