"""What SQLite is told about the sizes of tables: the same numbers for every store, written from its
schema and never counted, so that a statement has one plan, in the tests and in an old office
(decision 95).

Without statistics SQLite takes a unit for ten rows. It then walks along all rows of the unit by a
key that has the wanted order, rather than sort the few that an index finds.
"""

import re
from typing import Any

# A unit of many years: its rows in a table, those a partial index holds, those that share a value
# of a column.
ROWS, HELD, ALIKE = 100_000, 10_000, 10
# Into so many parts a column with few values divides rows: one whose values the schema lists, one
# that refers to what does not become more with the years, and one with such a name.
PARTS = 8
_LISTED = re.compile(r"^\s*(\w+) [^\n]*CHECK \((?:\w+ IS NULL OR )?\1 IN \(", re.MULTILINE)
_TO_FEW = re.compile(r"FOREIGN KEY \(commune_id, (\w+)\) REFERENCES (?:staff_member|device) ")
_COARSE = re.compile(r"is_\w+|\w*year|status|state|kind|channel|category|gateway")


def write(link: Any) -> None:
    """Let the statistics of a store be those of its schema; nothing is written if they are. The
    connections that are opened from now on plan by them, and this one. Only inside a
    transaction."""
    wanted = sorted(_lines(link))
    if wanted == _present(link):
        return
    link.execute("ANALYZE sqlite_schema")  # makes the table, which nobody else may
    link.execute("DELETE FROM sqlite_stat1")
    link.executemany("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", wanted)
    link.execute("ANALYZE sqlite_schema")  # reads what was written


def _present(link: Any) -> list[tuple[str, str, str]]:
    if not link.execute("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'").fetchone():
        return []
    return sorted(link.execute("SELECT tbl, idx, stat FROM sqlite_stat1").fetchall())


def _lines(link: Any) -> list[tuple[str, str, str]]:
    """Return the table, the index and its numbers, for every index that begins with the unit: how
    many rows it holds, and how many share its first column, its first two, and so on."""
    coarse = {
        table: {*_LISTED.findall(sql), *_TO_FEW.findall(sql)}
        for table, sql in link.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'")
    }
    indexes: dict[tuple[str, str, bool, bool], list[str]] = {}
    for *which, column in link.execute(
        "SELECT part.name, its.name, its.[unique], its.partial, held.name"
        " FROM sqlite_schema AS part, pragma_index_list(part.name) AS its,"
        " pragma_index_info(its.name) AS held WHERE part.type = 'table' ORDER BY its.name, seqno"
    ):
        indexes.setdefault(tuple(which), []).append(column)
    return [
        (table, name, _numbers(columns, coarse[table], bool(is_unique), bool(is_partial)))
        for (table, name, is_unique, is_partial), columns in indexes.items()
        if columns[0] == "commune_id"
    ]


def _numbers(columns: list[str], coarse: set[str], is_unique: bool, is_partial: bool) -> str:
    held = alike = HELD if is_partial else ROWS
    numbers = [held, alike]
    for column in columns[1:]:
        is_coarse = column in coarse or _COARSE.fullmatch(column)
        alike = max(1, alike // PARTS) if is_coarse else min(alike, ALIKE)
        numbers.append(1 if column == "id" else alike)
    if is_unique:
        numbers[-1] = 1
    return " ".join(map(str, numbers))
