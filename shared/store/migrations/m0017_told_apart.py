"""Pairs of cases that an officer said are two ideas."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0017_told_apart(db: Database) -> None:
    for statement in (
        """CREATE TABLE told_apart (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            other_id TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, proposal_id, other_id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id),
            FOREIGN KEY (commune_id, other_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX told_apart_of_other ON told_apart (commune_id, other_id)",
    ):
        db.execute(statement)
