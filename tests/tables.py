"""Tables as offices save them."""

import csv
import io
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import openpyxl

# Registers that people sent and that were once read wrong.
TABLES = Path(__file__).parent / "data" / "tables"


def as_workbook(path: Path, *rows: Sequence[object]) -> Path:
    """Write a workbook of one sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


def as_csv(
    path: Path, head: Sequence[str], row: Sequence[object], between: str = ",", *,
    coding: str = "utf-8-sig", form: str = "NFC",
) -> Path:  # fmt: skip
    """Write a CSV of headings and one row."""
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=between).writerows([head, row])
    path.write_bytes(unicodedata.normalize(form, made.getvalue()).encode(coding))
    return path
