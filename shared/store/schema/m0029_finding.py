"""Indexes by which cases are found: by the last group of their code, and of those of the cut-off
day what is due.

What is written here stays as it was released; the cards say what a new store gets.
"""

from shared.db.engines import Schema
from shared.store.schema.steps import steps

TABLES = ()
_ON_THE_CLOCK = ("received", "needs_info", "under_appraisal")
_MADE = (
    "CREATE INDEX proposal_code_end ON proposal (commune_id, substr(code, 9))",
    "CREATE INDEX proposal_line_due ON proposal (commune_id, is_spam, due_at, id)"
    f" WHERE on_the_line = 1 AND status IN {_ON_THE_CLOCK}",
)
# The indexes of existing tables that this step makes, and those of their names before it.
INDEXES = {"proposal": (_MADE, ())}


@steps()
def m0029_finding(db: Schema) -> None:
    """Make the indexes."""
    for sql in _MADE:
        db.execute(sql)
