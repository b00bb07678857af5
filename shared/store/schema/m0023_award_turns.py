"""The table of whose turn it is to be thanked or rewarded, and how many they are, worked out from
the ideas.

What is written here stays as it was released; the cards (store/cases/award_turns.py) say what a new
store gets. A later rule comes with a step that works it out anew.
"""

from collections import Counter
from typing import Any

from shared.db.engines import Schema
from shared.store.cases import award_turns
from shared.store.schema.steps import asking, steps

TABLES = ("award_due", "award_count")
_DUE = """
CREATE TABLE award_due (
    commune_id INTEGER NOT NULL,
    proposal_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    since INTEGER NOT NULL,
    year INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('individual', 'collective', 'official')),
    status TEXT NOT NULL,
    letter INTEGER NOT NULL,
    award INTEGER NOT NULL,
    needs_effect INTEGER NOT NULL,
    PRIMARY KEY (commune_id, proposal_id, place),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT
"""
_COUNT = """
CREATE TABLE award_count (
    commune_id INTEGER NOT NULL REFERENCES commune,
    year INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('individual', 'collective', 'official')),
    status TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (commune_id, year, kind, status)
) STRICT
"""
_INDEXES = (
    "CREATE INDEX award_due_in_turn ON award_due (commune_id, since, proposal_id, place)",
    "CREATE INDEX award_due_of_kind ON award_due (commune_id, kind, since, proposal_id, place)",
    "CREATE INDEX award_due_of_year ON award_due (commune_id, year, since, proposal_id, place)",
    "CREATE INDEX award_due_of_status ON award_due (commune_id, status, since, proposal_id, place)",
)


@steps()
def m0023_award_turns(db: Schema) -> None:
    """Make the tables and fill them for every unit."""
    for sql in (_DUE, _COUNT, *_INDEXES):
        db.execute(sql)
    for (unit,) in db.execute("SELECT DISTINCT commune_id FROM proposal").fetchall():
        turns = list(award_turns.work_out(asking(db, unit)))
        for one in turns:
            _put(db, "award_due", {"commune_id": unit, **one._asdict()})
        for (year, kind, status), count in Counter(one.counted_as for one in turns).items():
            its = {"year": year, "kind": kind, "status": status, "count": count}
            _put(db, "award_count", {"commune_id": unit, **its})


def _put(db: Schema, table: str, row: dict[str, Any]) -> None:
    blanks = ", ".join(f":{name}" for name in row)
    db.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({blanks})", row)  # noqa: S608 ours
