"""A chair's signature and refusal are acts that wait, too, and so is the removal of an original and
of an author who was noted by mistake. What is kept stays as it is: only the
CHECK is wider.

The text of the schema is changed, as m0005_class_not_asked.py does and says why.
"""

import re

from sqlite_utils import Database

from shared.store.schema.steps import steps

TABLES = ()
_LIST = re.compile(r"(\bkind\"?\s+IN\s*\()", re.IGNORECASE)
_WHERE = "WHERE type = 'table' AND name = 'pending_act'"


@steps()
def m0014_signatures_wait(db: Database) -> None:
    """Let the schema take four more kinds."""
    [(version,)] = db.execute("PRAGMA schema_version").fetchall()
    [(sql,)] = db.execute(f"SELECT sql FROM sqlite_master {_WHERE}").fetchall()  # noqa: S608 ours
    wider = _LIST.sub(r"\1'sign', 'refuse', 'original', 'author', ", sql, count=1)
    db.execute("PRAGMA writable_schema = ON")
    db.execute(f"UPDATE sqlite_master SET sql = ? {_WHERE}", [wider])  # noqa: S608 ours
    db.execute(f"PRAGMA schema_version = {int(version) + 1}")
    db.execute("PRAGMA writable_schema = RESET")
