"""What is published of recognised ideas, who applies them since when, and what it changed."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0016_models(db: Database) -> None:
    for statement in (
        """CREATE TABLE model (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            slug TEXT NOT NULL,
            title TEXT NOT NULL,
            problem TEXT NOT NULL,
            solution TEXT NOT NULL,
            effect TEXT NOT NULL,
            names_author INTEGER NOT NULL CHECK (names_author IN (0, 1)),
            guardian_agreed INTEGER NOT NULL CHECK (guardian_agreed IN (0, 1)),
            words TEXT NOT NULL,
            published_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL,
            withdrawn_at INTEGER,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, proposal_id),
            UNIQUE (commune_id, slug),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX model_by_age ON model (commune_id, withdrawn_at, published_at, id)",
        """CREATE TABLE model_request (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            key TEXT NOT NULL,
            model_id TEXT NOT NULL,
            unit TEXT NOT NULL,
            name TEXT NOT NULL,
            phone TEXT NOT NULL,
            reason TEXT NOT NULL,
            notice TEXT NOT NULL,
            at INTEGER NOT NULL,
            done_by TEXT,
            done_at INTEGER,
            outcome TEXT NOT NULL CHECK (outcome IN ('', 'taken_up', 'declined')),
            note TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, key),
            FOREIGN KEY (commune_id, model_id) REFERENCES model (commune_id, id)
        ) STRICT""",
        "CREATE INDEX model_request_open ON model_request (commune_id, done_at, at)",
        """CREATE TABLE adoption (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            unit TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN
                ('asked', 'agreed', 'applying', 'applied', 'stopped')),
            since TEXT NOT NULL,
            effect TEXT NOT NULL,
            note TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, proposal_id, unit),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX adoption_by_state ON adoption (commune_id, state, since)",
        """CREATE TABLE measure (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            key TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            adoption_id TEXT,
            kind TEXT NOT NULL CHECK (kind IN
                ('steps', 'documents', 'days', 'cost', 'satisfaction', 'other')),
            label TEXT NOT NULL,
            before_value REAL NOT NULL,
            after_value REAL NOT NULL,
            measured_on TEXT NOT NULL,
            evidence TEXT NOT NULL,
            attachment_id TEXT,
            struck_at INTEGER,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, key),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id),
            FOREIGN KEY (commune_id, adoption_id) REFERENCES adoption (commune_id, id),
            FOREIGN KEY (commune_id, attachment_id) REFERENCES attachment (commune_id, id)
        ) STRICT""",
        "CREATE INDEX measure_of_proposal ON measure (commune_id, proposal_id, id)",
    ):
        db.execute(statement)
