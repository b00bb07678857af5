"""Shares a width out among the columns of a table, so that its rows become as low as they can.

Pure: lengths in, widths out, in whatever unit the caller counts.
"""

from collections.abc import Sequence

# The width is shared out in so many slices.
_SLICES = 200


def lowest(
    rows: Sequence[Sequence[float]], least: Sequence[float], room: float, sides: float
) -> list[float]:
    """Return widths that fill `room`. `rows` are the lengths of the texts on one line, `least` is
    what no column may go below while there is room for all, `sides` what each column loses to its
    margins."""
    if sum(least) >= room:
        return [one * room / sum(least) for one in least]
    widths, slice_ = list(least), room / _SLICES
    inner = max(1.0, slice_ / 100)
    found = [_gain(row, widths, sides - inner, slice_) for row in rows]
    while room - sum(widths) >= slice_:
        gains = [0.0] * len(widths)
        for at, _, gain in found:
            gains[at] += gain
        if max(gains, default=0) <= 0:
            break
        wider = gains.index(max(gains))
        widths[wider] += slice_
        # The others stay as high as they are.
        for place, (at, next_, _) in enumerate(found):
            if wider in (at, next_):
                found[place] = _gain(rows[place], widths, sides - inner, slice_)
    spare = room - sum(widths)
    return [one + spare * one / sum(widths) for one in widths]


def _gain(
    row: Sequence[float], widths: Sequence[float], sides: float, slice_: float
) -> tuple[int, int, float]:
    """Return the place of the highest text of a row, that of the next one, and how much lower the
    row is with a slice more for the highest."""
    lines = [text / (wide - sides) for text, wide in zip(row, widths, strict=True)]
    highest = max(lines)
    at = lines.index(highest)
    lines[at] = 0.0
    second = max(lines)
    after = row[at] / (widths[at] - sides + slice_)
    # A little for every line that goes, however high its neighbours stay.
    return (
        at,
        lines.index(second),
        max(0.0, highest - max(second, after, 1)) + (highest - after) / 100,
    )
