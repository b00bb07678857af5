"""The floor's store: the rows of ours that its pages and its list need, in the plainest tables.

The same ideas under the same codes, so that both sides are asked the same. What a row carries
beside that (seals, encryption, authors, units) is named in docs/speed.md.
"""

import hashlib
import hmac
import time
from pathlib import Path
from typing import Any

import pysqlite3 as sqlite3

SESSION_TOKEN = "floor-session-0123456789abcdef"
SESSION_KEY = b"floor-session-key"

# As shared/db/engines/sqlite.py sets a connection: COMMIT waits for the disk.
_PRAGMAS = (
    "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "journal_size_limit=8388608",
)  # fmt: skip
_SCHEMA = """
PRAGMA journal_mode=WAL;
CREATE TABLE proposal (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, code TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL, body TEXT NOT NULL, channel TEXT NOT NULL, category TEXT,
    phone TEXT, status TEXT NOT NULL, received_at INTEGER NOT NULL, due_at INTEGER NOT NULL
) STRICT;
CREATE INDEX proposal_by_due ON proposal (status, due_at, id);
CREATE TABLE receipt (
    code TEXT PRIMARY KEY, secret_hash TEXT NOT NULL UNIQUE,
    proposal_id INTEGER NOT NULL REFERENCES proposal
) STRICT;
CREATE TABLE event (
    id INTEGER PRIMARY KEY, proposal_id INTEGER REFERENCES proposal, kind TEXT NOT NULL,
    actor TEXT NOT NULL, at INTEGER NOT NULL, data TEXT NOT NULL
) STRICT;
CREATE INDEX event_of_proposal ON event (proposal_id);
CREATE TABLE status_count (status TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT;
CREATE VIRTUAL TABLE proposal_fts USING fts5(
    words, tokenize = 'unicode61 remove_diacritics 0'
);
INSERT INTO proposal_fts (proposal_fts, rank) VALUES ('secure-delete', 1);
CREATE TABLE message_in (
    id INTEGER PRIMARY KEY, gateway_id TEXT NOT NULL UNIQUE, sender TEXT NOT NULL,
    text TEXT NOT NULL, arrived_at INTEGER NOT NULL
) STRICT;
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY, message_id INTEGER NOT NULL UNIQUE REFERENCES message_in,
    phone TEXT NOT NULL, text TEXT NOT NULL, state TEXT NOT NULL
) STRICT;
CREATE TABLE staff (id INTEGER PRIMARY KEY, role TEXT NOT NULL, is_active INTEGER NOT NULL) STRICT;
CREATE TABLE session (
    token_hash TEXT PRIMARY KEY, staff_id INTEGER NOT NULL REFERENCES staff,
    created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL
) STRICT;
"""


def make(path: Path, ours: Path) -> None:
    """Make the floor's store at `path` with the ideas of our store, a file. A session is open in
    it, whose token is SESSION_TOKEN."""
    db = connect(path)
    db.executescript(_SCHEMA)
    db.execute("ATTACH ? AS ours", (str(ours),))
    db.execute("BEGIN")
    for made in (
        "INSERT INTO proposal (key, code, title, body, channel, category, phone, status,"
        " received_at, due_at) SELECT idempotency_key, code, title, solution, channel, category,"
        " '09' || printf('%08d', substr(idempotency_key, 6)), status, received_at, due_at"
        " FROM ours.proposal ORDER BY id",
        "INSERT INTO receipt SELECT receipt.code, secret_hash, proposal.id FROM ours.receipt"
        " JOIN proposal ON proposal.code = receipt.code",
        "INSERT INTO event (proposal_id, kind, actor, at, data)"
        " SELECT proposal.id, kind, actor, at, data FROM ours.event"
        " JOIN ours.proposal AS its ON its.id = event.proposal_id"
        " JOIN proposal ON proposal.code = its.code ORDER BY place",
        "INSERT INTO status_count SELECT status, count FROM ours.status_count",
        "INSERT INTO proposal_fts (rowid, words) SELECT proposal.id, found.words"
        " FROM ours.proposal_fts AS found JOIN ours.search_row ON fts_row = found.rowid"
        " JOIN ours.proposal AS its ON its.id = proposal_id"
        " JOIN proposal ON proposal.code = its.code",
        "INSERT INTO staff VALUES (1, 'officer', 1)",
    ):
        db.execute(made)
    at = time.time_ns() // 1_000_000
    db.execute("INSERT INTO session VALUES (?, 1, ?, ?)", (token_hash(SESSION_TOKEN), at, at))
    db.execute("COMMIT")
    db.execute("DETACH ours")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def connect(path: Path | str) -> Any:
    """Return a connection to the floor's store, as durable as ours."""
    db = sqlite3.connect(str(path), isolation_level=None, timeout=4)
    for pragma in _PRAGMAS:
        db.execute(f"PRAGMA {pragma}")
    return db


def token_hash(token: str) -> str:
    """Return what the store keeps of a session's token."""
    return hmac.new(SESSION_KEY, token.encode(), hashlib.sha256).hexdigest()
