"""Which browser is a kiosk, when it was last seen, and the ideas held under a slip."""

from sqlite_utils import Database

from shared.store.migrations.base import seal_anew, steps


@steps()
def m0008_kiosks(db: Database) -> None:
    for statement in (
        "ALTER TABLE device ADD COLUMN enrolment TEXT",
        # What a browser enrolled by an earlier version holds in its cookie.
        "UPDATE device SET enrolment = id WHERE enrolled_at IS NOT NULL",
        "CREATE UNIQUE INDEX device_by_enrolment ON device (commune_id, enrolment)",
        """CREATE TABLE device_seen (
            commune_id INTEGER NOT NULL,
            device_id TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (commune_id, device_id),
            FOREIGN KEY (commune_id, device_id) REFERENCES device (commune_id, id)
        ) STRICT""",
        """CREATE TABLE held (
            commune_id INTEGER NOT NULL REFERENCES commune,
            number TEXT NOT NULL CHECK (length(number) = 4),
            answers TEXT NOT NULL,
            form_key TEXT NOT NULL,
            held_by TEXT NOT NULL,
            picked_up_by TEXT,
            expires_at INTEGER NOT NULL,
            PRIMARY KEY (commune_id, number)
        ) STRICT""",
        "CREATE INDEX held_by_visit ON held (commune_id, held_by)",
        "CREATE INDEX held_by_age ON held (commune_id, expires_at)",
    ):
        db.execute(statement)
    seal_anew(db, "device")
