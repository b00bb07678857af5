"""Fills the blanks of a template to make a DOCX. What is filled in is text, never template code.

Knows no paper and no store: catalogue.py says which blanks a paper has, write.py what they hold,
and template_check.py whether a template may be used at all.
"""

import io
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from shared.documents import columns
from shared.documents.spreadsheet import writable
from shared.domain.record import Record


class Picture(Record):
    """A picture that stands in a blank: a PNG, and how wide it is printed in mm."""

    png: bytes
    width: float


def fill(template: bytes, blanks: Mapping[str, Any]) -> bytes:
    """Return the template with its blanks filled. Raises jinja2.UndefinedError if it has a blank
    that is not among them."""
    from docxtpl import DocxTemplate  # imported late: the programs must start fast

    paper = DocxTemplate(io.BytesIO(template))
    paper.render(_written(blanks, paper), environment(), autoescape=True)
    columns.lay_out(paper.docx)
    _part_lines(paper.docx)
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


# ── Lines of one blank ───────────────────────────────────────────────────────────────────────────


def _part_lines(paper: Any) -> None:
    """Make a paragraph of each line of a justified text: a justified line that ends in a break
    would be stretched over the whole width."""
    from docx.oxml.ns import qn

    justified = {
        style.get(qn("w:styleId"))
        for style in paper.styles.element.findall(qn("w:style"))
        if (how := style.find(f"{qn('w:pPr')}/{qn('w:jc')}")) is not None
        and how.get(qn("w:val")) == "both"
    }
    to_style, value = f"{qn('w:pPr')}/{qn('w:pStyle')}", qn("w:val")
    for line in list(paper.element.body.iter(qn("w:p"))):
        style = line.find(to_style)
        if style is None or style.get(value) not in justified:
            continue
        if any(one.get(qn("w:type")) is None for one in line.iter(qn("w:br"))):
            _split(line, qn)


def _split(line: Any, qn: Any) -> None:
    """Put paragraphs in a paragraph's place, one for each of its lines."""
    looks = line.find(qn("w:pPr"))
    lines: list[list[Any]] = [[]]
    for run in line.findall(qn("w:r")):
        its_looks = run.find(qn("w:rPr"))
        for part in list(run):
            if part.tag == qn("w:rPr"):
                continue
            if part.tag == qn("w:br") and part.get(qn("w:type")) is None:
                lines.append([])
                continue
            lines[-1].append((its_looks, part))
    for parts in lines:
        made = line.makeelement(qn("w:p"))
        made.append(deepcopy(looks))
        for its_looks, part in parts:
            run = made.makeelement(qn("w:r"))
            if its_looks is not None:
                run.append(deepcopy(its_looks))
            run.append(part)
            made.append(run)
        line.addprevious(made)
    line.getparent().remove(line)
