"""When a kiosk last said that it had nothing left to hand in: no idea that it claims to have taken
before that is believed."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0039_clear_at(db: Database) -> None:
    db.execute("ALTER TABLE kiosk_report ADD COLUMN clear_at INTEGER")
    db.execute("UPDATE kiosk_report SET clear_at = at WHERE unsent = 0 AND refused = 0")
