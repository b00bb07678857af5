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
from pathlib import Path
from typing import IO, Any, TextIO

from shared.documents.tables import Cell, PaperTable

CELL_LETTERS = 32_767  # what one cell of a workbook holds
# How formulas begin (OWASP, CSV injection); full-width signs are read like the usual ones.
_FORMULA = frozenset("=+-@\t\r\n")
# What XML 1.0 cannot hold: control characters, halves of broken pairs, two non-characters.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Those that separate words or lines.
_PARTING = re.compile(r"[\x0b\x0c\x1c-\x1f]")
_WIDEST, _NARROWEST = 60, 8

OnRow = Callable[[], None]


def write_workbook(target: Path | IO[bytes], tables: Iterable[PaperTable], on_row: OnRow) -> None:
    """Write a workbook, one sheet a table; rows are written as they come and not kept in memory."""
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
    looks = {
        "head": book.add_format({"bold": True, "text_wrap": True, "border": 1, "valign": "top"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "day": book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"}),
        "moment": book.add_format({"num_format": "dd/mm/yyyy hh:mm", "valign": "top"}),
    }
    with book:
        for table in tables:
            _write_sheet(book.add_worksheet(table.name), table, looks, on_row)


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


def _write_sheet(sheet: Any, table: PaperTable, looks: dict[str, Any], on_row: OnRow) -> None:
    sheet.freeze_panes(1, 0)
    for column, heading in enumerate(table.columns):
        sheet.set_column(column, column, min(_WIDEST, max(_NARROWEST, len(heading) + 4)))
        sheet.write_string(0, column, heading, looks["head"])
    for place, row in enumerate(table.rows, start=1):
        for column, cell in enumerate(row):
            _write_cell(sheet, place, column, cell, looks)
        on_row()


def _write_cell(sheet: Any, row: int, column: int, cell: Cell, looks: dict[str, Any]) -> None:
    match cell:
        case None | "":
            pass
        case str():
            sheet.write_string(row, column, writable(cell)[:CELL_LETTERS], looks["text"])
        case datetime():
            sheet.write_datetime(row, column, cell, looks["moment"])
        case date():
            sheet.write_datetime(row, column, cell, looks["day"])
        case _:
            sheet.write_number(row, column, cell)


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
