"""Redacted texts beside the originals, and what staff note about a case."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0018_redactions(db: Database) -> None:
    for statement in (
        """CREATE TABLE redaction (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            title TEXT NOT NULL,
            current_state TEXT NOT NULL,
            solution TEXT NOT NULL,
            expected_effect TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            salt TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, proposal_id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        """CREATE TABLE case_note (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('note', 'year')),
            text TEXT NOT NULL,
            key TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            salt TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, key),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX case_note_of_proposal ON case_note (commune_id, proposal_id, at)",
    ):
        db.execute(statement)
