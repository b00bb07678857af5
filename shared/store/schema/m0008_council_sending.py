"""The table of the keys under which score sheets were handed in, as it was when this step was
released."""

from sqlite_utils import Database

from shared.store.schema.steps import steps

TABLES = ("council_sending",)
_TABLE = """
CREATE TABLE council_sending (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    key TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, key),
    FOREIGN KEY (commune_id, item_id) REFERENCES council_item (commune_id, id),
    FOREIGN KEY (commune_id, staff_id) REFERENCES staff_member (commune_id, id)
) STRICT
"""


@steps()
def m0008_council_sending(db: Database) -> None:
    """Add the table to a store that was made before it."""
    db.execute(_TABLE)
