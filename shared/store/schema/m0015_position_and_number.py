"""Accounts get a position and a telephone number; who is invited to a council's session, and what
they answer, gets tables.

What is written here stays as it was released; the cards (store/people/staff.py,
store/council/invitations.py) say what a new store gets.
"""

from sqlite_utils import Database

from shared.db.checksums import seal_of
from shared.store.schema.steps import steps

TABLES = ("council_invitation", "council_answer")
_INVITATION = """
CREATE TABLE council_invitation (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    held_on TEXT NOT NULL,
    begins TEXT NOT NULL,
    place TEXT NOT NULL,
    message_id TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, message_id),
    FOREIGN KEY (commune_id, session_id) REFERENCES council_session (commune_id, id),
    FOREIGN KEY (commune_id, staff_id) REFERENCES staff_member (commune_id, id),
    FOREIGN KEY (commune_id, message_id) REFERENCES outbox (commune_id, id)
) STRICT
"""
_ANSWER = """
CREATE TABLE council_answer (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    answer TEXT NOT NULL CHECK (answer IN ('coming', 'away', '')),
    at INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, message_id),
    FOREIGN KEY (commune_id, session_id) REFERENCES council_session (commune_id, id),
    FOREIGN KEY (commune_id, staff_id) REFERENCES staff_member (commune_id, id),
    FOREIGN KEY (commune_id, message_id) REFERENCES message_in (commune_id, id)
) STRICT
"""
_INDEXES = (
    "CREATE INDEX council_invitation_of_session ON council_invitation (commune_id, session_id)",
    "CREATE INDEX council_answer_of_session ON council_answer (commune_id, session_id)",
)
_NEW = ("position TEXT NOT NULL DEFAULT ''", "phone TEXT")
# Columns of existing tables that this step changes, as they are after it and before it.
CHANGED = {"staff_member": (", ".join(_NEW), "")}


@steps()
def m0015_position_and_number(db: Database) -> None:
    """Make the tables; add the columns, empty, and seal the rows again."""
    for sql in (_INVITATION, _ANSWER, *_INDEXES):
        db.execute(sql)
    for column in _NEW:
        db.execute(f"ALTER TABLE staff_member ADD COLUMN {column}")
    members = db.table("staff_member")
    for row in list(members.rows):
        members.update((row["commune_id"], row["id"]), {"content_hash": seal_of(row)})
