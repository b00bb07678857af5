"""The export: the whole register as tables, to keep, to count in, to use elsewhere.

Without `personal` it holds no name of a sender, and phone numbers only masked.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import starmap
from pathlib import Path
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from shared import texts
from shared.db.connection import Store, reading
from shared.documents import spreadsheet, trial_mark
from shared.documents.export_rows import COLUMNS, Show
from shared.documents.tables import Cell, PaperTable
from shared.domain.record import Record
from shared.store.cases import paper_titles
from shared.store.reports import case_rows, table_rows
from shared.store.reports.table_rows import SHEETS, Sheet
from shared.store.reports.year_rows import YearRows

_PAPER = texts.load("papers.vi").say


class _WithCode(Protocol):
    @property
    def code(self) -> str: ...


_OfIdea = TypeVar("_OfIdea", bound=_WithCode)


class Copy(Record):
    """Whose copy this is. `viewer` (a staff id, "" for nobody) reads the words of their own
    confidential cases; `personal` adds names and whole numbers."""

    viewer: str
    personal: bool
    zone: ZoneInfo


class TargetTaken(Exception):
    """The target exists already; nothing was overwritten."""


def check_free(target: Path) -> None:
    """Raise TargetTaken unless an export may be written there: nothing exists, or an empty
    folder."""
    is_free_folder = not _is_workbook(target) and target.is_dir() and not any(target.iterdir())
    if target.exists() and not is_free_folder:
        raise TargetTaken(str(target))


def write(db: Store, target: Path, copy: Copy, on_row: spreadsheet.OnRow) -> None:
    """Write the export to a new FILE.xlsx, or as CSV files to a new or empty folder. It appears
    whole or not at all, and only its owner may read it. Raises TargetTaken, OSError."""
    check_free(target)
    with whole(target) as made, reading(db):
        if _is_workbook(target):
            spreadsheet.write_workbook(made, tables(db, copy), on_row, mark=trial_mark.of(db))
        else:
            made.mkdir(mode=0o700)
            spreadsheet.write_csv_folder(made, tables(db, copy), on_row)


def write_zip(db: Store, target: Path, copy: Copy, on_row: spreadsheet.OnRow) -> None:
    """Write the CSV files as one archive, which a browser can download at once; otherwise like
    `write`. Raises OSError."""
    with whole(target) as made, tempfile.TemporaryDirectory(dir=made.parent) as room:
        with reading(db):
            spreadsheet.write_csv_folder(Path(room), tables(db, copy), on_row)
        Path(shutil.make_archive(str(made), "zip", room)).rename(made)


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Yield a temporary path for a file or folder. At the end it is moved to its place complete, on
    disk and readable only by its owner. If the block fails, nothing is left."""
    with tempfile.TemporaryDirectory(prefix=".hienke-", dir=target.parent) as room:
        made = Path(room) / "made"
        yield made
        for file in made.iterdir() if made.is_dir() else (made,):
            file.chmod(0o600)
            _see_to_disk(file)
        made.rename(target)


def tables(db: Store, copy: Copy, only: YearRows | None = None) -> Iterator[PaperTable]:
    """Yield the export's tables, or the part of them that belongs to a year. Rows are read while
    they are written."""
    show = Show(db, copy.viewer, personal=copy.personal, zone=copy.zone)
    sheets = [one for one in SHEETS if only is None or only.holds(one)]
    heads = [_PAPER("column.sheet"), _PAPER("column.holds")]
    yield PaperTable("muc-luc", _PAPER("table.muc-luc"), heads, _contents(sheets))

    def chosen(found: Iterable[_OfIdea]) -> Iterator[_OfIdea]:
        return (one for one in found if only is None or one.code in only.codes)

    viewer = copy.viewer
    rows: Iterable[Sequence[Cell]]
    for name, rows in (
        ("so-theo-doi", starmap(show.line, enumerate(chosen(case_rows.entries(db, viewer)), 1))),
        ("de-xuat", map(show.entry, chosen(case_rows.entries(db, viewer)))),
        ("tac-gia", map(show.sender, chosen(case_rows.senders(db, viewer)))),
        ("cac-buoc", map(show.step, chosen(case_rows.steps(db, viewer)))),
        ("bo-sung", map(show.added, chosen(case_rows.additions(db, viewer)))),
        ("tra-loi", map(show.replied, chosen(case_rows.replies(db, viewer)))),
        ("tep", map(show.file, chosen(case_rows.files(db, viewer)))),
        ("khen-thuong", map(show.praised, chosen(case_rows.praise(db, viewer)))),
        ("nhat-ky", map(show.logged, chosen(case_rows.log(db)))),
    ):
        columns = [_PAPER(f"column.{column}") for column in COLUMNS[name]]
        yield PaperTable(name, _PAPER(f"table.{name}"), columns, rows)
    for sheet in sheets:
        heads = [_PAPER(f"head.{column.head}") for column in sheet.columns]
        rows = (
            show.row_of(sheet, row)
            for row in table_rows.rows(db, sheet, viewer)
            if only is None or only.has(sheet, row)
        )
        yield PaperTable(sheet.name, _PAPER(f"table.{sheet.name}"), heads, rows)


def size(db: Store) -> int:
    """Return how many rows a whole export has."""
    return len(_contents(SHEETS)) + case_rows.size(db) + table_rows.size(db)


def _contents(sheets: Iterable[Sheet]) -> list[list[Cell]]:
    """The first sheet: the names of the others and what they hold."""
    names = (*COLUMNS, *(sheet.name for sheet in sheets))
    return [[name, _PAPER(f"table.{name}")] for name in names]


def follow_up(db: Store, copy: Copy, year: int) -> PaperTable:
    """Return the SỔ THEO DÕI of the ideas that count to a year, without junk, under the titles that
    papers give them."""
    ideas = [
        one
        for one in case_rows.entries(db, copy.viewer)
        if one.proposal.evaluation_year == year and not one.proposal.is_spam
    ]
    show = Show(db, copy.viewer, personal=copy.personal, zone=copy.zone)
    rows = [show.line(number, one) for number, one in enumerate(ideas, start=1)]
    names = COLUMNS["so-theo-doi"]
    titles = paper_titles.all_of(db, [one.proposal for one in ideas if one.proposal.is_open_to_all])
    for one, row in zip(ideas, rows, strict=True):
        row[names.index("title")] = titles.get(one.proposal.id, row[names.index("title")])
    columns = [_PAPER(f"column.{column}") for column in names]
    return PaperTable("so-theo-doi", _PAPER("table.so-theo-doi"), columns, rows)


def _is_workbook(target: Path) -> bool:
    return target.suffix.lower() == ".xlsx"


def _see_to_disk(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
