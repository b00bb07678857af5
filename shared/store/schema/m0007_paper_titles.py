"""The table of the titles that papers give ideas.

What is written here stays as it was released; the card (store/cases/paper_titles.py) says what a
new store gets.
"""

from sqlite_utils import Database

from shared.store.schema.steps import steps

TABLES = ("paper_title",)
_TABLE = """
CREATE TABLE paper_title (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    title TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    salt TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, proposal_id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT
"""


@steps()
def m0007_paper_titles(db: Database) -> None:
    """Make the table, empty."""
    db.execute(_TABLE)
