"""The table of leases.

What is written here stays as it was released; the card (store/jobs/leases.py) says what a new store
gets.
"""

from sqlite_utils import Database

from shared.store.schema.steps import steps

TABLES = ("lease",)
_TABLE = """
CREATE TABLE lease (
    commune_id INTEGER NOT NULL REFERENCES commune,
    what TEXT NOT NULL,
    holder TEXT NOT NULL,
    fence INTEGER NOT NULL,
    beat INTEGER NOT NULL,
    PRIMARY KEY (commune_id, what)
) STRICT
"""


@steps()
def m0017_leases(db: Database) -> None:
    """Make the table, empty."""
    db.execute(_TABLE)
