"""How many numbers that never heard of us are answered for the first time on each day."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0037c_first_answers(db: Database) -> None:
    db.execute(
        """CREATE TABLE first_answer_count (
            commune_id INTEGER NOT NULL REFERENCES commune,
            day TEXT NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (commune_id, day)
        ) STRICT"""
    )
