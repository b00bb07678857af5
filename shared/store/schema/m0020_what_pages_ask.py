"""What every page of the desks asks is kept, or found by an index: what senders said that nobody
noticed, and the two stretches of the list of cases.

What is written here stays as it was released; the cards (store/cases/unread_answers.py,
store/cases/proposals.py) say what a new store gets.
"""

from sqlite_utils import Database

from shared.db.sql import one_of
from shared.store.schema.steps import steps

TABLES = ("unread_answer",)
_TABLE = """
CREATE TABLE unread_answer (
    commune_id INTEGER NOT NULL,
    proposal_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (commune_id, proposal_id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT
"""
_BY_TIME = "CREATE INDEX unread_answer_by_time ON unread_answer (commune_id, at, proposal_id)"
# Written by themselves: the groups of today's code may become others.
_RUNNING = ("received", "needs_info", "under_appraisal")
_ON_CLOCK = one_of(_RUNNING)
_UNDECIDED = one_of((*_RUNNING, "at_council", "on_trial"))
# What a sender said last, where nobody of the office moved the case, answered, wrote a note or
# noted it as read since.
_FILL = f"""
INSERT INTO unread_answer (commune_id, proposal_id, at)
SELECT said.commune_id, said.proposal_id, said.at FROM (
    SELECT commune_id, proposal_id, max(at) AS at FROM (
        SELECT commune_id, proposal_id, at FROM addition
        UNION ALL SELECT commune_id, proposal_id, at FROM move
        WHERE actor = 'citizen' AND from_status IS NOT NULL AND to_status {_UNDECIDED}
    ) AS spoke GROUP BY commune_id, proposal_id
) AS said WHERE NOT EXISTS (
    SELECT 1 FROM event WHERE event.commune_id = said.commune_id
    AND event.proposal_id = said.proposal_id AND event.at >= said.at
    AND event.kind IN ('moved', 'answered', 'noted', 'answer_seen')
    AND event.actor NOT IN ('citizen', 'system')
)
"""  # noqa: S608 ours
_DUE = "CREATE INDEX proposal_by_due ON proposal"
_WAS = f"{_DUE} (commune_id, due_at, id) WHERE status {_ON_CLOCK}"
_NOW = (
    f"{_DUE} (commune_id, is_spam, due_at, id) WHERE status {_ON_CLOCK}",
    "CREATE INDEX proposal_off_clock ON proposal (commune_id, is_spam, received_at, id)"
    f" WHERE status NOT {_ON_CLOCK}",
)
_OPEN_ACTS = (
    "CREATE INDEX pending_act_open ON pending_act (commune_id, state, due_at, id)"
    " WHERE state IN ('waits', 'lapsed')"
)
# The indexes of existing tables that this step makes, and those of their names before it.
INDEXES = {"proposal": (_NOW, (_WAS,)), "pending_act": ((_OPEN_ACTS,), ())}


@steps()
def m0020_what_pages_ask(db: Database) -> None:
    """Make the table and fill it; make the indexes."""
    for sql in (_TABLE, _BY_TIME, _FILL, "DROP INDEX proposal_by_due", *_NOW, _OPEN_ACTS):
        db.execute(sql)
