"""Lays out the ruled tables of a filled paper by what stands in them: a column is as wide as it
needs, no word of it is torn, numbers stand to the right, and a row of sums is bold.

A template cannot do that: it does not know what will be filled in. Columns that somebody made
unequal in the template keep their widths, and what is aligned there stays so; tables without rules
(heads, signatures) are the template's own business.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from shared import texts
from shared.documents import widths
from shared.domain.record import Record

_RULED = "TableGrid"
_BODY_SIZE = 28  # half points, if no style says otherwise
_TWIPS_A_HALF_POINT = 10
# What the margins of a cell and its rule take from its width, in twips.
_SIDES = 190
# A column of texts as short as codes and days is kept on one line while the least that all columns
# need is at most this part of the width.
_SHORT, _KEPT = 16, 0.7
# The width is shared out by looking at about so many rows.
_ROWS_LOOKED_AT = 60
# The widths of Times, in thousandths of its size; other letters are as wide as most.
_NARROW, _USUAL, _WIDE, _WIDEST, _CAPITAL = 300, 500, 722, 840, 680
_BOLDER = 1.08
_NUMBER = re.compile(r"[-–]?|-?\d[\d.]*(,\d+)?%?")
_TOTAL = texts.load("papers.vi").say("report.total")
# What is counted by no number: turns, groups.
_CENTRED = frozenset(texts.load("papers.vi").say("paper.centred").split("; "))


class _Grid(Record):
    """A table as rows of cells, and the texts in them; the first row holds the headings."""

    table: Any
    rows: list[list[Any]]
    texts: list[list[str]]
    half_points: int


def lay_out(paper: Any) -> None:
    """Lay out every ruled table of an opened document."""
    sizes = _sizes(paper)
    for table, room in _tables(paper.element.body):
        grid = _grid(table, sizes)
        if grid is None:
            continue
        if _is_open(grid):
            _set_widths(grid, _widths(grid, room))
        _align(grid)
        _embolden_sums(grid)


def _widths(grid: _Grid, room: int) -> list[int]:
    """Return the columns' widths in twips, together `room`: none narrower than its widest word, the
    rest so that the rows become as low as they can."""
    measure = grid.half_points * _TWIPS_A_HALF_POINT / 1000
    columns = list(zip(*grid.texts, strict=True))
    least = [
        max(_word(text) * (_BOLDER if at == 0 else 1) for at, text in enumerate(column)) * measure
        + _SIDES
        for column in columns
    ]
    for place, column in enumerate(columns):  # codes and days stay on a line
        whole = max(map(_width, column[1:]), default=0) * measure + _SIDES
        more = max(0.0, whole - least[place])
        if max(map(len, column[1:]), default=0) <= _SHORT and sum(least) + more <= room * _KEPT:
            least[place] += more
    step = max(1, (len(grid.texts) - 1) // _ROWS_LOOKED_AT)
    rows = [[_width(text) * measure for text in row] for row in grid.texts[1::step]]
    return _whole_twips(widths.lowest(rows, least, room, _SIDES), room)


def _whole_twips(widths: Sequence[float], room: int) -> list[int]:
    rounded = [int(one) for one in widths]
    rounded[-1] += room - sum(rounded)
    return rounded


def _width(text: str) -> float:
    """Return how wide a text is on one line, in thousandths of its size."""
    return sum(map(_letter, text))


def _word(text: str) -> float:
    """Return the width of a text's widest word: no line ends within one."""
    return max(map(_width, re.split(r"[ \n\t]+", text)), default=0)


@cache
def _letter(letter: str) -> float:
    plain = unicodedata.normalize("NFD", letter)[:1]
    if plain in "ijltfrI.,;:'|!()[]/ -":
        return _NARROW + 40
    if plain in "mMW%":
        return _WIDEST
    if plain in "wOQNGDHKUVXY":
        return _WIDE
    return _CAPITAL if plain.isupper() else _USUAL


# ── Reading a table ──────────────────────────────────────────────────────────────────────────────


@cache
def _qn(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(name))


def _sizes(paper: Any) -> dict[str, int]:
    """Return the size of each style's letters, in half points."""
    return {
        style.get(_qn("w:styleId")): int(size.get(_qn("w:val")))
        for style in paper.styles.element.findall(_qn("w:style"))
        if (size := style.find(f"{_qn('w:rPr')}/{_qn('w:sz')}")) is not None
    }


