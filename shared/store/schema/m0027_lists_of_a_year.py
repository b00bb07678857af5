"""Indexes by which screens read what they are about: a year, a code, what is still kept. Whatever
the other years hold, a page then costs the same.

What is written here stays as it was released; the cards say what a new store gets.
"""

from shared.db.engines import Schema
from shared.db.sql import one_of
from shared.store.cases.visibility import KIND_COLUMNS
from shared.store.schema.steps import steps

TABLES = ()
_PUBLIC = ("recognised", "replicated")
_, _CONFIDENTIAL = KIND_COLUMNS
_MADE = {
    "event": (
        "CREATE INDEX event_looked ON event (commune_id, at, place)"
        " WHERE kind = 'viewed_in_opening'",
    ),
    "proposal": (
        "CREATE INDEX proposal_called ON proposal (commune_id, lower(trim(mobiliser)), received_at)"
        " WHERE mobiliser <> ''",
        "CREATE INDEX proposal_public ON proposal (commune_id, evaluation_year, id)"
        f" WHERE status {one_of(_PUBLIC)}",
        "CREATE INDEX proposal_confidential ON proposal (commune_id, due_at, received_at)"
        f" WHERE {_CONFIDENTIAL} = 1",
    ),
    "outreach": (
        "CREATE INDEX outreach_of_code ON outreach (commune_id, mobiliser, begun_on, id)"
        " WHERE mobiliser <> ''",
    ),
}
# The indexes of existing tables that this step makes, and those of their names before it.
INDEXES = {table: (made, ()) for table, made in _MADE.items()}


@steps()
def m0027_lists_of_a_year(db: Schema) -> None:
    """Make the indexes."""
    for made in _MADE.values():
        for sql in made:
            db.execute(sql)
