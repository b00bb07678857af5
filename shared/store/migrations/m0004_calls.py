"""Files to fetch from a gateway, and whom to call back."""

from sqlite_utils import Database

from shared.db.checksums import seal_of
from shared.store.migrations.base import steps


@steps()
def m0004_calls(db: Database) -> None:
    for statement in (
        """CREATE TABLE fetch (
            commune_id INTEGER NOT NULL,
            id TEXT NOT NULL,
            key TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('recording', 'mms')),
            url TEXT NOT NULL,
            proposal_id TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
            attempts INTEGER NOT NULL,
            due_at INTEGER NOT NULL,
            error TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, key),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX fetch_by_state ON fetch (commune_id, state, due_at)",
        "CREATE INDEX fetch_of_proposal ON fetch (commune_id, proposal_id, id)",
        """CREATE TABLE call_back (
            commune_id INTEGER NOT NULL REFERENCES commune,
            id TEXT NOT NULL,
            key TEXT NOT NULL,
            phone TEXT NOT NULL,
            why TEXT NOT NULL CHECK (why IN ('asked', 'no_recording', 'missed')),
            at INTEGER NOT NULL,
            open_from INTEGER NOT NULL,
            proposal_id TEXT,
            done_by TEXT,
            done_at INTEGER,
            note TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (commune_id, id),
            UNIQUE (commune_id, key),
            FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
        ) STRICT""",
        "CREATE INDEX call_back_open ON call_back (commune_id, done_at, open_from)",
        "CREATE INDEX call_back_by_phone ON call_back (commune_id, phone, at)",
    ):
        db.execute(statement)
    _list_who_asked_before(db)


def _list_who_asked_before(db: Database) -> None:
    """Put on the list who asked to be called (the SMS word GOI) before there was one."""
    for commune_id, message_id, phone, at in db.execute(
        "SELECT commune_id, id, sender, arrived_at FROM message_in WHERE outcome = 'call_back'"
    ).fetchall():
        row = {
            "commune_id": commune_id,
            "id": message_id,
            "key": f"sms|{message_id}",
            "phone": phone,
            "why": "asked",
            "at": at,
            "open_from": at,
            "proposal_id": None,
            "done_by": None,
            "done_at": None,
            "note": "",
        }
        db.execute(
            "INSERT INTO call_back (commune_id, id, key, phone, why, at, open_from, proposal_id,"
            " done_by, done_at, note, content_hash) VALUES (:commune_id, :id, :key, :phone, :why,"
            " :at, :open_from, :proposal_id, :done_by, :done_at, :note, :content_hash)",
            {**row, "content_hash": seal_of(row)},
        )