def _tables(body: Any) -> Iterator[tuple[Any, int]]:
    """Yield the tables of a document, each with the width of the text on its page (twips)."""
    waiting: list[Any] = []
    for element in body:
        if element.tag == _qn("w:tbl"):
            waiting.append(element)
        section = element if element.tag == _qn("w:sectPr") else element.find(
            f"{_qn('w:pPr')}/{_qn('w:sectPr')}"
        )  # fmt: skip
        if section is not None:
            margins = section.find(_qn("w:pgMar"))
            sides = (margins.get(_qn("w:left")), margins.get(_qn("w:right")))
            room = int(section.find(_qn("w:pgSz")).get(_qn("w:w"))) - sum(map(int, sides))
            yield from ((table, room) for table in waiting)
            waiting = []


def _grid(table: Any, sizes: Mapping[str, int]) -> _Grid | None:
    """Return a ruled table of at least two equal rows of cells, or None for any other."""
    style = table.find(f"{_qn('w:tblPr')}/{_qn('w:tblStyle')}")
    rows = [row.findall(_qn("w:tc")) for row in table.findall(_qn("w:tr"))]
    is_ruled = style is not None and style.get(_qn("w:val")) == _RULED
    if not is_ruled or len(rows) < 2 or len(rows[0]) < 2 or len({len(row) for row in rows}) > 1:
        return None
    if len(table.tblGrid.findall(_qn("w:gridCol"))) != len(rows[0]):
        return None
    words = [[_said(cell) for cell in row] for row in rows]
    return _Grid(table, rows, words, _half_points(rows[1][0], sizes))


def _said(cell: Any) -> str:
    """Return a cell's text; its lines stay apart."""
    parts = cell.iter(_qn("w:t"), _qn("w:br"))
    return "".join((part.text or "") if part.tag == _qn("w:t") else "\n" for part in parts)


def _is_open(grid: _Grid) -> bool:
    """Say whether nobody chose the columns' widths: all are equal."""
    widths = {
        (width.get(_qn("w:w")), width.get(_qn("w:type")))
        for cell in grid.rows[0]
        if (width := cell.find(f"{_qn('w:tcPr')}/{_qn('w:tcW')}")) is not None
    }
    return len(widths) == 1


def _half_points(cell: Any, sizes: Mapping[str, int]) -> int:
    """Return how large a cell's letters are."""
    for size in cell.iter(_qn("w:sz")):
        return int(size.get(_qn("w:val")))
    style = cell.find(f"{_qn('w:p')}/{_qn('w:pPr')}/{_qn('w:pStyle')}")
    return sizes.get(style.get(_qn("w:val")), _BODY_SIZE) if style is not None else _BODY_SIZE


# ── Writing it ───────────────────────────────────────────────────────────────────────────────────


def _set_widths(grid: _Grid, given: Sequence[int]) -> None:
    def write(element: Any, wide: int) -> None:
        element.set(_qn("w:w"), str(wide))
        if element.tag != _qn("w:gridCol"):
            element.set(_qn("w:type"), "dxa")

    write(grid.table.tblPr.find(_qn("w:tblW")), sum(given))
    for column, wide in zip(grid.table.tblGrid.findall(_qn("w:gridCol")), given, strict=True):
        write(column, wide)
    for row in grid.rows:
        for cell, wide in zip(row, given, strict=True):
            write(cell.find(f"{_qn('w:tcPr')}/{_qn('w:tcW')}"), wide)


def _align(grid: _Grid) -> None:
    """Put numbers to the right; the turn of a row, and ticks, in the middle."""
    for place, column in enumerate(zip(*grid.texts, strict=True)):
        said = [text.strip() for text in column[1:]]
        if column[0] in _CENTRED or all(text in ("", "x") for text in said):
            where = "center"
        elif any(said) and all(_NUMBER.fullmatch(text) for text in said):
            where = "right"
        else:
            continue
        for row in grid.rows[1:]:
            for line in row[place].findall(_qn("w:p")):
                looks = line.get_or_add_pPr()
                if looks.find(_qn("w:jc")) is None:
                    looks.get_or_add_jc().set(_qn("w:val"), where)


def _embolden_sums(grid: _Grid) -> None:
    from docx.oxml import OxmlElement

    for row, said in zip(grid.rows[1:], grid.texts[1:], strict=True):
        if _TOTAL not in (text.strip() for text in said[:2]):
            continue
        for cell in row:
            for run in cell.iter(_qn("w:r")):
                looks = run.get_or_add_rPr()
                if looks.find(_qn("w:b")) is None:
                    looks.insert(0, OxmlElement("w:b"))
