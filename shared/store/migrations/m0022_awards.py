"""Who is praised or rewarded for what: the dossier, the name as it is printed, the check before an
award, where and when it was handed over, and the office's own rules for all that."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0022_awards(db: Database) -> None:
    for statement in (
        """CREATE TABLE honour (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            key TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            place INTEGER NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('letter', 'award')),
            form TEXT NOT NULL,
            is_collective INTEGER NOT NULL,
            merit TEXT NOT NULL,
            basis TEXT NOT NULL,
            amount INTEGER NOT NULL CHECK (amount >= 0),
            source TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN (
                'proposed', 'checked', 'decided', 'issued', 'handed_over', 'returned', 'refused',
                'withdrawn')),
            reason TEXT NOT NULL,
            number TEXT NOT NULL,
            day TEXT NOT NULL,
            book_number INTEGER,
            code TEXT,
            proposed_by TEXT NOT NULL,
            proposed_at INTEGER NOT NULL,
            decided_by TEXT NOT NULL,
            decided_at INTEGER,
            changed_at INTEGER NOT NULL,
            version INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, key),
            UNIQUE (commune_id, code),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX honour_of_proposal ON honour (commune_id, proposal_id)",
        "CREATE INDEX honour_by_state ON honour (commune_id, state)",
        """CREATE TABLE honour_name (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            honour_id TEXT NOT NULL,
            name TEXT NOT NULL,
            suggested TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('open', 'confirmed', 'waived')),
            how TEXT NOT NULL CHECK (how IN ('', 'phone', 'counter', 'receipt')),
            note TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, honour_id),
            FOREIGN KEY (commune_id, honour_id) REFERENCES honour (commune_id, id)
        ) STRICT""",
        """CREATE TABLE award_check (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            honour_id TEXT NOT NULL,
            answer TEXT NOT NULL CHECK (answer IN ('clear', 'pending')),
            answered_by TEXT NOT NULL,
            answered_on TEXT NOT NULL,
            note TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            FOREIGN KEY (commune_id, honour_id) REFERENCES honour (commune_id, id)
        ) STRICT""",
        "CREATE INDEX award_check_of_honour ON award_check (commune_id, honour_id)",
        """CREATE TABLE conference (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            key TEXT NOT NULL,
            name TEXT NOT NULL,
            held_on TEXT NOT NULL,
            place TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, key)
        ) STRICT""",
        """CREATE TABLE delivery (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            honour_id TEXT NOT NULL,
            conference_id TEXT,
            turn INTEGER NOT NULL,
            presence TEXT NOT NULL CHECK (presence IN ('', 'present', 'absent')),
            handed_on TEXT NOT NULL,
            received_by TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, honour_id),
            FOREIGN KEY (commune_id, honour_id) REFERENCES honour (commune_id, id),
            FOREIGN KEY (commune_id, conference_id) REFERENCES conference (commune_id, id)
        ) STRICT""",
        "CREATE INDEX delivery_of_conference ON delivery (commune_id, conference_id)",
        """CREATE TABLE award_rules (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            rules TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id)
        ) STRICT""",
    ):
        db.execute(statement)
