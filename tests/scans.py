"""Pages as scanners and telephones make them, in every mode, and whether one can still be read."""

import io
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageFont

SIZE = (620, 877)


def a_page(ink: int = 20, ground: int = 245, word: str = "Cho hẹn giờ") -> Image.Image:
    """A written page, grey with eight bits."""
    return _drawn(ink, ground, word).copy()


@cache
def _drawn(ink: int, ground: int, word: str) -> Image.Image:
    page = Image.new("L", SIZE, ground)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(24)
    for line in range(18):
        draw.text((40 + line, 40 + 44 * line), f"{word} {line}: dua phieu o quay so 2", ink, font)
    return page


def written(image: Image.Image, form: str, **said: Any) -> bytes:
    """A picture as a file's bytes."""
    out = io.BytesIO()
    image.save(out, form, **said)
    return out.getvalue()


def deep(page: Image.Image, factor: int = 257) -> Image.Image:
    """The same page in 16 bits, each value times `factor`."""
    return page.convert("I").point(lambda value: value * factor).convert("I;16")


def as_ink(page: Image.Image, colour: int = 0) -> Image.Image:
    """The same page as ink of one grey on a transparent ground (LA)."""
    return Image.merge("LA", (Image.new("L", page.size, colour), ImageChops.invert(page)))


def in_lab(page: Image.Image) -> Image.Image:
    """The same page in Lab."""
    rgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    found = ImageCms.profileToProfile(page.convert("RGB"), rgb, lab, outputMode="LAB")
    assert found is not None
    return found


def shows(copy: Path | bytes, page: Image.Image) -> bool:
    """Say whether a picture shows a written page: everywhere as light or as dark as it."""
    with Image.open(io.BytesIO(copy) if isinstance(copy, bytes) else copy) as seen:
        here = seen.convert("L").resize((200, 200), Image.Resampling.BILINEAR)
    there = page.resize((200, 200), Image.Resampling.BILINEAR)
    tiles = ImageChops.difference(here, there).resize((10, 10), Image.Resampling.BOX)
    return int(tiles.getextrema()[1]) < 16  # type: ignore[call-overload]


def a_locked_pdf() -> bytes:
    """A PDF that asks for a password nobody has."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
        b"<</Filter/Standard/V 2/R 3/Length 128/P -44"
        b"/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">>>",
    ]  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"<</Root 1 0 R/Encrypt 4 0 R/Size 5/ID[<00><00>]>>"
    return out + b"xref\n0 5\n0000000000 65535 f \n%strailer%s\nstartxref\n%d\n%%%%EOF" % (
        table, trailer, len(out),
    )  # fmt: skip
