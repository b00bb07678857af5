"""What the nights did, and since when the clock has run steadily."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0027_nights(db: Database) -> None:
    for statement in (
        """CREATE TABLE job_run (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            name TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            ended_at INTEGER,
            outcome TEXT NOT NULL CHECK (outcome IN ('running', 'ok', 'failed', 'broken_off')),
            text_key TEXT NOT NULL,
            blanks TEXT NOT NULL,
            PRIMARY KEY (commune_id, id)
        ) STRICT""",
        "CREATE INDEX job_run_by_name ON job_run (commune_id, name, outcome, started_at)",
        """CREATE TABLE clock_watch (
            commune_id INTEGER NOT NULL REFERENCES commune,
            seen_at INTEGER NOT NULL,
            steady_from INTEGER NOT NULL,
            PRIMARY KEY (commune_id)
        ) STRICT""",
    ):
        db.execute(statement)
