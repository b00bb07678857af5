"""Reads the rows of a CSV, whichever program saved it.

Cells may be separated by a comma, a semicolon, a tab or a bar. Letters may be UTF-8 or UTF-16, with
or without a byte order mark. Letters are never guessed: text that is not Unicode is refused by
name.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import islice

from shared.imports import code_tables
from shared.imports.table_refused import TableRefused

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip
_BETWEEN = ",;\t|"
# Excel's own hint before the headings.
_SAID_BETWEEN = re.compile(r"""\s*"?sep=([^"\r\n])\1*[\s"]*\Z""", re.IGNORECASE)
# The title of the table may stand above the headings.
_FIRST_ROWS = 10
# What may follow an apostrophe that keeps a cell from being a formula or a number.
_KEPT = frozenset("=+-@\t\r0123456789")


def rows(content: bytes, is_heading: Callable[[str], bool]) -> Iterator[list[str]]:
    """Yield every record of a CSV. `is_heading` says which cells are known headings; that shows
    which separator it uses. Raises TableRefused, perhaps only after some rows."""
    text = _text(content)
    first, _, rest = text.partition("\n")
    hint = _SAID_BETWEEN.match(first)
    if hint:
        yield from _records(rest, hint[1])
        return
    yield from _records(text, max(_BETWEEN, key=lambda one: _fit(text, one, is_heading)))


def _text(content: bytes) -> str:
    coding = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    if coding is None:
        coding = _without_mark(content) if b"\0" in content else "utf-8"
    try:
        text = content.decode(coding)
    except UnicodeDecodeError:
        raise TableRefused(code_tables.of_bytes(content) or "not_unicode") from None
    if "\0" in text:
        raise TableRefused("no_table")
    return text


def _without_mark(content: bytes) -> str:
    """Return the byte order of UTF-16 without a mark, found by its line ends. Raises TableRefused
    if too few bytes are zero: then it is not UTF-16."""
    if content.count(0) * 5 < len(content):
        raise TableRefused("no_table")
    little, big = content.count(b"\n\0"), content.count(b"\0\n")
    return "utf-16-le" if little >= big else "utf-16-be"


def _fit(text: str, between: str, is_heading: Callable[[str], bool]) -> tuple[int, int]:
    """Return how well one of the first rows splits into headings: how many are known, how many
    there are."""
    best = (0, 0)
    try:
        for cells in islice(_records(text, between), _FIRST_ROWS):
            best = max(best, (sum(map(is_heading, cells)), len(cells)))
    except TableRefused:
        pass  # what stands before the open quote has been counted
    return best


def _records(text: str, between: str) -> Iterator[list[str]]:
    """Yield the records of a text. A quote that is never closed ends it, because it would swallow
    the rows after it."""
    number = 1
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True):
            yield [_revived(cell) for cell in cells]
            number += 1
    except csv.Error:
        raise TableRefused("quote_open", dong=number) from None


def _revived(cell: str) -> str:
    """Return a cell without a leading apostrophe, which a spreadsheet would not show."""
    is_kept = cell.startswith("'") and unicodedata.normalize("NFKC", cell[1:2]) in _KEPT
    return cell[1:] if is_kept else cell
