"""The table of ideas that staff write down for a kiosk's visitor, as it was when this step was
released."""

from sqlite_utils import Database

from shared.store.schema.steps import steps

TABLES = ("kiosk_help",)
_TABLE = """
CREATE TABLE kiosk_help (
    commune_id INTEGER NOT NULL,
    device_id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    proposal_id TEXT,
    PRIMARY KEY (commune_id, device_id),
    FOREIGN KEY (commune_id, device_id) REFERENCES device (commune_id, id),
    FOREIGN KEY (commune_id, staff_id) REFERENCES staff_member (commune_id, id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT
"""


@steps()
def m0004_kiosk_help(db: Database) -> None:
    """Add the table to a store that was made before it."""
    db.execute(_TABLE)
