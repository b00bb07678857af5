"""Fills the blanks of a template to make a DOCX. What is filled in is text, never template code.

Knows no paper and no store: catalogue.py says which blanks a paper has, write.py what they hold,
and template_check.py whether a template may be used at all.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.documents.spreadsheet import writable

# Longer texts get no more room than this; beside a word stand the cell's own margins.
WIDE_LETTERS = 80
PADDING_LETTERS = 4
# The mean width of a letter of Times, in parts of its size.
LETTER_WIDTH = 0.5
_TWIPS_A_HALF_POINT = 10
_BODY_SIZE = 28  # half points, if no style says otherwise


@dataclass(frozen=True)
class Picture:
    """A picture that stands in a blank: a PNG, and how wide it is printed in mm."""

    png: bytes
    width: float


def fill(template: bytes, blanks: Mapping[str, Any]) -> bytes:
    """Return the template with its blanks filled. Raises jinja2.UndefinedError if it has a blank
    that is not among them."""
    from docxtpl import DocxTemplate  # imported late: the programs must start fast

    paper = DocxTemplate(io.BytesIO(template))
    paper.render(_written(blanks, paper), environment(), autoescape=True)
    _fit_columns(paper.docx)
    made = io.BytesIO()
    paper.save(made)
    return made.getvalue()


def words(paper: bytes) -> str:
    """Return the words of a DOCX, one line a paragraph."""
    from docx import Document
    from docx.oxml.ns import qn

    body = Document(io.BytesIO(paper)).element.body
    return "\n".join("".join(line.itertext(qn("w:t"))) for line in body.iter(qn("w:p")))


def environment() -> Any:
    """Return the template language; templates cannot reach the programs through it."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


def _written(value: Any, paper: Any) -> Any:
    """Return blanks with only what a document can hold."""
    match value:
        case str():
            return writable(value)
        case Picture():
            from docx.shared import Mm
            from docxtpl import InlineImage

            return InlineImage(paper, io.BytesIO(value.png), width=Mm(value.width))
        case Mapping():
            return {key: _written(one, paper) for key, one in value.items()}
        case list() | tuple():
            return [_written(one, paper) for one in value]
        case _:
            return value


# ── Tables with as many columns as a blank has ───────────────────────────────────────────────────


def _fit_columns(paper: Any) -> None:
    """Set the column widths of every table whose columns came from one cell, by their content: a
    template cannot, because it does not know how many there will be."""
    from docx.oxml.ns import qn

    sizes = {
        style.get(qn("w:styleId")): int(size.get(qn("w:val")))
        for style in paper.styles.element.findall(qn("w:style"))
        if (size := style.find(f"{qn('w:rPr')}/{qn('w:sz')}")) is not None
    }
    for table, room in _tables(paper.element.body, qn):
        rows = [row.findall(qn("w:tc")) for row in table.findall(qn("w:tr"))]
        if not rows or len({len(row) for row in rows}) > 1 or not _is_of_one_cell(rows[0], qn):
            continue
        size = _size(rows[0][0], sizes, qn)
        texts = [["".join(cell.itertext(qn("w:t"))) for cell in row] for row in rows]
        shares = _shares(
            list(zip(*texts, strict=True)), room / (size * _TWIPS_A_HALF_POINT * LETTER_WIDTH)
        )
        _set_widths(table, rows, [int(room * share) for share in shares], qn)


def _tables(body: Any, qn: Any) -> Iterator[tuple[Any, int]]:
    """Yield the tables of a document, each with the width of the text on its page (twips)."""
    waiting: list[Any] = []
    for element in body:
        if element.tag == qn("w:tbl"):
            waiting.append(element)
        section = element if element.tag == qn("w:sectPr") else element.find(
            f"{qn('w:pPr')}/{qn('w:sectPr')}"
        )  # fmt: skip
        if section is not None:
            margins = section.find(qn("w:pgMar"))
            sides = (margins.get(qn("w:left")), margins.get(qn("w:right")))
            room = int(section.find(qn("w:pgSz")).get(qn("w:w"))) - sum(map(int, sides))
            yield from ((table, room) for table in waiting)
            waiting = []


def _is_of_one_cell(row: Sequence[Any], qn: Any) -> bool:
    """Say whether the cells of a row are copies of one: all equally wide."""
    widths = {
        (width.get(qn("w:w")), width.get(qn("w:type")))
        for cell in row
        if (width := cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}")) is not None
    }
    return len(row) > 1 and len(widths) == 1


def _size(cell: Any, sizes: Mapping[str, int], qn: Any) -> int:
    """Return how large a cell's letters are, in half points."""
    for size in cell.iter(qn("w:sz")):
        return int(size.get(qn("w:val")))
    style = cell.find(f"{qn('w:p')}/{qn('w:pPr')}/{qn('w:pStyle')}")
    return sizes.get(style.get(qn("w:val")), _BODY_SIZE) if style is not None else _BODY_SIZE


def _set_widths(table: Any, rows: Sequence[Sequence[Any]], widths: Sequence[int], qn: Any) -> None:
    def write(element: Any, wide: int) -> None:
        element.set(qn("w:w"), str(wide))
        if element.tag != qn("w:gridCol"):
            element.set(qn("w:type"), "dxa")

    write(table.tblPr.find(qn("w:tblW")), sum(widths))
    for column, wide in zip(table.tblGrid.findall(qn("w:gridCol")), widths, strict=True):
        write(column, wide)
    for row in rows:
        for cell, wide in zip(row, widths, strict=True):
            write(cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}"), wide)


def _shares(columns: Sequence[Sequence[str]], room: float) -> list[float]:
    """Return each column's part of a width of `room` letters: its longest word first, then the rest
    by the length of its texts."""
    least = [
        max((len(word) for text in column for word in text.split()), default=0) + PADDING_LETTERS
        for column in columns
    ]
    more = [
        max(0, min(max(map(len, column[1:]), default=0), WIDE_LETTERS) - needed)
        for column, needed in zip(columns, least, strict=True)
    ]
    left = max(0.0, room - sum(least)) / max(1, sum(more))
    asked = [needed + extra * left for needed, extra in zip(least, more, strict=True)]
    return [one / sum(asked) for one in asked]
