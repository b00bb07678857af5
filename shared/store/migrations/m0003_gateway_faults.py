"""What last went wrong with each gateway."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0003_gateway_faults(db: Database) -> None:
    db.execute("""CREATE TABLE gateway_fault (
        commune_id INTEGER NOT NULL REFERENCES commune,
        gateway TEXT NOT NULL,
        fault TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (commune_id, gateway)
    ) STRICT""")
