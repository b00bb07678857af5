"""`python -m shared.imports.open_workbook`: reads the workbook (XLSX) on standard input under
limits and prints its sheets as one JSON line.

It is a separate process, because it unpacks what somebody sent. The library that reads the values
does not report what it leaves out. So every part is checked first: checksum, sound XML, rows and
cells in their order, no cell with an error or with a formula that was never computed.
"""

import io
import json
import posixpath
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from shared.files import zips
from shared.imports.table_limits import MIB, WORKBOOK_LETTERS
from shared.imports.workbook_parts import Marks, WorkbookPart, WorkbookRefused

CPU_SECONDS = 40
MEMORY = 512 * 1024 * 1024
# A register of 20,000 rows unpacks to less than this, a usual one to a hundredth.
MOST_UNPACKED = 64 * MIB
MOST_PARTS = 2_000
_PIECE = 64 * 1024
_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_OTHER_KINDS = {"xl/workbook.bin", "content.xml"}
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_R_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


def main() -> None:
    """Print the sheets, or why there are none."""
    _limit()
    try:
        answer: dict[str, Any] = {"sheets": read(sys.stdin.buffer.read())}
    except WorkbookRefused as why:
        answer = {"refused": why.reason, "blanks": why.blanks}
    except MemoryError:
        answer = {"refused": "too_large", "blanks": {}}
    except BaseException:  # a broken file may raise anything in a library: it is the file's fault
        answer = {"refused": "broken", "blanks": {}}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode())


def read(content: bytes) -> list[dict[str, Any]]:
    """Return each sheet's name and its rows from the first on, every cell as text. Raises
    WorkbookRefused, and anything else that a broken workbook may cause."""
    from python_calamine import PasswordError, SheetTypeEnum, load_workbook

    seen = _checked(content)
    try:
        book = load_workbook(io.BytesIO(content))
    except PasswordError:
        raise WorkbookRefused("locked") from None
    sheets, letters = [], 0
    for about in book.sheets_metadata:
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        part = seen.get(about.name)
        if part is None:
            raise WorkbookRefused("broken")
        rows = list(_rows(book.get_sheet_by_name(about.name), part.marks))
        if len(rows) <= part.last:
            raise WorkbookRefused("broken")
        letters += sum(map(len, chain.from_iterable(rows)))
        if letters > WORKBOOK_LETTERS:
            raise WorkbookRefused("too_large")
        sheets.append({"name": about.name, "rows": rows, "is_from_1904": part.is_from_1904})
    return sheets


def _rows(sheet: Any, marks: Marks) -> Iterator[list[str]]:
    """Yield a sheet's rows; `marks` are texts for cells where the library returns nothing."""
    before = sheet.start[1] if sheet.start else 0
    number = -1
    for number, cells in enumerate(sheet.iter_rows()):
        yield _marked([""] * before + [_text(one) for one in cells], marks.get(number, {}))
    for beyond in range(number + 1, max(marks, default=-1) + 1):
        yield _marked([], marks.get(beyond, {}))


def _marked(row: list[str], marks: dict[int, str]) -> list[str]:
    for column, text in marks.items():
        row += [""] * (column + 1 - len(row))
        row[column] = text
    return row


def _text(cell: object) -> str:
    """Return a cell's text as a CSV of the same table would have it."""
    match cell:
        case bool():
            return "TRUE" if cell else "FALSE"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case datetime():
            return f"{cell + timedelta(milliseconds=500):%Y-%m-%d %H:%M:%S}"
        case date():
            return cell.isoformat()
        case _:
            return str(cell)


# ── What the library would leave out ─────────────────────────────────────────────────────────────


def _checked(content: bytes) -> dict[str, WorkbookPart]:
    """Return the checked part of each sheet. Raises WorkbookRefused."""
    try:
        with zips.reading(), zipfile.ZipFile(io.BytesIO(content)) as parts:
            return _go_through(parts)
    except (zips.ZipBroken, expat.ExpatError):
        raise WorkbookRefused("broken") from None


def _go_through(parts: zipfile.ZipFile) -> dict[str, WorkbookPart]:
    entries = parts.infolist()
    names = {one.filename.lower() for one in entries}
    if _BOOK not in names:
        raise WorkbookRefused("other_workbook" if names & _OTHER_KINDS else "no_table")
    if len(names) < len(entries):
        raise WorkbookRefused("broken")
    if len(entries) > MOST_PARTS or sum(one.file_size for one in entries) > MOST_UNPACKED:
        raise WorkbookRefused("too_large")
    left, read = MOST_UNPACKED, {}
    for entry in entries:
        if entry.flag_bits & 1:
            raise WorkbookRefused("locked")
        with parts.open(entry) as part:
            is_xml = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
            reader = WorkbookPart() if is_xml else None
            while piece := part.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    raise WorkbookRefused("too_large")
                if reader:
                    reader.read(piece)
            if reader:
                reader.end()
                read[entry.filename.lower()] = reader
    book = read[_BOOK]
    found = {name: read[part] for name, part in _sheets(parts) if part in read}
    for sheet in found.values():
        sheet.is_from_1904 = book.is_from_1904
    return found


def _sheets(parts: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield the name of each sheet and of its part, in small letters."""
    names = {one.lower(): one for one in parts.namelist()}
    if _LINKS not in names:
        raise WorkbookRefused("broken")
    # Neither has a DTD: that was checked.
    book = ElementTree.fromstring(parts.read(names[_BOOK]))  # noqa: S314
    links = ElementTree.fromstring(parts.read(names[_LINKS]))  # noqa: S314
    targets = {one.get("Id"): one.get("Target", "") for one in links}
    for one in book.iter():
        if one.tag.rpartition("}")[2] == "sheet":
            target = targets.get(one.get(_R) or one.get(_R_STRICT), "")
            yield one.get("name", ""), posixpath.normpath(posixpath.join("/xl", target))[1:].lower()


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
