"""The table of planned sessions, as it was when this step was released."""

from sqlite_utils import Database

from shared.store.schema.steps import steps

TABLES = ("council_plan",)
_TABLE = """
CREATE TABLE council_plan (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    begins TEXT NOT NULL,
    agenda TEXT NOT NULL,
    begun_at INTEGER,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, session_id),
    FOREIGN KEY (commune_id, session_id) REFERENCES council_session (commune_id, id)
) STRICT
"""


@steps()
def m0012_council_plan(db: Database) -> None:
    """Add the table to a store that was made before it."""
    db.execute(_TABLE)
