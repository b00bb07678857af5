"""How ideas came that members of staff entered for somebody."""

from sqlite_utils import Database

from shared.store.migrations.base import steps


@steps()
def m0014_entries(db: Database) -> None:
    db.execute(
        """CREATE TABLE entry (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            way TEXT NOT NULL CHECK (way IN (
                'by_hand', 'by_post', 'stick_document', 'stick_audio', 'stick_video',
                'spoken')),
            evidence TEXT NOT NULL CHECK (evidence IN (
                '', 'stamp', 'register', 'slip', 'message', 'witness')),
            why TEXT NOT NULL,
            entered_by TEXT NOT NULL,
            entered_at INTEGER NOT NULL,
            salt TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, proposal_id),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT"""
    )
