"""The first step: every table and index as the cards declare them, and what search needs."""

from shared.db import schema, search
from shared.db.engines import Schema
from shared.store.schema.steps import steps


@steps()
def m0001_schema(db: Schema) -> None:
    """Make every table of an empty store."""
    from shared.store.schema.tables import CARDS  # imported late: most stores have taken this step

    for sql in (*schema.statements(CARDS), *search.definitions(db.dialect)):
        db.execute(sql)
