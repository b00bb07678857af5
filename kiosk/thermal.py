"""Draws a slip as a thermal printer prints it: one bit a dot, 203 dots an inch.

Printers have no Vietnamese letters, so the whole sheet is a picture. QR modules lie on the dot
grid, the code's digits are 6 mm high. Loads Pillow: imported only where something is printed.
"""

import os
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from kiosk import qr
from kiosk.sheet import Slip
from shared.domain.record import Record

# Dots across the printable part of a roll, by its width in millimetres.
DOTS = {58: 384, 80: 576}
DOTS_PER_MM = 203 / 25.4
CODE_DOTS = round(6 * DOTS_PER_MM)
MODULE_DOTS = range(8, 4, -1)  # the largest that fits; never below 5
FONT_PACKAGE = "fonts-noto-core"
# Upright and bold fonts with every Vietnamese letter, the best first. (Debian's fonts-liberation
# and DejaVu Sans Mono lack dozens of letters.)
_FONTS = (
    ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("Arimo-Regular.ttf", "Arimo-Bold.ttf"),
)
_TEXT = {58: 23, 80: 27}
_BLACK, _WHITE = 0, 255
# The threshold for a black dot: thin strokes of small letters must not vanish.
_THRESHOLD = 150


class FontMissing(Exception):
    """No font with Vietnamese letters is installed; the message is the Debian package."""


class SlipTooWide(Exception):
    """The QR's text is too long for this paper."""


class _Line(Record):
    """One line of text, short enough for the paper."""

    text: str
    font: ImageFont.FreeTypeFont
    is_centred: bool


def draw(slip: Slip, width_mm: int) -> Image.Image:
    """Return the sheet as a picture of mode "1". Raises FontMissing, SlipTooWide."""
    sheet = _Sheet(width_mm)
    sheet.write(slip.head, centred=True)
    sheet.write(slip.title, centred=True, bold=True)
    for mark in slip.marks:
        sheet.write(mark, centred=True, bold=True)
    sheet.write(slip.code_label, centred=True)
    sheet.write_code(slip.code)
    sheet.put_qr(slip.qr)
    for fact in slip.facts:
        sheet.write(fact)
    sheet.write(slip.idea, most_lines=2)
    for date in slip.dates:
        sheet.write(date)
    sheet.rule()
    for line in slip.foot:
        sheet.write(line)
    return sheet.picture()


def fonts() -> tuple[Path, Path]:
    """Return the upright and the bold font. Raises FontMissing."""
    there = {path.name: path for folder in _font_folders() for path in folder.rglob("*.ttf")}
    for regular, bold in _FONTS:
        if regular in there and bold in there:
            return there[regular], there[bold]
    raise FontMissing(FONT_PACKAGE)


def _font_folders() -> list[Path]:
    roots = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    return [Path(root) / "fonts" for root in roots.split(":")]


class _Sheet:
    """A sheet that grows line by line and is cut after the last one."""

    def __init__(self, width_mm: int) -> None:
        regular, bold = fonts()
        size = _TEXT[width_mm]
        self.width = DOTS[width_mm]
        self.regular = ImageFont.truetype(regular, size)
        self.bold = ImageFont.truetype(bold, size + 2)
        self.large = ImageFont.truetype(bold, _size_of_digits(bold, CODE_DOTS))
        self.line_height = round(size * 1.35)  # two accents above a letter need it
        self.parts: list[Image.Image] = []

    def write(
        self, text: str, *, centred: bool = False, bold: bool = False, most_lines: int = 0
    ) -> None:
        """Write a text on as many lines as needed, or on `most_lines`, cut with an ellipsis."""
        font = self.bold if bold else self.regular
        for line in _wrapped(text, font, self.width, most_lines):
            self._add(_Line(line, font, centred))

    def write_code(self, code: str) -> None:
        """Write the code on one line, 6 mm high, narrowed if the paper is narrow."""
        left, top, right, bottom = (round(edge) for edge in self.large.getbbox(code))
        drawn = Image.new("L", (right - left, bottom - top), _WHITE)
        ImageDraw.Draw(drawn).text((-left, -top), code, font=self.large, fill=_BLACK)
        if drawn.width > self.width:
            drawn = drawn.resize((self.width, drawn.height), Image.Resampling.LANCZOS)
        part = Image.new("L", (self.width, drawn.height + self.line_height // 2), _WHITE)
        part.paste(drawn, ((self.width - drawn.width) // 2, self.line_height // 4))
        self.parts.append(part)

    def put_qr(self, text: str) -> None:
        """Put a QR in the middle: every module has the same number of dots, quiet zone around."""
        rows = qr.matrix(text)
        side = len(rows) + 2 * qr.QUIET
        dots = next((dots for dots in MODULE_DOTS if side * dots <= self.width), None)
        if dots is None:
            raise SlipTooWide(text)
        small = Image.new("L", (side, side), _WHITE)
        for y, row in enumerate(rows):
            for x, is_black in enumerate(row):
                if is_black:
                    small.putpixel((x + qr.QUIET, y + qr.QUIET), _BLACK)
        drawn = small.resize((side * dots, side * dots), Image.Resampling.NEAREST)
        part = Image.new("L", (self.width, drawn.height), _WHITE)
        part.paste(drawn, ((self.width - drawn.width) // 2, 0))
        self.parts.append(part)

    def rule(self) -> None:
        """Draw a dashed line across."""
        part = Image.new("L", (self.width, self.line_height // 2), _WHITE)
        pen, y = ImageDraw.Draw(part), part.height // 2
        for x in range(0, self.width, 16):
            pen.line((x, y, x + 9, y), fill=_BLACK, width=2)
        self.parts.append(part)

    def picture(self) -> Image.Image:
        """Return the whole sheet."""
        whole = Image.new("L", (self.width, sum(part.height for part in self.parts)), _WHITE)
        y = 0
        for part in self.parts:
            whole.paste(part, (0, y))
            y += part.height
        return whole.point(lambda grey: _BLACK if grey < _THRESHOLD else _WHITE).convert("1")

    def _add(self, line: _Line) -> None:
        part = Image.new("L", (self.width, self.line_height), _WHITE)
        room = self.width - line.font.getlength(line.text)
        x = max(0, round(room / 2)) if line.is_centred else 0
        ImageDraw.Draw(part).text(
            (x, self.line_height * 0.78), line.text, font=line.font, fill=_BLACK, anchor="ls"
        )
        self.parts.append(part)


def _size_of_digits(font: Path, dots: int) -> int:
    """Return the size at which a digit is at least so many dots high."""
    size = dots
    while True:
        _, top, _, bottom = ImageFont.truetype(font, size).getbbox("0")
        if bottom - top >= dots:
            return size
        size += 1


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int, most_lines: int = 0) -> list[str]:
    lines: list[str] = []
    rest = text
    while rest:
        head = _what_fits(rest, font, width)
        lines.append(head.rstrip())
        rest = rest[len(head) :].lstrip()
        if rest and len(lines) == most_lines:
            lines[-1] = _with_ellipsis(lines[-1], font, width)
            break
    return lines


def _what_fits(text: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    """Return the beginning of a text that fits a line, cut at a blank if there is one."""
    end = len(text)
    while end > 1 and font.getlength(text[:end].rstrip()) > width:
        blank = text.rfind(" ", 1, end - 1)
        end = blank + 1 if blank > 0 else end - 1
    return text[:end]


def _with_ellipsis(line: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    while " " in line and font.getlength(f"{line}…") > width:
        line = line.rpartition(" ")[0]
    while font.getlength(f"{line}…") > width:
        line = line[:-1]
    return f"{line}…"
