"""Where an idea was tried, whether its use lasted, and by which rule it was recognised."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0019_effects(db: Database) -> None:
    for statement in (
        """CREATE TABLE trial (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            place TEXT NOT NULL,
            from_day TEXT NOT NULL,
            to_day TEXT NOT NULL,
            run_by TEXT NOT NULL,
            result TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, proposal_id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        """CREATE TABLE lasting_check (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            adoption_id TEXT NOT NULL,
            days INTEGER NOT NULL CHECK (days IN (30, 90)),
            outcome TEXT NOT NULL CHECK (outcome IN ('lasts', 'partly', 'stopped')),
            note TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, adoption_id, days),
            FOREIGN KEY (commune_id, adoption_id) REFERENCES adoption (commune_id, id)
        ) STRICT""",
        """CREATE TABLE recognition (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('plan', 'statutory')),
            first_applied_on TEXT NOT NULL,
            conditions TEXT NOT NULL,
            benefits TEXT NOT NULL,
            contributions TEXT NOT NULL,
            clock_from TEXT NOT NULL,
            due_on TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, proposal_id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
    ):
        db.execute(statement)
