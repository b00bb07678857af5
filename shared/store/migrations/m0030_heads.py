"""The sheets of the notice board: one a day, each the head of the chain of events until then."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0030_heads(db: Database) -> None:
    db.execute(
        """CREATE TABLE daily_head (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            number INTEGER NOT NULL,
            day TEXT NOT NULL,
            closed_at INTEGER NOT NULL,
            first_place INTEGER NOT NULL,
            last_place INTEGER NOT NULL,
            chain TEXT NOT NULL,
            root TEXT NOT NULL,
            before TEXT NOT NULL,
            head TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, number),
            UNIQUE (commune_id, day),
            CHECK (first_place <= last_place)
        ) STRICT"""
    )
