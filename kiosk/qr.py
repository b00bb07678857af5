"""The QR of a receipt as SVG: version 3 or 4 as the address needs, level Q, quiet zone 4.

An address has two segments: its scheme in bytes, the rest in alphanumeric mode, which knows only
capitals (decision 53). The mask is fixed: looking for the best one is four fifths of the work and
decodes no better. One run-length path keeps it under a kilobyte compressed.
"""

import io
import re
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from qrcode.util import QRData

QUIET = 4
# Thermal printers have 203 dots an inch; 7 dots a module make a QR of 25 mm.
DOTS_PER_MODULE = 7
MM_PER_DOT = 25.4 / 203
# ISO/IEC 18004, table 5. A segment costs 13 bits and saves 2.5 bits a letter.
_ALPHANUMERIC_TAIL = re.compile(r"[0-9A-Z $%*+\-./:]+\Z")
_WORTH_A_SEGMENT = 6


def matrix(text: str) -> list[list[bool]]:
    """Return the modules of the QR of `text`, True for black, without quiet zone."""
    # Imported late, and below: the library loads Pillow, and the program must start fast.
    from qrcode.constants import ERROR_CORRECT_Q
    from qrcode.main import QRCode

    code = QRCode(error_correction=ERROR_CORRECT_Q, border=0, mask_pattern=2)
    for segment in _segments(text):
        code.add_data(segment)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def svg(text: str, alt: str) -> Markup:
    """Return the QR of `text` as inline SVG, sized for print on the dot grid of a thermal
    printer; a style sheet may size it otherwise on screen."""
    rows = matrix(text)
    side = len(rows) + 2 * QUIET
    millimetres = side * DOTS_PER_MODULE * MM_PER_DOT
    path = "".join(_runs(rows))
    return Markup(
        '<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"'
        ' width="{mm:.2f}mm" height="{mm:.2f}mm" shape-rendering="crispEdges" role="img"'
        ' aria-label="{alt}"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>'
    ).format(side=side, mm=millimetres, alt=alt, path=path)


def png(text: str) -> bytes:
    """Return the QR of `text` as a PNG, for a document."""
    from PIL import Image  # imported late: the programs must start fast

    rows = matrix(text)
    side = len(rows) + 2 * QUIET
    small = Image.new("1", (side, side), 1)
    for y, row in enumerate(rows):
        for x, is_black in enumerate(row):
            if is_black:
                small.putpixel((x + QUIET, y + QUIET), 0)
    made = io.BytesIO()
    large = (side * DOTS_PER_MODULE, side * DOTS_PER_MODULE)
    small.resize(large, Image.Resampling.NEAREST).save(made, "PNG")
    return made.getvalue()


def _segments(text: str) -> "list[QRData]":
    """Split a text in two: bytes up to the last letter that alphanumeric mode does not have, and
    the rest, if it is long enough to save bits."""
    from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

    tail = _ALPHANUMERIC_TAIL.search(text)
    cut = tail.start() if tail and len(tail[0]) >= _WORTH_A_SEGMENT else len(text)
    parted = (text[:cut], MODE_8BIT_BYTE), (text[cut:], MODE_ALPHA_NUM)
    return [QRData(part.encode(), mode=mode) for part, mode in parted if part]  # type: ignore[call-overload]


def _runs(rows: list[list[bool]]) -> list[str]:
    """Each run of black modules as one stroke of height 1."""
    found = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                length = x - start
                found.append(f"M{start + QUIET} {y + QUIET}h{length}v1h-{length}z")
            x += 1
    return found
