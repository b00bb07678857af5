"""Marks every page of what a demo gives out: nobody shall take it for an office's own paper.

A paper bears the mark in the upper margin, a workbook as its first line and in the margins of its
prints. The printed pages have theirs in their templates.
"""

import io
from typing import Any

from shared import texts
from shared.db.connection import Store
from shared.store.office import campaigns

_WORDS = texts.load("papers.vi").say("paper.trial")
_HALF_POINTS = 26


def of(db: Store) -> str:
    """Return the mark of this office's papers: "" unless it is a demo."""
    return _WORDS if campaigns.this(db).is_demo else ""


def marked(paper: bytes, mark: str) -> bytes:
    """Return a DOCX with the mark at the top of each page; as it is if the mark is ""."""
    if not mark:
        return paper
    import docx  # imported late: the programs must start fast

    opened = docx.Document(io.BytesIO(paper))
    for section in opened.sections:
        headers = [section.header]
        if section.different_first_page_header_footer:
            headers.append(section.first_page_header)
        for header in headers:
            _put(header, mark)
    made = io.BytesIO()
    opened.save(made)
    return made.getvalue()


def _put(header: Any, mark: str) -> None:
    """Put the mark above what a header says; sections that share a header get it once."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    first = header.paragraphs[0]
    if first.text == mark:
        return
    line = first.insert_paragraph_before()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = line.add_run(mark)
    run.bold, run.font.size = True, Pt(_HALF_POINTS / 2)
