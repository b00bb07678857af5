"""What people ask about the data the office holds on them, and by when it has to be done; and which
of several authors was erased."""

from sqlite_utils import Database

from shared.store.migrations.base import seal_anew, steps


@steps()
def m0032_requests(db: Database) -> None:
    for statement in (
        """CREATE TABLE data_request (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            key TEXT NOT NULL,
            year INTEGER NOT NULL,
            number INTEGER NOT NULL,
            proposal_id TEXT,
            kind TEXT NOT NULL CHECK (kind IN (
                'access', 'correction', 'consent', 'erasure', 'complaint')),
            way TEXT NOT NULL CHECK (way IN ('counter', 'phone', 'sms', 'receipt', 'post')),
            name TEXT NOT NULL,
            phone TEXT NOT NULL,
            said TEXT NOT NULL,
            identity TEXT NOT NULL CHECK (identity IN ('', 'receipt', 'number', 'paper')),
            third_party INTEGER NOT NULL CHECK (third_party IN (0, 1)),
            received_at INTEGER NOT NULL,
            respond_by INTEGER NOT NULL,
            due_at INTEGER NOT NULL,
            extended_at INTEGER,
            extended_why TEXT NOT NULL,
            answered_at INTEGER,
            answered_by TEXT,
            done_at INTEGER,
            done_by TEXT,
            outcome TEXT NOT NULL CHECK (outcome IN ('', 'done', 'partly', 'declined')),
            answer TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, key),
            UNIQUE (commune_id, year, number),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX data_request_open ON data_request (commune_id, done_at, due_at)",
        "CREATE INDEX data_request_of_proposal ON data_request (commune_id, proposal_id, id)",
    ):
        db.execute(statement)
    # Of several authors one may be erased; None is everybody.
    db.execute("ALTER TABLE erasure ADD COLUMN author_id TEXT")
    seal_anew(db, "erasure")
