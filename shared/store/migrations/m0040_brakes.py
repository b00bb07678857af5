"""Brakes: what is over is found by its age, as whoever guesses from many places makes many rows."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0040_brakes(db: Database) -> None:
    db.execute("CREATE INDEX throttle_by_age ON throttle (commune_id, what, since)")
