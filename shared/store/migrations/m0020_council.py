"""Council sessions: who sat, what was judged, each member's sheet and what was concluded."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0020_council(db: Database) -> None:
    for statement in (
        """CREATE TABLE council_session (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            key TEXT NOT NULL,
            year INTEGER NOT NULL,
            held_on TEXT NOT NULL,
            place TEXT NOT NULL,
            chair_id TEXT NOT NULL,
            secretary_id TEXT NOT NULL,
            guests TEXT NOT NULL,
            rubric TEXT NOT NULL,
            opened_at INTEGER NOT NULL,
            closed_at INTEGER,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, key),
            FOREIGN KEY (commune_id, chair_id) REFERENCES staff_member (commune_id, id),
            FOREIGN KEY (commune_id, secretary_id) REFERENCES staff_member (commune_id, id)
        ) STRICT""",
        """CREATE TABLE council_seat (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            session_id TEXT NOT NULL,
            staff_id TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('present', 'absent', 'left')),
            why TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, session_id, staff_id),
            FOREIGN KEY (commune_id, session_id) REFERENCES council_session (commune_id, id),
            FOREIGN KEY (commune_id, staff_id) REFERENCES staff_member (commune_id, id)
        ) STRICT""",
        """CREATE TABLE council_item (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            session_id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            verdict TEXT NOT NULL CHECK (verdict IN (
                '', 'recognise', 'replicate', 'trial', 'refuse')),
            reason TEXT NOT NULL,
            concluded_at INTEGER,
            returned_reason TEXT NOT NULL,
            signed_at INTEGER,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, session_id, proposal_id),
            FOREIGN KEY (commune_id, session_id) REFERENCES council_session (commune_id, id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX council_item_unsigned ON council_item (commune_id, signed_at, concluded_at)",
        """CREATE TABLE council_sheet (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            item_id TEXT NOT NULL,
            staff_id TEXT NOT NULL,
            sheet TEXT NOT NULL,
            recused TEXT NOT NULL,
            saved_at INTEGER NOT NULL,
            submitted_at INTEGER,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, item_id, staff_id),
            FOREIGN KEY (commune_id, item_id) REFERENCES council_item (commune_id, id),
            FOREIGN KEY (commune_id, staff_id) REFERENCES staff_member (commune_id, id)
        ) STRICT""",
    ):
        db.execute(statement)
