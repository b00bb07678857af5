"""Draws the pages of a picture or a PDF; only for processes with limits.

Media (transcode.py) and the reader of forms (qr_in_photo.py) both see what somebody sent only
through this module.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from shared.domain.record import Record
from shared.files import compared, pdf_pages, pictures
from shared.files.pdf_pages import DrawnPage, Locked
from shared.files.pictures import MOST_PAGES, Leaf, Nothing, TooLarge


class PicturesRefused(Exception):
    """Why nothing was drawn: a key of `media.*`."""


class Drawn(Record):
    """One page, RGB on white. `number` counts from 1; 0 if a file has no pages. `is_cut` if bytes
    are missing. `source` is what it was drawn from."""

    number: int
    image: Image.Image
    is_cut: bool
    source: Leaf | DrawnPage

    def is_like(self, copy: Path) -> bool:
        """Say whether a copy (a JPEG) shows the page as the file itself describes it, independently
        of this drawing."""
        if isinstance(self.source, Leaf):
            return compared.is_alike(self.source.image, copy)
        return not (self.source.has_content and compared.is_blank(copy))


def is_scan(path: Path) -> bool:
    """Say whether a file is a picture or a PDF."""
    return pictures.is_picture(path) or pdf_pages.is_pdf(path)


def count(path: Path) -> int:
    """Return the number of pages. Raises PicturesRefused."""
    with _refusals():
        return len(pictures.pages(path)) if pictures.is_picture(path) else pdf_pages.count(path)


def drawn(path: Path, *, edge: int = pictures.EDGE, most: int = MOST_PAGES) -> Iterator[Drawn]:
    """Yield a file's pages from the first on, at most `most`, each at most `edge` points wide and
    high. Raises PicturesRefused."""
    with _refusals():
        if pictures.is_picture(path):
            for leaf in pictures.leaves(path, pictures.pages(path)[:most]):
                yield Drawn(leaf.number, pictures.on_white(leaf.image, edge), leaf.is_cut, leaf)
            return
        there = pdf_pages.count(path)
        for sheet in pdf_pages.sheets(path, range(1, min(there, most) + 1), edge):
            yield Drawn(sheet.number if there > 1 else 0, sheet.image, False, sheet)


def bare(path: Path, number: int, *, edge: int = pictures.EDGE) -> Image.Image:
    """Return one page (from 1) in the other way: what its points say, as grey from the darkest to
    the brightest. Raises PicturesRefused, also if there is no such page."""
    with _refusals():
        if not 1 <= number <= count(path):
            raise PicturesRefused("empty")
        if not pictures.is_picture(path):
            return next(pdf_pages.sheets(path, range(number, number + 1), edge)).image
        place = pictures.pages(path)[number - 1]
        grey = compared.bare(next(pictures.leaves(path, [place])).image)
        grey.thumbnail((edge, edge))
        return grey


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn exceptions of decoders into PicturesRefused with its reason."""
    try:
        yield
    except (TooLarge, MemoryError) as fault:
        raise PicturesRefused("too_big") from fault
    except Locked as fault:
        raise PicturesRefused("locked") from fault
    except (Nothing, OSError, SyntaxError, ValueError, EOFError) as fault:
        raise PicturesRefused("unreadable") from fault
