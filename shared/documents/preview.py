"""A paper as a page can show it before it is taken: its lines, tables and pictures, with what is
bold, slanted, or in the middle.

It reads any DOCX that the office's templates make. Where a sheet ends is the word processor's.
"""

import base64
import io
from collections.abc import Iterator
from typing import Any

from shared.domain.record import Record

ALIGNED = {"center": "center", "right": "right", "both": "both"}


class PaperWords(Record):
    """Some words of a line that look alike; a `picture` (data: address of a PNG) has none."""

    text: str
    is_bold: bool = False
    is_slanted: bool = False
    picture: str = ""


class ShownLine(Record):
    """A paragraph. `aligned` is one of ALIGNED, or "" for the left."""

    words: tuple[PaperWords, ...]
    aligned: str = ""


class PaperGrid(Record):
    """A table as rows of cells of lines. One that is not ruled sets things side by side."""

    rows: tuple[tuple[tuple[ShownLine, ...], ...], ...]
    is_ruled: bool


class PaperSheet(Record):
    """What stands between two ends of a part: a letter of a batch, a paper and its annex. One that
    is printed across is wider."""

    parts: tuple[ShownLine | PaperGrid, ...]
    is_across: bool


class _StyleLook(Record):
    aligned: str
    is_bold: bool
    is_slanted: bool


def sheets(paper: bytes) -> list[PaperSheet]:
    """Return what a DOCX says, part by part; empty lines are left out."""
    import docx  # imported late: the programs must start fast

    opened = docx.Document(io.BytesIO(paper))
    reader = _DocxReader(opened)
    found: list[PaperSheet] = []
    parts: list[ShownLine | PaperGrid] = list(reader.marks())
    for element in opened.element.body:
        if element.tag == _qn("w:tbl"):
            parts.append(reader.grid(element))
        elif element.tag == _qn("w:p"):
            line = reader.line(element)
            parts += [line] if line.words else []
            section = element.find(f"{_qn('w:pPr')}/{_qn('w:sectPr')}")
            if section is not None:
                found.append(PaperSheet(tuple(parts), _is_across(section)))
                parts = list(reader.marks())
    return [*found, PaperSheet(tuple(parts), _is_across(opened.element.body[-1]))]


class _DocxReader:
    """Reads the elements of one document by its styles."""

    def __init__(self, opened: Any) -> None:
        self.opened = opened
        self.looks = {
            style.get(_qn("w:styleId")): _look_of(style)
            for style in opened.styles.element.findall(_qn("w:style"))
        }

    def marks(self) -> Iterator[ShownLine]:
        """Yield what stands in the upper margin of a first page: a demo's mark."""
        header = self.opened.sections[0].first_page_header
        if not header.is_linked_to_previous:
            lines = map(self.line, header._element.iter(_qn("w:p")))
            yield from (line for line in lines if line.words)

    def grid(self, table: Any) -> PaperGrid:
        """Return a table; one that stands in another's cell is not expected."""
        rows = []
        for row in table.findall(_qn("w:tr")):
            cells = []
            for cell in row.findall(_qn("w:tc")):
                lines = map(self.line, cell.findall(_qn("w:p")))
                cells.append(tuple(line for line in lines if line.words))
            rows.append(tuple(cells))
        return PaperGrid(
            tuple(rows), table.find(f"{_qn('w:tblPr')}/{_qn('w:tblStyle')}") is not None
        )

    def line(self, paragraph: Any) -> ShownLine:
        """Return a paragraph's words; a break within it is a blank line's end."""
        style = paragraph.find(f"{_qn('w:pPr')}/{_qn('w:pStyle')}")
        look = self.looks.get(style.get(_qn("w:val")) if style is not None else "", _PLAIN)
        own = paragraph.find(f"{_qn('w:pPr')}/{_qn('w:jc')}")
        aligned = ALIGNED.get(own.get(_qn("w:val")), "") if own is not None else look.aligned
        words = tuple(one for run in paragraph.iter(_qn("w:r")) for one in self._words(run, look))
        return ShownLine(
            words if any(one.text.strip() or one.picture for one in words) else (), aligned
        )

    def _words(self, run: Any, look: _StyleLook) -> Iterator[PaperWords]:
        for picture in run.iter(_qn("a:blip")):
            blob = self.opened.part.related_parts[picture.get(_qn("r:embed"))].blob
            address = f"data:image/png;base64,{base64.b64encode(blob).decode()}"
            yield PaperWords("", picture=address)
        bold, slanted = (_mark(run.find(_qn("w:rPr")), name) for name in ("w:b", "w:i"))
        text = "".join(
            "\n" if one.tag == _qn("w:br") else one.text or ""
            for one in run.iter(_qn("w:t"), _qn("w:br"))
        )
        if text:
            yield PaperWords(
                text,
                look.is_bold if bold is None else bold,
                look.is_slanted if slanted is None else slanted,
            )


def _is_across(section: Any) -> bool:
    size = section.find(_qn("w:pgSz"))
    return size is not None and size.get(_qn("w:orient")) == "landscape"


def _look_of(style: Any) -> _StyleLook:
    how = style.find(f"{_qn('w:pPr')}/{_qn('w:jc')}")
    aligned = ALIGNED.get(how.get(_qn("w:val")), "") if how is not None else ""
    marks = style.find(_qn("w:rPr"))
    return _StyleLook(aligned, bool(_mark(marks, "w:b")), bool(_mark(marks, "w:i")))


def _mark(looks: Any, name: str) -> bool | None:
    """Return whether a mark is set, or None where nothing is said of it."""
    found = looks.find(_qn(name)) if looks is not None else None
    if found is None:
        return None
    return found.get(_qn("w:val")) not in ("0", "false", "off")


def _qn(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(name))


_PLAIN = _StyleLook("", is_bold=False, is_slanted=False)
