"""Tables as files that a spreadsheet opens: one workbook, or a folder of CSV files.

A citizen's words never become a formula: a workbook keeps them as strings, and in CSV a text that
begins like a formula gets an apostrophe in front.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from itertools import chain, islice
from math import ceil
from pathlib import Path
from typing import IO, Any, TextIO

from shared import texts
from shared.documents import widths
from shared.documents.tables import Cell, PaperTable

CELL_LETTERS = 32_767  # what one cell of a workbook holds
# How formulas begin (OWASP, CSV injection); full-width signs are read like the usual ones.
_FORMULA = frozenset("=+-@\t\r\n")
# What XML 1.0 cannot hold: control characters, halves of broken pairs, two non-characters.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Those that separate words or lines.
_PARTING = re.compile(r"[\x0b\x0c\x1c-\x1f]")
# How wide columns may be, in letters, what their sides take, and what a printed sheet can hold.
_WIDEST, _NARROWEST, _SIDES, _SHEET = 60, 6, 2, 150
# How high a line and the highest row are, in points; how many rows say how wide the columns are.
_LINE_POINTS, _HIGHEST, _ROWS_LOOKED_AT = 15, 400, 200
_A4 = 9
# A sheet of more columns is printed across.
_UPRIGHT_COLUMNS = 4
_TOTAL = texts.load("papers.vi").say("report.total")

OnRow = Callable[[], None]


def write_workbook(
    target: Path | IO[bytes], tables: Iterable[PaperTable], on_row: OnRow, *, mark: str = ""
) -> None:
    """Write a workbook, one sheet a table; rows are written as they come and not kept in memory.
    Each sheet has its title above the headings and is set up for printing; `mark` stands in its
    first line and on each printed page ("" for none)."""
    import xlsxwriter  # imported late: the programs must start fast

    book = xlsxwriter.Workbook(
        str(target) if isinstance(target, Path) else target,
        {
            # Temporary files lie beside the target, never elsewhere.
            "tmpdir": str(target.parent) if isinstance(target, Path) else None,
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    looks = _Looks(book)
    with book:
        for table in tables:
            _write_sheet(book.add_worksheet(table.name), table, looks, on_row, mark)


def write_csv_folder(folder: Path, tables: Iterable[PaperTable], on_row: OnRow) -> None:
    """Write one CSV file a table (UTF-8 with a mark, as spreadsheets expect) into a folder."""
    for table in tables:
        path = folder / f"{table.name}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            _write_csv(file, table.columns, table.rows, on_row)


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return one table as such a file."""
    made = io.StringIO(newline="")
    _write_csv(made, columns, rows, lambda: None)
    return made.getvalue().encode("utf-8-sig")


def writable(text: str) -> str:
    """Return a text without characters that no document can hold; a separator becomes a line
    end."""
    return _UNWRITABLE.sub("", _PARTING.sub("\n", text))


def inert(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return "'" + text if unicodedata.normalize("NFKC", text[:1]) in _FORMULA else text


def _write_csv(
    file: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Cell]], on_row: OnRow
) -> None:
    writer = csv.writer(file)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_as_csv(cell) for cell in row])
        on_row()


class _Looks:
    """The formats of a workbook's cells, by what they hold; a row of sums is bold."""

    def __init__(self, book: Any) -> None:
        self.title = book.add_format({"bold": True, "font_size": 13})
        self.head = book.add_format(
            {"bold": True, "text_wrap": True, "border": 1, "valign": "vcenter", "align": "center"}
        )
        kinds: dict[str, dict[str, Any]] = {
            "text": {"text_wrap": True}, "number": {}, "day": {"num_format": "dd/mm/yyyy"},
            "moment": {"num_format": "dd/mm/yyyy hh:mm"},
        }  # fmt: skip
        self.kinds = {
            (kind, is_sum): book.add_format(
                {"valign": "top", "border": 1, "bold": is_sum, **more}
            )
            for kind, more in kinds.items()
            for is_sum in (False, True)
        }  # fmt: skip


