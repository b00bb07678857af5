"""What SQLite is told about the sizes of tables: the same numbers for every store, written from its
schema and never counted, so that a statement has one plan, in the tests and in an old office
(decision 95).

Without statistics SQLite takes a unit for ten rows. It then walks along all rows of the unit by a
key that has the wanted order, rather than sort the few that an index finds.
"""

import re
from typing import Any

# Units of many years: all rows of a table, those of one unit, those that share a value of a column.
# Ten units: a statement about all of one then begins with it, and does not read the others.
ROWS, OF_UNIT, ALIKE = 1_000_000, 100_000, 10
# Of so many rows a partial index holds one.
HELD = 10
# Into so many parts a column with few values divides rows: one whose values the schema lists, one
# that refers to what does not become more with the years, one with such a name, and an instant that
# may be missing, of which only that is asked.
PARTS = 8
_LISTED = re.compile(r"(?:^|,)\s*(\w+) [^,\n]*CHECK \((?:\w+ IS NULL OR )?\1 (?:IN \(|= )", re.M)
_TO_FEW = re.compile(r"FOREIGN KEY \(commune_id, (\w+)\) REFERENCES (?:staff_member|device) ")
_NAMED = re.compile(r"(?:^|,)\s*(is_\w+|\w*year|status|state|kind|channel|category|gateway) ", re.M)
_MISSING = re.compile(r"(?:^|,)\s*(\w+_at) INTEGER(?! NOT NULL)", re.M)
_COARSE = (_LISTED, _TO_FEW, _NAMED, _MISSING)


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


def are_written(link: Any) -> bool:
    """Say whether the statistics of a store are those of its schema."""
    return sorted(_lines(link)) == _present(link)


def _present(link: Any) -> list[tuple[str, str, str]]:
    if not link.execute("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'").fetchone():
        return []
    return sorted(link.execute("SELECT tbl, idx, stat FROM sqlite_stat1").fetchall())


def _lines(link: Any) -> list[tuple[str, str, str]]:
    """Return the table, the index and its numbers, for every index that begins with the unit: how
    many rows it holds, and how many share its first column, its first two, and so on."""
    coarse = {
        table: {column for some in _COARSE for column in some.findall(sql)}
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
    held, alike = (one // HELD if is_partial else one for one in (ROWS, OF_UNIT))
    numbers = [held, alike]
    for column in columns[1:]:
        alike = max(1, alike // PARTS) if column in coarse else min(alike, ALIKE)
        numbers.append(1 if column == "id" else alike)
    if is_unique:
        numbers[-1] = 1
    return " ".join(map(str, numbers))
