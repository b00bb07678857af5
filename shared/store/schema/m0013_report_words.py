"""The table of parts III and IV of the years' reports.

What is written here stays as it was released; the card (store/office/report_words.py) says what a
new store gets.
"""

from sqlite_utils import Database

from shared.store.schema.steps import steps

TABLES = ("report_words",)
_TABLE = """
CREATE TABLE report_words (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    year INTEGER NOT NULL,
    shortfalls TEXT NOT NULL,
    directions TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, year)
) STRICT
"""


@steps()
def m0013_report_words(db: Database) -> None:
    """Make the table, empty."""
    db.execute(_TABLE)
