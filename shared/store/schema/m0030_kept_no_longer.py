"""Since when each idea's names and numbers are no longer needed, and on which days each member sits
in the council, worked out from the ideas and the sessions; and
indexes of what else is kept for a time, by which it is found without what was forgotten long ago,
and of what the office's own people proposed in a year.

What is written here stays as it was released; the cards say what a new store gets. A later rule
comes with a step that works it out anew.
"""

from shared.db.engines import Schema
from shared.store.cases import contact_due
from shared.store.schema.steps import asking, steps

TABLES = ("contact_due", "council_sitting")
_DUE = """
CREATE TABLE contact_due (
    commune_id INTEGER NOT NULL,
    proposal_id TEXT NOT NULL,
    ended_at INTEGER NOT NULL,
    PRIMARY KEY (commune_id, proposal_id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT
"""
_IN_TURN = "CREATE INDEX contact_due_in_turn ON contact_due (commune_id, ended_at, proposal_id)"
_SITTING = """
CREATE TABLE council_sitting (
    commune_id INTEGER NOT NULL,
    staff_id TEXT NOT NULL,
    held_on TEXT NOT NULL,
    session_id TEXT NOT NULL,
    PRIMARY KEY (commune_id, staff_id, held_on, session_id),
    FOREIGN KEY (commune_id, session_id) REFERENCES council_session (commune_id, id),
    FOREIGN KEY (commune_id, staff_id) REFERENCES staff_member (commune_id, id)
) STRICT, WITHOUT ROWID
"""
_SIT = """
INSERT INTO council_sitting (commune_id, staff_id, held_on, session_id)
SELECT council_seat.commune_id, staff_id, held_on, session_id FROM council_seat
JOIN council_session ON council_session.commune_id = council_seat.commune_id
AND council_session.id = session_id
"""
_MADE = {
    "council_plan": (
        "CREATE INDEX council_plan_waits ON council_plan (commune_id, session_id)"
        " WHERE begun_at IS NULL",
    ),
    "author": (
        "CREATE INDEX author_of_year ON author (commune_id, evaluation_year, proposal_id)"
        " WHERE evaluation_year IS NOT NULL",
    ),
    "proposal": (
        "CREATE INDEX proposal_rated ON proposal (commune_id, evaluation_year, id)"
        " WHERE participant_type IN ('official', 'part_time_official', 'worker')",
        "CREATE INDEX proposal_junk ON proposal (commune_id, id)"
        " WHERE is_spam <> 0 AND solution || title <> ''",
    ),
    "message_in": (
        "CREATE INDEX message_in_nowhere ON message_in (commune_id, arrived_at)"
        " WHERE proposal_id IS NULL AND state <> 'new' AND sender || raw || text <> ''",
        "CREATE INDEX message_in_raw ON message_in (commune_id, arrived_at)"
        " WHERE proposal_id IS NOT NULL AND raw <> ''",
    ),
    "outbox": (
        "CREATE INDEX outbox_of_none ON outbox (commune_id, created_at)"
        " WHERE proposal_id IS NULL AND phone <> ''",
    ),
    "call_back": (
        "CREATE INDEX call_back_settled ON call_back (commune_id, at)"
        " WHERE phone || note <> '' AND (done_at IS NOT NULL OR proposal_id IS NOT NULL)",
    ),
    "model_request": (
        "CREATE INDEX model_request_settled ON model_request (commune_id, done_at)"
        " WHERE done_at IS NOT NULL AND name || phone || reason <> ''",
    ),
    "data_request": (
        "CREATE INDEX data_request_done ON data_request (commune_id, done_at)"
        " WHERE done_at IS NOT NULL AND name || phone || said <> ''",
    ),
    "original_file": (
        "CREATE INDEX original_file_there ON original_file (commune_id, kept_at)"
        " WHERE gone_at IS NULL",
    ),
}
# The indexes of existing tables that this step makes, and those of their names before it.
INDEXES = {table: (made, ()) for table, made in _MADE.items()}


@steps()
def m0030_kept_no_longer(db: Schema) -> None:
    """Make the tables, fill them for every unit, and make the indexes."""
    for sql in (_DUE, _IN_TURN, _SITTING, _SIT):
        db.execute(sql)
    for (unit,) in db.execute("SELECT DISTINCT commune_id FROM proposal").fetchall():
        for proposal_id, ended_at in contact_due.work_out(asking(db, unit)):
            db.execute(
                "INSERT INTO contact_due (commune_id, proposal_id, ended_at)"
                " VALUES (:commune_id, :proposal_id, :ended_at)",
                {"commune_id": unit, "proposal_id": proposal_id, "ended_at": ended_at},
            )
    for made in _MADE.values():
        for sql in made:
            db.execute(sql)
