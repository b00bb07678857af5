"""One part of a workbook while it is read: sound XML, and in a sheet the cells without a value.

The library that reads the values leaves these out; open_workbook.py puts both together.
"""

import re
from xml.parsers import expat

from shared.imports.table_limits import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, UNCOMPUTED

# By row and column, each from 0.
Marks = dict[int, dict[int, str]]

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")


class WorkbookRefused(Exception):
    """Why a workbook is not read: a key of `table.*`, and the sentence's blanks."""

    def __init__(self, reason: str, **blanks: object) -> None:
        super().__init__(reason)
        self.reason, self.blanks = reason, blanks


class WorkbookPart:
    """One part while it is read: sound XML without a DTD. For a sheet: the cells without a value,
    with what they hold instead, and the last row that holds anything (-1 for none)."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartDoctypeDeclHandler = _refuse_dtd
        self._parser.StartElementHandler = self._begin
        self.marks: Marks = {}
        self.last = -1
        self.is_sheet: bool | None = None
        # Workbooks of old Macs count days from 1904; the whole workbook does, or none of it.
        self.is_from_1904 = False
        self.row = self.column = self.widest = -1
        self.kind, self.text = "", ""
        self.has_formula = self.has_value = self.is_in_value = False

    def read(self, piece: bytes) -> None:
        """Read the next bytes. Raises ExpatError, WorkbookRefused."""
        self._parser.Parse(piece, False)

    def end(self) -> None:
        """Say that this was all. Raises ExpatError if the part is cut off."""
        self._parser.Parse(b"", True)

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if self.is_sheet is None:
            self.is_sheet = name == "worksheet"
            if not self.is_sheet:
                self._parser.StartElementHandler = self._begin_other
            else:
                self._parser.EndElementHandler = self._finish
                self._parser.CharacterDataHandler = self._said
        elif name == "row":
            row = int(attributes.get("r", self.row + 2)) - 1
            if row <= self.row:
                raise WorkbookRefused("broken")
            self.row, self.column = row, -1
        elif name == "c":
            self._begin_cell(attributes)
        elif name == "f":
            self.has_formula = True
        elif name in ("v", "t"):
            self.is_in_value = True

    def _begin_other(self, tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(" ")[2] == "workbookPr":
            self.is_from_1904 = attributes.get("date1904", "0") in ("1", "true")

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        row, column = self.row, self.column + 1
        if "r" in attributes:
            read = _REFERENCE.fullmatch(attributes["r"])
            if read is None:
                raise WorkbookRefused("broken")
            row, column = int(read[2]) - 1, _column(read[1])
        if row != self.row or column <= self.column:
            raise WorkbookRefused("broken")
        self.column, self.kind, self.text = column, attributes.get("t", "n"), ""
        self.has_formula = self.has_value = False

    def _said(self, text: str) -> None:
        if self.is_in_value:
            self.has_value = True
            self.text = self.text or text[:40]

    def _finish(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        if name in ("v", "t"):
            self.is_in_value = False
        elif name == "c":
            self._finish_cell()

    def _finish_cell(self) -> None:
        if self.kind == "e":
            self._mark(self.text or UNCOMPUTED)
        elif self.has_formula and not self.has_value and self.kind != "str":
            self._mark(UNCOMPUTED)
        elif not self.has_value:
            return
        self.last, self.widest = self.row, max(self.widest, self.column)
        if self.row >= MOST_ROWS:
            raise WorkbookRefused("too_many_rows", n=MOST_ROWS)
        if self.column >= MOST_COLUMNS:
            raise WorkbookRefused("too_many_columns", n=MOST_COLUMNS)
        if (self.row + 1) * (self.widest + 1) > MOST_CELLS:
            raise WorkbookRefused("too_large")

    def _mark(self, text: str) -> None:
        self.marks.setdefault(self.row, {})[self.column] = text


def _refuse_dtd(*_: object) -> None:
    raise WorkbookRefused("broken")


def _column(letters: str) -> int:
    """Return the place of a column from 0: "A" is 0, "AA" is 26."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
