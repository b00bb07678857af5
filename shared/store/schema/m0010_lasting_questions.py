"""The table of questions whether an idea is still used, as it was when this step was released."""

from sqlite_utils import Database

from shared.store.schema.steps import steps

TABLES = ("lasting_question",)
_TABLE = """
CREATE TABLE lasting_question (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    adoption_id TEXT NOT NULL,
    days INTEGER NOT NULL CHECK (days IN (30, 90)),
    kind TEXT NOT NULL CHECK (kind IN ('author', 'unit')),
    secret_hash TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('', 'lasts', 'stopped')),
    way TEXT NOT NULL CHECK (way IN ('', 'sms', 'page')),
    answered_at INTEGER,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, adoption_id, days, kind),
    FOREIGN KEY (commune_id, adoption_id) REFERENCES adoption (commune_id, id)
) STRICT
"""
_INDEX = (
    "CREATE INDEX lasting_question_by_secret ON lasting_question (commune_id, secret_hash)"
    " WHERE secret_hash <> ''"
)


@steps()
def m0010_lasting_questions(db: Database) -> None:
    """Add the table to a store that was made before it."""
    db.execute(_TABLE)
    db.execute(_INDEX)
