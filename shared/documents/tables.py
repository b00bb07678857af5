"""A table on its way to paper: headings and rows, whoever writes them out.

Pure values. What the rows mean is said where they are made (export.py, yearly.py); how they
become a file is in spreadsheet.py.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

# A datetime is local and naive: what a person reads.
Cell = str | int | float | date | datetime | None


@dataclass(frozen=True)
class PaperTable:
    """`name` is that of a sheet or a file: short, small letters; `title` stands above."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    note: str = ""
