"""What the receipt printer is to print."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0010_print_jobs(db: Database) -> None:
    for statement in (
        """CREATE TABLE print_job (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('receipt', 'test')),
            proposal_id TEXT,
            state TEXT NOT NULL CHECK (state IN
                ('queued', 'printing', 'printed', 'failed', 'unsure', 'given_up')),
            fault TEXT NOT NULL,
            is_again INTEGER NOT NULL CHECK (is_again IN (0, 1)),
            asked_by TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            sent_at INTEGER,
            changed_at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX print_job_by_state ON print_job (commune_id, state, id)",
        "CREATE INDEX print_job_of_proposal ON print_job (commune_id, proposal_id, id)",
    ):
        db.execute(statement)
