"""The list of procedures in an office's file: all of its lines, or what must be corrected."""

import re
from datetime import date
from functools import cache
from zoneinfo import ZoneInfo

from kiosk.staff.cases.appraisal_form import PROCEDURE, read_procedure
from kiosk.staff.forms import Form, Reader
from shared import texts
from shared.domain.intake import Problem
from shared.imports import columns, table_files, written_days
from shared.imports.columns import TableRow
from shared.imports.table_refused import TableRefused
from shared.store.office.procedures import NewProcedure

MOST_BYTES = 2 * 1024 * 1024
MOST_PROCEDURES = 2000
# A code of the national list, 2.000810, that a spreadsheet took for a number.
_SHORTENED = re.compile(r"\d\.\d{1,5}", re.ASCII)
_WORDS, _PAPER = texts.load("vi").say, texts.load("papers.vi").say


def read_list(
    content: bytes, zone: ZoneInfo, ignored: str = ""
) -> list[NewProcedure] | list[Problem]:
    """Return the procedures of a workbook or a CSV, or what must be corrected, one problem a line.
    `ignored` names the columns to leave out, separated by commas."""
    known = _known()
    try:
        sheet = table_files.read(content, known.has)
        table = columns.read(sheet, known, [ignored])
    except TableRefused as why:
        field = "ignored" if why.reason in ("columns_unknown", "nothing_to_ignore") else "file"
        return [Problem(field, why.key, why.blanks)]
    if not table.rows:
        return [Problem("file", "table.empty")]
    if len(table.rows) > MOST_PROCEDURES:
        return [Problem("file", "staff.campaign.too_many", {"n": MOST_PROCEDURES})]
    new, problems = [], []
    for row in table.rows:
        read = _read(row, zone, sheet.first_day)
        if isinstance(read, NewProcedure):
            new.append(read)
        else:
            problems.append(read)
    return problems or new


def _read(row: TableRow, zone: ZoneInfo, first_day: date) -> NewProcedure | Problem:
    if row.is_too_long:
        return Problem("file", "staff.procedures.line_too_long", {"dong": row.number})
    said = Form(
        {name: _plain(name, row.cells.get(name, ""), zone, first_day) for name in PROCEDURE}
    )
    fault = next((one for one in said.values() if one.upper() in table_files.FAULTS), None)
    given = Reader(said)
    read = read_procedure(given)
    if not given.problems and fault is None:
        return read
    field = given.problems[0].field if given.problems else _name_of(said, fault)
    blanks = {"dong": row.number, "cot": _known().shown[field], "gia_tri": said[field][:40]}
    return Problem("file", "staff.procedures.line_wrong", blanks)


def _name_of(said: Form, fault: str | None) -> str:
    return next(name for name in PROCEDURE if said[name] == fault)


def _plain(name: str, cell: str, zone: ZoneInfo, first_day: date) -> str:
    """Return a cell as a person would type it: only the day, codes with their lost zeros."""
    if name in ("since", "until"):
        moment = written_days.read_moment(cell, zone, first_day) if cell else None
        return moment[0].isoformat() if moment else cell
    if name == "code" and _SHORTENED.fullmatch(cell):
        return cell.ljust(len("2.000810"), "0")
    return cell


@cache
def _known() -> columns.KnownColumns:
    headings = {name: _WORDS(f"staff.procedures.{name}") for name in PROCEDURE}
    return columns.known(headings, lambda name: _PAPER(f"also.procedure.{name}"), ("code", "name"))
