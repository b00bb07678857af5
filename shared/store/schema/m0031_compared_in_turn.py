"""What a column may hold is compared word by word. For a list of words SQLite makes a table of its
own in memory, each time a row is written: nine of them for an idea.

What is written here stays as it was released; shared/db/card.py says what a new store gets. As
m0005 does, it changes the text of the schema alone: no row is read, and none may hold anything
else than before.
"""

import re

from shared.db.engines import Schema
from shared.store.schema.steps import steps

TABLES = ()
_LIST = re.compile(r'CHECK\s*\(\s*"?(\w+)"?\s+IN\s*\(([^()]*)\)\s*\)', re.IGNORECASE)


@steps()
def m0031_compared_in_turn(db: Schema) -> None:
    """Write the lists of a file's tables as comparisons; a server compares lists as they are."""
    if db.dialect != "sqlite":
        return
    tables = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    [(version,)] = db.execute("PRAGMA schema_version").fetchall()
    db.execute("PRAGMA writable_schema = ON")
    for name, sql in tables:
        if _LIST.search(sql):
            db.execute(
                "UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :name",
                {"sql": _LIST.sub(_in_turn, sql), "name": name},
            )
    db.execute(f"PRAGMA schema_version = {int(version) + 1}")
    db.execute("PRAGMA writable_schema = RESET")


def _in_turn(found: re.Match[str]) -> str:
    said = " OR ".join(f"{found[1]} = {one.strip()}" for one in found[2].split(","))
    return f"CHECK ({said})"
