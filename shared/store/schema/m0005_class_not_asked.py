"""A sender's class may be "not asked". What is kept stays as it is: only the CHECK is wider.

SQLite cannot change a CHECK, and making the largest table anew would copy every idea. So the text
of the schema is changed, as sqlite.org/lang_altertable.html says for a constraint that does not
touch what is on disk.
"""

import re

from sqlite_utils import Database

from shared.store.schema.steps import steps

TABLES = ()
_BEFORE = (
    "'citizen', 'household_business', 'enterprise', 'organization', 'official',"
    " 'part_time_official', 'worker'"
)
_AFTER = f"{_BEFORE}, 'not_asked'"
_OF_AN_IDEA = "participant_type TEXT NOT NULL CHECK (participant_type IN ({}))"
_OF_AN_AUTHOR = "participant_type TEXT CHECK (participant_type IN ({}))"
# Columns of existing tables that this step changes, as they are after it and before it.
CHANGED = {
    "proposal": (_OF_AN_IDEA.format(_AFTER), _OF_AN_IDEA.format(_BEFORE)),
    "author": (_OF_AN_AUTHOR.format(_AFTER), _OF_AN_AUTHOR.format(_BEFORE)),
}
_LIST = re.compile(r"(\bparticipant_type\"?\s+IN\s*\()", re.IGNORECASE)


@steps()
def m0005_class_not_asked(db: Database) -> None:
    """Let the schema take one more class."""
    [(version,)] = db.execute("PRAGMA schema_version").fetchall()
    db.execute("PRAGMA writable_schema = ON")
    for table in CHANGED:
        where = "WHERE type = 'table' AND name = ?"
        [(sql,)] = db.execute(f"SELECT sql FROM sqlite_master {where}", [table]).fetchall()  # noqa: S608
        wider = _LIST.sub(r"\1'not_asked', ", sql, count=1)
        db.execute(f"UPDATE sqlite_master SET sql = ? {where}", [wider, table])  # noqa: S608
    db.execute(f"PRAGMA schema_version = {int(version) + 1}")
    db.execute("PRAGMA writable_schema = RESET")
