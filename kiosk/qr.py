"""The QR of a receipt as SVG: version 3 or 4 as the address needs, level Q, quiet zone 4.

An address has two segments: its scheme in bytes, the rest in alphanumeric mode, which knows only
capitals (decision 53). The mask is fixed: looking for the best one is four fifths of the work and
decodes no better. One run-length path keeps it under a kilobyte compressed. Addresses that differ
in their secret alone are drawn from one picture's modules: that takes a third of the time.
"""

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from shared.domain.record import Record

if TYPE_CHECKING:
    from qrcode.util import QRData

QUIET = 4
# Thermal printers have 203 dots an inch; 7 dots a module make a QR of 25 mm.
DOTS_PER_MODULE = 7
MM_PER_DOT = 25.4 / 203
# ISO/IEC 18004, table 5. A segment costs 13 bits and saves 2.5 bits a letter.
_ALPHANUMERIC_TAIL = re.compile(r"[0-9A-Z $%*+\-./:]+\Z")
_WORTH_A_SEGMENT = 6
# Two letters of alphanumeric mode are 11 bits, a last one 6 (7.4.4); their order is their value.
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_BITS = {2: 11, 1: 6}
_SECRET_LETTERS = 16
_RECEIPT = re.compile(r"(?:/R/|\A)[0-9A-Z]{16}\Z")
_BLACK = re.compile("1+")


def matrix(text: str) -> list[list[bool]]:
    """Return the modules of the QR of `text`, True for black, without quiet zone."""
    return _made(text)


def _made(text: str) -> list[list[bool]]:
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
    width, modules = _modules(text)
    side = width + 2 * QUIET
    millimetres = side * DOTS_PER_MODULE * MM_PER_DOT
    path = "".join(_runs(width, modules))
    return Markup(  # noqa: S704 all but the words are numbers
        f'<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"'
        f' width="{millimetres:.2f}mm" height="{millimetres:.2f}mm" shape-rendering="crispEdges"'
        f' role="img" aria-label="{escape(alt)}"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path d="{path}"/></svg>'
    )


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


def _modules(text: str) -> tuple[int, int]:
    """Return how wide the QR of a text is, and its modules as one number: 1 for black, a 0 behind
    each row."""
    secret, tail = _RECEIPT.search(text), _ALPHANUMERIC_TAIL.search(text)
    if not secret or not tail:
        return _numbered(text)
    # The pair that the secret begins in, too.
    changing = _SECRET_LETTERS + (len(tail[0]) - _SECRET_LETTERS) % 2
    drawn = _drawn(text[:-changing], changing)
    number, letters = drawn.number, text[-changing:]
    for place, bits in enumerate(drawn.bits):
        value = _value(letters[2 * place : 2 * place + 2])
        for at, black in enumerate(bits):
            if value >> at & 1:
                number ^= black
    return drawn.width, number


class _WithoutSecret(Record):
    """The QR of an address whose last letters are 0, and what each bit of those turns over, pair
    by pair. Everything in a QR is a sum without carry: the parity, and the mask over it."""

    width: int
    number: int
    bits: list[list[int]]


@lru_cache(8)
def _drawn(address: str, changing: int) -> _WithoutSecret:
    zeros = "0" * changing
    width, number = _numbered(address + zeros)
    bits = []
    for at in range(0, changing, 2):
        letters = min(2, changing - at)
        ways = (_spelt(1 << bit, letters) for bit in range(_BITS[letters]))
        texts = (address + zeros[:at] + way + zeros[at + letters :] for way in ways)
        bits.append([_numbered(text)[1] ^ number for text in texts])
    return _WithoutSecret(width, number, bits)


def _value(letters: str) -> int:
    found = 0
    for letter in letters:
        found = 45 * found + _LETTERS.index(letter)
    return found


def _spelt(value: int, letters: int) -> str:
    first, last = divmod(value, 45)
    return (_LETTERS[first] + _LETTERS[last])[-letters:]


def _numbered(text: str) -> tuple[int, int]:
    rows = _made(text)
    digits = "".join("01"[module] for row in rows for module in (*row, False))
    return len(rows), int(digits, 2)


def _runs(width: int, modules: int) -> Iterator[str]:
    """Each run of black modules as one stroke of height 1."""
    begins, draws = _strokes(width)
    for run in _BLACK.finditer(f"{modules:0{len(begins)}b}"):
        start, end = run.span()
        yield begins[start] + draws[end - start]


@lru_cache(4)
def _strokes(width: int) -> tuple[list[str], list[str]]:
    """Return how a stroke begins at each module, and how one of each length is drawn."""
    begins = [f"M{x + QUIET} {y + QUIET}" for y in range(width) for x in range(width + 1)]
    return begins, [f"h{length}v1h-{length}z" for length in range(width + 1)]