def _write_sheet(sheet: Any, table: PaperTable, looks: _Looks, on_row: OnRow, mark: str) -> None:
    above = [line for line in (mark, table.title) if line]
    for place, line in enumerate(above):
        sheet.write_string(place, 0, line, looks.title)
    rows = iter(table.rows)
    first = list(islice(rows, _ROWS_LOOKED_AT))
    fitting = _widths(table.columns, first)
    for column, width in enumerate(fitting):
        sheet.set_column(column, column, width)
    _set_up_print(sheet, len(above), len(fitting), mark)
    sheet.set_row(len(above), _height(table.columns, fitting))
    for column, heading in enumerate(table.columns):
        sheet.write_string(len(above), column, heading, looks.head)
    for place, row in enumerate(chain(first, rows), start=len(above) + 1):
        sheet.set_row(place, _height(row, fitting))
        for column, cell in enumerate(row):
            _write_cell(sheet, place, column, cell, looks, is_sum=_TOTAL in row[:2])
        on_row()


def _set_up_print(sheet: Any, head: int, columns: int, mark: str) -> None:
    """Let a sheet be printed as it is: A4 across, as wide as the sheet, headings on each page."""
    sheet.freeze_panes(head + 1, 0)
    sheet.repeat_rows(head)
    sheet.set_paper(_A4)
    if columns > _UPRIGHT_COLUMNS:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.4, top=0.7, bottom=0.6)
    sheet.set_header(f"&C{mark}" if mark else "&R&A")
    sheet.set_footer("&C&P/&N")


def _widths(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[float]:
    """Return how wide the columns are, in letters: a text on a line where all have room on a
    sheet, otherwise on as few as they can."""
    shown = [list(heads), *([_as_shown(cell) for cell in row] for row in rows)]
    columns = list(zip(*shown, strict=True))
    whole = [max(max(map(len, text.split("\n"))) for text in column) + _SIDES for column in columns]
    if sum(whole) <= _SHEET:
        return [float(max(_NARROWEST, one)) for one in whole]
    least = [
        float(min(_WIDEST, max(_least(row[at]) for row in (heads, *rows)) + _SIDES))
        for at in range(len(heads))
    ]
    lengths = [[float(len(text)) for text in row] for row in shown[1:]]
    return widths.lowest(lengths, least, max(_SHEET, sum(least)), _SIDES)


def _least(cell: Cell) -> int:
    """Return what a cell cannot do without: its longest word; a number or a day, all of it."""
    if not isinstance(cell, str):
        return len(_as_shown(cell))
    return max(map(len, cell.split()), default=0)


def _height(row: Sequence[Cell], fitting: Sequence[float]) -> float:
    """Return how high a row is, in points: readers of a workbook do not all find that out."""
    lines = 1
    for cell, wide in zip(row, fitting, strict=True):
        text = _as_shown(cell)
        if len(text) >= wide - 1 or "\n" in text:
            parts = text.split("\n")
            lines = max(lines, sum(max(1, ceil(len(one) / (wide - 1))) for one in parts))
    return min(_HIGHEST, _LINE_POINTS * lines)


def _as_shown(cell: Cell) -> str:
    match cell:
        case str():
            return cell
        case datetime():
            return f"{cell:%d/%m/%Y %H:%M}"
        case date():
            return f"{cell:%d/%m/%Y}"
        case _:
            return "" if cell is None else f"{cell:,}"


def _write_cell(
    sheet: Any, row: int, column: int, cell: Cell, looks: _Looks, *, is_sum: bool
) -> None:
    match cell:
        case None | "":
            sheet.write_blank(row, column, None, looks.kinds["text", is_sum])
        case str():
            text = writable(cell)[:CELL_LETTERS]
            sheet.write_string(row, column, text, looks.kinds["text", is_sum])
        case datetime():
            sheet.write_datetime(row, column, cell, looks.kinds["moment", is_sum])
        case date():
            sheet.write_datetime(row, column, cell, looks.kinds["day", is_sum])
        case _:
            sheet.write_number(row, column, cell, looks.kinds["number", is_sum])


def _as_csv(cell: Cell) -> str | int | float:
    match cell:
        case None:
            return ""
        case str():
            return inert(writable(cell))
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M:%S}"
        case date():
            return cell.isoformat()
        case _:
            return cell
