"""The tables of the figures that are kept about ideas, filled from the ideas.

What is written here stays as it was released; the cards (store/cases/idea_counts.py) say what a new
store gets. A later rule of counting comes with a step that counts anew.
"""

from collections.abc import Mapping
from typing import Any

from shared.db.engines import Schema
from shared.store.cases import idea_counts
from shared.store.schema.steps import steps

TABLES = ("idea_count", "due_count")
_IDEAS = """
CREATE TABLE idea_count (
    commune_id INTEGER NOT NULL REFERENCES commune,
    what TEXT NOT NULL CHECK (what IN
        ('kind', 'channel', 'category', 'participant_type', 'status', 'hamlet', 'mobiliser',
        'line')),
    received INTEGER NOT NULL,
    counted INTEGER NOT NULL,
    value TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (commune_id, what, received, counted, value)
) STRICT
"""
_DUES = """
CREATE TABLE due_count (
    commune_id INTEGER NOT NULL REFERENCES commune,
    month INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    status TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (commune_id, month, due_at, status)
) STRICT
"""
_INDEX = "CREATE INDEX idea_count_by_counted ON idea_count (commune_id, what, counted)"


@steps()
def m0022_idea_counts(db: Schema) -> None:
    """Make the tables and count every unit's ideas."""
    for sql in (_IDEAS, _DUES, _INDEX):
        db.execute(sql)
    of_units: dict[int, list[Mapping[str, Any]]] = {}
    for unit, *found in db.execute(
        f"SELECT commune_id, {', '.join(idea_counts.COLUMNS)} FROM proposal"  # noqa: S608 ours
    ).fetchall():
        of_units.setdefault(unit, []).append(dict(zip(idea_counts.COLUMNS, found, strict=True)))
    for unit, rows in of_units.items():
        ideas, dues = idea_counts.count_anew(rows)
        for idea, count in ideas.items():
            _put(db, "idea_count", ("what", "received", "counted", "value"), unit, idea, count)
        for due, count in dues.items():
            _put(db, "due_count", ("month", "due_at", "status"), unit, due, count)


def _put(
    db: Schema, table: str, key: tuple[str, ...], unit: int, values: tuple[Any, ...], count: int
) -> None:
    db.execute(
        f"INSERT INTO {table} (commune_id, {', '.join(key)}, count)"  # noqa: S608 ours
        f" VALUES (:commune_id, {', '.join(f':{name}' for name in key)}, :count)",
        {"commune_id": unit, **dict(zip(key, values, strict=True)), "count": count},
    )
