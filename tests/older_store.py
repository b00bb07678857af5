"""A store as the first step made it: what later steps added and changed is undone."""

import re
from types import ModuleType

from shared.db import schema as declared
from shared.db.connection import Store
from shared.store import schema

_IN_TURN = re.compile(r"(CHECK \((\w+) = ([^()]*?)\))")


def as_first(db: Store) -> None:
    """Make a store what the first step would have made: without the tables of later steps, and with
    the columns and the indexes that they changed and the tables that they renamed as they were."""
    for step in reversed(schema.modules()[1:]):
        undo(db, step)


def undo(db: Store, step: ModuleType) -> None:
    """Take away what one step made, while no later one is there."""
    older = db.engine.schema(db.conn)
    for table in step.TABLES:
        older.execute(f"DROP TABLE {table}")
    for table, (now, was) in getattr(step, "CHANGED", {}).items():
        if was:
            rewrite(db, table, now, was)
        else:
            without(db, table, now)
    for table in getattr(step, "IN_KEY", ()):
        out_of_key(db, table)
    for made, were in getattr(step, "INDEXES", {}).values():
        for sql in made:
            older.execute(f"DROP INDEX {sql.split()[2]}")
        for sql in were:
            older.execute(sql)
    for now, was in getattr(step, "RENAMED", {}).items():
        rename(db, now, was)
    if step.__name__.endswith("m0031_compared_in_turn"):
        as_lists(db)


def untaken(db: Store, step: ModuleType) -> None:
    """Let a store be one that has taken every step but one, on either engine."""
    undo(db, step)
    names = [one for one in schema.known() if one != step.__name__.rpartition(".")[2]]
    db.engine.schema(db.conn).note(schema.steps, names, instead=True)


def rename(db: Store, now: str, was: str) -> None:
    """Give a table and its indexes another name; its rows stay."""
    db.conn.execute(f"ALTER TABLE {now} RENAME TO {was}")
    for (sql,) in db.rows(
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :was AND sql <> ''",
        was=was,
    ):
        index = sql.split()[2]
        db.conn.execute(f"DROP INDEX {index}")
        db.conn.execute(sql.replace('"', "").replace(now, was))


def out_of_key(db: Store, table: str) -> None:
    """Give a table the tree of its own that it had; its rows stay."""
    made = [sql for (sql,) in db.rows(
        "SELECT sql FROM sqlite_master WHERE tbl_name = :table AND sql <> '' ORDER BY type DESC",
        table=table,
    )]  # fmt: skip
    db.conn.execute(f"ALTER TABLE {table} RENAME TO in_key")
    for sql in made[1:]:
        db.conn.execute(f"DROP INDEX {sql.split()[2]}")
    assert declared.IN_KEY in made[0]
    db.conn.execute(made[0].replace(f", {declared.IN_KEY}", ""))
    db.conn.execute(f"INSERT INTO {table} SELECT * FROM in_key")
    db.conn.execute("DROP TABLE in_key")
    for sql in made[1:]:
        db.conn.execute(sql)


def as_lists(db: Store, *tables: str) -> None:
    """Write what columns of these tables, or of all, may hold as the lists that it was."""
    for name, sql in db.rows("SELECT name, sql FROM sqlite_master WHERE type = 'table'"):
        for now, column, said in _IN_TURN.findall(sql) if name in tables or not tables else ():
            listed = said.replace(f" OR {column} = ", ", ")
            rewrite(db, name, now, f"CHECK ({column} IN ({listed}))")


def rewrite(db: Store, table: str, now: str, was: str) -> None:
    """Put another text for a part of a table's declaration; its rows stay."""
    [(sql,)] = db.rows("SELECT sql FROM sqlite_master WHERE name = :table", table=table)
    assert now in sql, f"{table} does not say {now}"
    [(version,)] = db.rows("PRAGMA schema_version")
    db.conn.execute("PRAGMA writable_schema = ON")
    db.conn.execute(
        "UPDATE sqlite_master SET sql = ? WHERE name = ?", [sql.replace(now, was), table]
    )
    db.conn.execute(f"PRAGMA schema_version = {version + 1}")
    db.conn.execute("PRAGMA writable_schema = RESET")


def without(db: Store, table: str, columns: str) -> None:
    """Take away columns that a step added."""
    for column in columns.split(", "):
        db.conn.execute(f"ALTER TABLE {table} DROP COLUMN {column.split()[0]}")
