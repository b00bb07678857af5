"""The month's end: which papers a clerk found in the binder, and which not."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0036_reconciliations(db: Database) -> None:
    db.execute(
        """CREATE TABLE reconciliation (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            key TEXT NOT NULL,
            month TEXT NOT NULL CHECK (length(month) = 7),
            expected INTEGER NOT NULL,
            note TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, key)
        ) STRICT"""
    )
    db.execute("CREATE INDEX reconciliation_by_month ON reconciliation (commune_id, month, id)")
    db.execute(
        """CREATE TABLE reconciliation_paper (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            reconciliation_id TEXT NOT NULL,
            code TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('found', 'missing', 'extra')),
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, reconciliation_id, code),
            FOREIGN KEY (commune_id, reconciliation_id)
                REFERENCES reconciliation (commune_id, id)
        ) STRICT"""
    )
    db.execute("CREATE INDEX proposal_by_registered ON proposal (commune_id, registered_at)")
