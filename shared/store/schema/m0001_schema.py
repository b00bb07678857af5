"""The first step: every table, index and the full-text table, as the cards declare them."""

from sqlite_utils import Database

from shared.db import schema, search
from shared.store.schema.steps import steps
from shared.store.schema.tables import CARDS


@steps()
def m0001_schema(db: Database) -> None:
    """Make every table of an empty store."""
    for sql in (*schema.statements(CARDS), search.TABLE, search.FORGETS):
        db.execute(sql)
