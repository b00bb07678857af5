"""Small charts: horizontal bars, each below its words, drawn by the page itself.

Colours are shares of a bar; the table beside a chart says the same in numbers.
"""

from collections.abc import Iterable

from shared.domain.record import Record

# The drawing's own units; a bar's words stand above it, its number after it.
WIDTH, NUMBER_WIDTH, ROW_HEIGHT = 320, 40, 42
BAR_LETTERS = 38
LATE, SOON, FINE, UNCLOCKED = "#a8321a", "#f4b400", "#0a6237", "#8a948e"


class Piece(Record):
    """A part of a bar in one colour, in the drawing's units."""

    x: float
    width: float
    colour: str


class Bar(Record):
    """One bar: its words (shortened), its number, its parts, and where its row begins."""

    label: str
    count: int
    pieces: tuple[Piece, ...]
    y: int
    number_x: float


class Chart(Record):
    """Bars under each other; `height` is in the drawing's units."""

    bars: tuple[Bar, ...]
    height: int


def chart(rows: Iterable[tuple[str, tuple[tuple[int, str], ...]]]) -> Chart:
    """Return the chart of rows: words, and (count, colour) for each part of its bar."""
    given = list(rows)
    most = max((_sum(parts) for _, parts in given), default=0) or 1
    scale = (WIDTH - NUMBER_WIDTH) / most
    bars = tuple(
        Bar(
            _short(label),
            _sum(parts),
            _pieces(parts, scale),
            place * ROW_HEIGHT,
            round(_sum(parts) * scale + 6, 1),
        )
        for place, (label, parts) in enumerate(given)
    )
    return Chart(bars, max(1, len(bars)) * ROW_HEIGHT)


def _pieces(parts: tuple[tuple[int, str], ...], scale: float) -> tuple[Piece, ...]:
    pieces, x = [], 0.0
    for count, colour in parts:
        if count:
            pieces.append(Piece(round(x, 1), round(count * scale, 1), colour))
            x += count * scale
    return tuple(pieces)


def _sum(parts: tuple[tuple[int, str], ...]) -> int:
    return sum(count for count, _ in parts)


def _short(label: str) -> str:
    return label if len(label) <= BAR_LETTERS else label[: BAR_LETTERS - 1].rstrip() + "…"
