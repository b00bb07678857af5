"""An idea and an SMS that come write less: an index leaves out the rows that it would keep as
NULL, and two tables whose rows are little more than their key lie in the key's own tree.

What is written here stays as it was released; the cards (store/cases/proposals.py, authors.py,
compared.py, store/messages/outgoing.py, shared/db/search.py) say what a new store gets.
"""

from shared.db.engines import Schema
from shared.store.schema.steps import steps

TABLES = ()
# The indexes that this step makes anew: their table, their columns, and what they leave out.
_INDEXES = {
    "proposal_by_category": ("proposal", "category, received_at, id", "category IS NOT NULL"),
    "proposal_by_assignee": ("proposal", "assignee_id, received_at, id", "assignee_id IS NOT NULL"),
    "author_by_phone": ("author", "phone", "phone IS NOT NULL"),
    "outbox_by_gateway_id": ("outbox", "gateway, gateway_id", "gateway_id IS NOT NULL"),
}
_KEYED = {
    "search_row": ("proposal_id TEXT NOT NULL", "fts_row INTEGER NOT NULL"),
    "to_compare": ("proposal_id TEXT NOT NULL",),
}
_BY_FTS = "CREATE INDEX search_row_by_fts ON search_row (commune_id, fts_row)"


def _made(name: str, *, before: bool = False) -> str:
    table, columns, where = _INDEXES[name]
    rest = "" if before else f" WHERE {where}"
    return f"CREATE INDEX {name} ON {table} (commune_id, {columns}){rest}"


def _of(table: str) -> list[str]:
    return [name for name, (its, _, _) in _INDEXES.items() if its == table]


INDEXES = {
    table: (tuple(map(_made, _of(table))), tuple(_made(name, before=True) for name in _of(table)))
    for table in ("proposal", "author", "outbox")
}
# The tables that lie in their key after this step.
IN_KEY = tuple(_KEYED)


@steps()
def m0025_less_to_write(db: Schema) -> None:
    """Make the indexes anew; in a file, the two tables too."""
    for name in _INDEXES:
        db.execute(f"DROP INDEX {name}")
        db.execute(_made(name))
    if db.dialect == "sqlite":
        for table, columns in _KEYED.items():
            _into_key(db, table, columns)
        db.execute(_BY_FTS)


def _into_key(db: Schema, table: str, columns: tuple[str, ...]) -> None:
    listed = ", ".join(("commune_id", *(column.partition(" ")[0] for column in columns)))
    parts = (
        "commune_id INTEGER NOT NULL",
        *columns,
        "PRIMARY KEY (commune_id, proposal_id)",
        "FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)",
    )
    db.execute(f"CREATE TABLE {table}_in_key ({', '.join(parts)}) STRICT, WITHOUT ROWID")
    db.execute(f"INSERT INTO {table}_in_key ({listed}) SELECT {listed} FROM {table}")  # noqa: S608 ours
    db.execute(f"DROP TABLE {table}")
    db.execute(f"ALTER TABLE {table}_in_key RENAME TO {table}")
