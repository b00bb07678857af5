"""A table that somebody sent, whichever program saved it: its rows as text, or a sentence why not.

A workbook (XLSX) and a CSV of the same table give the same cells: TRUE for a ticked box, 2026-11-05
for a day, 912345678 for a number. columns.py knows the columns.
"""

import json
import subprocess
from collections.abc import Callable, Iterable
from datetime import date

from shared.domain.record import Record, replace
from shared.imports import code_tables, csv_files, written_days
from shared.imports.table_limits import (
    MIB,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    UNCOMPUTED,
    WORKBOOK_LETTERS,
)
from shared.imports.table_refused import TableRefused
from shared.runtime import programs

MOST_BYTES = 10 * MIB
SECONDS = 60
# What spreadsheets write into a cell whose formula failed.
FAULTS = frozenset(
    {"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!",
     "#ERROR!", "#GETTING_DATA", UNCOMPUTED}
)  # fmt: skip
# A sheet with this many known headings is the right one.
_FEWEST_HEADINGS = 2
# The office's name and the title stand above them, a few cells a row.
_MOST_TITLES, _MOST_BESIDE = 9, 3
_FROM_1900, _FROM_1904 = written_days.SPREADSHEET_DAY_ZERO, date(1904, 1, 1)
_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK"
_OTHER = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BM")


class Worksheet(Record):
    """The right sheet: all rows from the first of the file, blank ones too. `beside` names other
    sheets that hold something and were not read. A day that is a plain number is counted from
    `first_day`."""

    rows: list[list[str]]
    beside: tuple[str, ...] = ()
    first_day: date = _FROM_1900


def read(content: bytes, is_heading: Callable[[str], bool]) -> Worksheet:
    """Return the table in a file's bytes. `is_heading` says whether a cell is a known heading.
    Raises TableRefused."""
    if len(content) > MOST_BYTES:
        raise TableRefused("file_too_large", n=MOST_BYTES // MIB)
    if not content.strip():
        raise TableRefused("empty")
    if content.startswith((_ZIP, _OLE)):
        sheet = _chosen(_workbook(content), is_heading)
    else:
        _check_is_text(content)
        sheet = Worksheet(_bounded(csv_files.rows(content, is_heading)))
    if all(map(is_blank, sheet.rows)):
        raise TableRefused("empty")
    old = code_tables.of_text("\n".join(" ".join(row) for row in sheet.rows))
    if old is not None:
        raise TableRefused(old)
    return sheet


def is_blank(row: list[str]) -> bool:
    """Say whether a row holds nothing visible."""
    return not any(map(str.strip, row))


def headings_at(rows: list[list[str]], is_heading: Callable[[str], bool]) -> int:
    """Return which row has the headings: the first that holds anything, or one close below it that
    has known headings if the rows above are titles. 0 if all rows are blank."""
    filled = [at for at, row in enumerate(rows) if not is_blank(row)][: _MOST_TITLES + 1]
    for at in filled:
        if sum(map(is_heading, rows[at])) >= _FEWEST_HEADINGS:
            return at
        if sum(bool(cell.strip()) for cell in rows[at]) > _MOST_BESIDE:
            break
    return filled[0] if filled else 0


def _check_is_text(content: bytes) -> None:
    head = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if content.startswith(_OTHER):
        raise TableRefused("no_table")
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head")):
        raise TableRefused("web_page")
    if head.startswith(b"<?xml"):
        raise TableRefused("xml")


def _bounded(rows: Iterable[list[str]]) -> list[list[str]]:
    """Return the rows if they are not more than a register has. Raises TableRefused."""
    kept: list[list[str]] = []
    letters = cells = 0
    for row in rows:
        kept.append(row)
        letters, cells = letters + sum(map(len, row)), cells + len(row)
        if len(kept) > MOST_ROWS:
            raise TableRefused("too_many_rows", n=MOST_ROWS)
        if len(row) > MOST_COLUMNS:
            raise TableRefused("too_many_columns", n=MOST_COLUMNS)
        if letters > WORKBOOK_LETTERS or cells > MOST_CELLS:
            raise TableRefused("too_large")
    return kept


def _workbook(content: bytes) -> list[tuple[str, Worksheet]]:
    """Return the name and the table of each sheet of a workbook. Raises TableRefused."""
    if content.startswith(_OLE):
        is_locked = "EncryptedPackage".encode("utf-16-le") in content
        raise TableRefused("locked" if is_locked else "old_workbook")
    command = programs.ours("shared.imports.open_workbook")
    try:
        done = subprocess.run(  # noqa: S603 our own module
            command, input=content, capture_output=True, timeout=SECONDS, check=False
        )
        found = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise TableRefused("too_large") from None
    except ValueError:  # it was ended for time or memory, without a word
        raise TableRefused("too_large" if done.returncode < 0 else "broken") from None
    if "refused" in found:
        raise TableRefused(found["refused"], **found["blanks"])
    return [
        (one["name"], Worksheet(one["rows"], (), _FROM_1904 if one["is_from_1904"] else _FROM_1900))
        for one in found["sheets"]
    ]


def _chosen(sheets: list[tuple[str, Worksheet]], is_heading: Callable[[str], bool]) -> Worksheet:
    """Return the one sheet with known headings, or the first that holds anything. Raises
    TableRefused if two have them: neither may be left out silently."""
    filled = [(name, one) for name, one in sheets if not all(map(is_blank, one.rows))]
    if not filled:
        raise TableRefused("empty")
    meant = [(name, one) for name, one in filled if _is_meant(one.rows, is_heading)]
    if len(meant) > 1:
        raise TableRefused("two_sheets", trang=", ".join(f"“{name}”" for name, _ in meant))
    name, sheet = (meant or filled)[0]
    return replace(sheet, beside=tuple(other for other, _ in filled if other != name))


def _is_meant(rows: list[list[str]], is_heading: Callable[[str], bool]) -> bool:
    return sum(map(is_heading, rows[headings_at(rows, is_heading)])) >= _FEWEST_HEADINGS
