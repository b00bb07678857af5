"""Matches a table's headings, as offices write them, with the columns that are known.

Headings are compared folded: letter case, accents, blanks, line ends, dashes and stars do not
count. No column is left out silently: the person who imports names those that may be.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from shared.domain.record import Record
from shared.domain.vietnamese import fold, one_line
from shared.imports.table_files import Worksheet, headings_at, is_blank
from shared.imports.table_refused import TableRefused

_BETWEEN = re.compile(r"[^a-z0-9]+")
# "(x)" or "(nếu có)" after a heading says how to fill it.
_HOW_TO_FILL = re.compile(
    r"\(\s*(?:(?:danh dau|ghi|tich|dien) )?[xv]\s*\)|\((?:neu co|ghi ro|(?:khong )?bat buoc)\)"
)
# Columns that only number the rows.
_NUMBERING = frozenset({"stt", "tt", "so tt", "so thu tu", "no"})


class KnownColumns(Record):
    """The columns that are looked for: all headings of each, folded, and the columns that must be
    there. `shown` is the name of each in the message when it is missing."""

    names: Mapping[str, str]
    shown: Mapping[str, str]
    needed: tuple[str, ...]

    def has(self, heading: str) -> bool:
        """Say whether a heading is one of these."""
        return folded(heading) in self.names


class TableRow(Record):
    """One row that holds something, by column. `number` is its place as a spreadsheet counts.
    `is_too_long` says that it has more cells than headings: one comma too many moves every cell
    after it."""

    number: int
    cells: Mapping[str, str]
    is_too_long: bool = False


class FoundTable(Record):
    """What a sheet holds under known headings, and how many rows below the headings were blank."""

    rows: tuple[TableRow, ...]
    blank: int


def known(
    headings: Mapping[str, str], also: Callable[[str], str], needed: Sequence[str]
) -> KnownColumns:
    """Return the columns of these headings; `also` gives other headings of a column, separated by
    semicolons."""
    names: dict[str, str] = {}
    for name, heading in headings.items():
        for one in (name, heading, *also(name).split(";")):
            if folded(one):
                names.setdefault(folded(one), name)
    return KnownColumns(names, headings, tuple(needed))


def folded(heading: str) -> str:
    """Return a heading as it is compared: "Nhóm (1–8) *" is "nhom 1 8"."""
    plain = _HOW_TO_FILL.sub("", fold(one_line(heading)))
    return _BETWEEN.sub(" ", plain).strip()


def listed(given: Iterable[str], headings: Iterable[str]) -> tuple[str, ...]:
    """Return the headings that were named to be left out: one by one, or separated by commas, which
    a heading may contain too."""
    there = {folded(one) for one in headings}
    return tuple(
        part
        for one in given
        for part in ([one] if folded(one) in there else one.split(","))
        if part.strip()
    )


def read(sheet: Worksheet, known: KnownColumns, ignored: Iterable[str] = ()) -> FoundTable:
    """Return a sheet's rows by column. Raises TableRefused if a needed heading is missing, two
    columns mean the same, or a column is neither known nor among the ignored ones."""
    first = headings_at(sheet.rows, known.has)
    numbers = first + 1 if _counts_columns(sheet.rows[first + 1 : first + 2]) else None
    headings, below = sheet.rows[first], sheet.rows[first + 1 :]
    width = max(map(_width, (headings, *below)), default=0)
    headings = headings[:width]
    columns = _placed(headings, below, known, listed(ignored, headings))
    # A row that was numbered in advance and never filled counts as blank, and so does a row that
    # numbers the columns: (1), (2), (3).
    numbering = {at for at, one in enumerate(headings) if folded(one) in _NUMBERING}
    rows = []
    for number, row in enumerate(below, start=first + 2):
        said = [cell for at, cell in enumerate(row) if at not in numbering]
        if number - 1 != numbers and not is_blank(said):
            cells = {
                name: cell.strip() for name, cell in zip(columns, row, strict=False) if name
            }  # fmt: skip
            rows.append(TableRow(number, cells, _width(row) > len(headings)))
    return FoundTable(tuple(rows), len(below) - len(rows))


def letter(place: int) -> str:
    """Return a spreadsheet's name for the column at a place from 0: A, B … Z, AA."""
    before, last = divmod(place, 26)
    return (letter(before - 1) if before else "") + chr(ord("A") + last)


def _counts_columns(below: Sequence[Sequence[str]]) -> bool:
    """Say whether the row below the headings holds only the columns' numbers."""
    filled = [cell.strip(" ()[]") for row in below for cell in row if cell.strip()]
    counted = [[str(at) for at in range(one, one + len(filled))] for one in (0, 1)]
    return len(filled) > 1 and filled in counted


def _placed(
    headings: Sequence[str],
    below: Sequence[Sequence[str]],
    known: KnownColumns,
    ignored: Sequence[str],
) -> list[str | None]:
    """Return the name of each column, None for a column that is left out."""
    columns: list[str | None] = []
    unknown: list[str] = []
    left = {folded(one) for one in ignored}
    places = {letter(at).lower(): at for at in range(len(headings))}
    there = {folded(one) for one in headings}
    left_places = {places[one] for one in left - there if one in places}
    for one in ignored:
        if folded(one) not in there | places.keys():
            raise TableRefused("nothing_to_ignore", cot=one.strip())
    for at, heading in enumerate(headings):
        plain = folded(heading)
        is_left = plain in left or at in left_places
        name = None if is_left else known.names.get(plain)
        if name is not None and name in columns:
            other = headings[columns.index(name)]
            raise TableRefused("same_columns", mot=one_line(other), hai=one_line(heading))
        columns.append(name)
        if name or is_left or plain in _NUMBERING:
            continue
        if plain or any(len(row) > at and row[at].strip() for row in below):
            unknown.append(_shown(heading, at))
    for name in known.needed:
        if name not in columns:
            raise TableRefused(
                "column_missing", cot=known.shown[name],
                co=", ".join(f"“{one_line(one)}”" for one in headings if one.strip()),
            )  # fmt: skip
    if unknown:
        raise TableRefused("columns_unknown", cot=", ".join(unknown))
    return columns


def _width(row: Sequence[str]) -> int:
    """Return the number of cells in a row up to the last one that holds anything."""
    return max((at for at, cell in enumerate(row, start=1) if cell.strip()), default=0)


def _shown(heading: str, at: int) -> str:
    return f"“{one_line(heading)}”" if heading.strip() else f"({letter(at)})"
