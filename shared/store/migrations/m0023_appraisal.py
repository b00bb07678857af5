"""Co-authors with their class and share, the office's written opinion and what it rests on, votes
and minutes of the council, files it may see; and the worklist's days."""

from sqlite_utils import Database

from shared.store.migrations.base import seal_anew, steps


@steps()
def m0023_appraisal(db: Database) -> None:
    for statement in (
        # Of the first author these stand with the proposal, and are NULL here.
        """ALTER TABLE author ADD COLUMN participant_type TEXT CHECK (
            participant_type IS NULL OR participant_type IN ('citizen', 'household_business',
            'enterprise', 'organization', 'official', 'part_time_official', 'worker'))""",
        "ALTER TABLE author ADD COLUMN insider INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE author ADD COLUMN evaluation_year INTEGER",
        "ALTER TABLE author ADD COLUMN evaluation_rule TEXT",
        "ALTER TABLE author ADD COLUMN share INTEGER CHECK (share BETWEEN 0 AND 100)",
        "ALTER TABLE council_sheet ADD COLUMN entered_by TEXT",
        """CREATE TABLE council_vote (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            item_id TEXT NOT NULL,
            agree INTEGER NOT NULL,
            against INTEGER NOT NULL,
            blank INTEGER NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, item_id),
            FOREIGN KEY (commune_id, item_id) REFERENCES council_item (commune_id, id)
        ) STRICT""",
        """CREATE TABLE council_ballot (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            item_id TEXT NOT NULL,
            staff_id TEXT NOT NULL,
            choice TEXT NOT NULL CHECK (choice IN ('agree', 'against', 'blank')),
            at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, item_id, staff_id),
            FOREIGN KEY (commune_id, item_id) REFERENCES council_item (commune_id, id),
            FOREIGN KEY (commune_id, staff_id) REFERENCES staff_member (commune_id, id)
        ) STRICT""",
        """CREATE TABLE council_minutes (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            session_id TEXT NOT NULL,
            began TEXT NOT NULL,
            ended TEXT NOT NULL,
            ended_on TEXT NOT NULL,
            closing TEXT NOT NULL,
            reserved TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, session_id),
            FOREIGN KEY (commune_id, session_id) REFERENCES council_session (commune_id, id)
        ) STRICT""",
        """CREATE TABLE council_file (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            attachment_id TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            taken_back_at INTEGER,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, attachment_id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id),
            FOREIGN KEY (commune_id, attachment_id) REFERENCES attachment (commune_id, id)
        ) STRICT""",
        "CREATE INDEX council_file_of_proposal ON council_file (commune_id, proposal_id)",
        """CREATE TABLE administrative_procedure (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            code TEXT NOT NULL,
            name TEXT NOT NULL,
            area TEXT NOT NULL,
            since TEXT NOT NULL,
            until TEXT NOT NULL,
            words TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, code)
        ) STRICT""",
        """CREATE TABLE appraisal (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            opinion TEXT NOT NULL,
            proposed TEXT NOT NULL CHECK (proposed IN (
                '', 'recognise', 'replicate', 'commend', 'refuse')),
            procedure_id TEXT,
            verb TEXT NOT NULL CHECK (verb IN (
                '', 'simplify', 'remove', 'cut', 'amend', 'supplement')),
            timing TEXT NOT NULL CHECK (timing IN ('', 'at_once', 'in_steps')),
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, proposal_id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id),
            FOREIGN KEY (commune_id, procedure_id)
                REFERENCES administrative_procedure (commune_id, id)
        ) STRICT""",
        """CREATE TABLE expected_effect (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN (
                'steps', 'documents', 'days', 'cost', 'operations')),
            before_value REAL NOT NULL,
            after_value REAL NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, proposal_id, kind),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        """CREATE TABLE roadmap_step (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            key TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            what TEXT NOT NULL,
            due_on TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('open', 'done', 'dropped')),
            note TEXT NOT NULL,
            settled_by TEXT,
            settled_at INTEGER,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, key),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX roadmap_of_proposal ON roadmap_step (commune_id, proposal_id, due_on)",
        "CREATE INDEX roadmap_open ON roadmap_step (commune_id, due_on) WHERE state = 'open'",
        """CREATE TABLE scouting (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            outcome TEXT NOT NULL CHECK (outcome IN ('fit', 'not_fit')),
            note TEXT NOT NULL,
            actor TEXT NOT NULL,
            at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, proposal_id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        # What the worklist asks by the day: the few that wait, whatever there ever was.
        "CREATE INDEX proposal_by_due ON proposal (commune_id, due_at, id)"
        " WHERE status IN ('received', 'needs_info', 'under_appraisal')",
        "CREATE INDEX proposal_on_the_line ON proposal (commune_id, received_at, id)"
        " WHERE on_the_line = 1",
        "CREATE INDEX proposal_to_scout ON proposal (commune_id, received_at, id)"
        " WHERE maturity IN ('in_use_not_replicated', 'used_elsewhere')",
    ):
        db.execute(statement)
    for table in ("author", "council_sheet"):
        seal_anew(db, table)
