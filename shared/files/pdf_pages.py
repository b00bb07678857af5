"""The pages of a PDF, drawn as pictures; only for processes with limits.

A PDF itself is never shown to anybody: it may hold scripts, forms and other files. Only drawings of
its pages are shown.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from shared.domain.record import Record

# How far into a file its first line may stand: scanners put their own data before it.
_HEAD = 1024


class Locked(Exception):
    """The PDF asks for a password."""


class DrawnPage(Record):
    """One drawn page. `has_content` says whether the PDF itself puts writing or pictures on it."""

    number: int
    image: Image.Image
    has_content: bool


def is_pdf(path: Path) -> bool:
    """Say whether a file begins like a PDF."""
    with path.open("rb") as file:
        return b"%PDF-" in file.read(_HEAD)


def count(path: Path) -> int:
    """Return the number of pages. Raises Locked, or ValueError if it is no PDF."""
    with _opened(path) as document:
        return len(document)


def sheets(path: Path, numbers: range, edge: int) -> Iterator[DrawnPage]:
    """Yield the pages with these numbers (from 1), drawn so that their longer edge has `edge`
    points. Raises Locked, ValueError."""
    with _opened(path) as document:
        document.init_forms()
        for number in numbers:
            page = document[number - 1]
            longest = max(page.get_width(), page.get_height())
            if not 1 <= longest < 100_000:
                raise ValueError("no page has this size")
            drawn = page.render(scale=edge / longest, fill_color=(255, 255, 255, 255))
            yield DrawnPage(number, drawn.to_pil().convert("RGB"), _has_content(page))


def _opened(path: Path) -> Any:
    import pypdfium2  # late: most files are no PDF
    from pypdfium2.raw import FPDF_ERR_PASSWORD

    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as fault:
        if fault.err_code == FPDF_ERR_PASSWORD:
            raise Locked from fault
        raise ValueError("it is no PDF") from fault


def _has_content(page: Any) -> bool:
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE, FPDF_PAGEOBJ_SHADING  # late, as above

    if page.get_textpage().get_text_range().strip():
        return True
    kinds = (FPDF_PAGEOBJ_IMAGE, FPDF_PAGEOBJ_SHADING)
    return any(True for _ in page.get_objects(filter=kinds, max_depth=3))
