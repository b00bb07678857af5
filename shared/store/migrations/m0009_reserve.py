"""Receipt codes that kiosks hold ahead of time, and what each kiosk last told of itself."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0009_reserve(db: Database) -> None:
    for statement in (
        """CREATE TABLE reserved_code (
            commune_id INTEGER NOT NULL,
            code TEXT NOT NULL,
            device_id TEXT NOT NULL,
            issued_at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, code),
            FOREIGN KEY (commune_id, device_id) REFERENCES device (commune_id, id)
        ) STRICT""",
        "CREATE INDEX reserved_code_of_device ON reserved_code (commune_id, device_id, issued_at)",
        """CREATE TABLE kiosk_report (
            commune_id INTEGER NOT NULL,
            device_id TEXT NOT NULL,
            at INTEGER NOT NULL,
            held INTEGER NOT NULL,
            unsent INTEGER NOT NULL,
            waiting_since INTEGER,
            refused INTEGER NOT NULL,
            files INTEGER NOT NULL,
            PRIMARY KEY (commune_id, device_id),
            FOREIGN KEY (commune_id, device_id) REFERENCES device (commune_id, id)
        ) STRICT""",
    ):
        db.execute(statement)
