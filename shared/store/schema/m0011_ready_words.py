"""The table of the sentences that the office has ready.

What is written here stays as it was released; the card (store/office/ready_words.py) says what a
new store gets.
"""

from sqlite_utils import Database

from shared.store.schema.steps import steps

TABLES = ("ready_words",)
_TABLE = """
CREATE TABLE ready_words (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    kind TEXT NOT NULL
        CHECK (kind IN ('missing', 'to_office', 'elsewhere', 'reason', 'answer')),
    sentences TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, kind)
) STRICT
"""


@steps()
def m0011_ready_words(db: Database) -> None:
    """Make the table, empty."""
    db.execute(_TABLE)
