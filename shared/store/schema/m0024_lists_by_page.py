"""Indexes by which lists of the desks go on page by page, and by which what belongs to one idea is
found. Whatever the years hold, a page then costs the same.

What is written here stays as it was released; the cards say what a new store gets.
"""

from shared.db.engines import Schema
from shared.store.schema.steps import steps

TABLES = ()
_MADE = {
    "honour": (
        "CREATE INDEX honour_in_progress ON honour (commune_id, id)"
        " WHERE state IN ('proposed', 'checked', 'decided', 'returned')",
        "CREATE INDEX honour_numbered ON honour (commune_id, day, id) WHERE number <> ''",
    ),
    "conference": ("CREATE INDEX conference_by_day ON conference (commune_id, held_on, id)",),
    "proposal": (
        "CREATE INDEX proposal_by_hand ON proposal (commune_id, evaluation_year, id)"
        " WHERE evaluation_rule = 'by_hand'",
    ),
    "council_session": (
        "CREATE INDEX council_session_by_day ON council_session (commune_id, held_on, id)",
        "CREATE INDEX council_session_open ON council_session (commune_id, held_on, id)"
        " WHERE closed_at IS NULL",
    ),
    "call_back": (
        "CREATE INDEX call_back_waits ON call_back (commune_id, at, id)"
        " WHERE done_at IS NULL AND proposal_id IS NULL AND phone <> ''",
        "CREATE INDEX call_back_done ON call_back (commune_id, done_at, id)"
        " WHERE done_at IS NOT NULL",
    ),
    "council_item": (
        "CREATE INDEX council_item_of_proposal ON council_item (commune_id, proposal_id, id)",
    ),
}
# Those two serve what this one did.
_WAS = {"call_back": ("CREATE INDEX call_back_open ON call_back (commune_id, done_at, open_from)",)}
# The indexes of existing tables that this step makes, and those of their names before it.
INDEXES = {table: (made, _WAS.get(table, ())) for table, made in _MADE.items()}


@steps()
def m0024_lists_by_page(db: Schema) -> None:
    """Make the indexes."""
    db.execute("DROP INDEX call_back_open")
    for made in _MADE.values():
        for sql in made:
            db.execute(sql)
