"""A table for a paper or a file: headings and rows, whoever writes them out.

Pure values. The modules that make the rows say what they mean (export.py, year_figures.py);
spreadsheet.py makes files of them.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from shared.domain.record import Record

# A datetime is local and naive, as people read it.
Cell = str | int | float | date | datetime | None


class PaperTable(Record):
    """`name` is a sheet's or a file's name: short, small letters; `title` stands above."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    note: str = ""
