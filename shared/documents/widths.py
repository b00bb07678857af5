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
    while room - sum(widths) >= slice_:
        gains = [0.0] * len(widths)
        for row in rows:
            lines = [text / (wide - sides + inner) for text, wide in zip(row, widths, strict=True)]
            at = max(range(len(lines)), key=lines.__getitem__)
            after = row[at] / (widths[at] - sides + inner + slice_)
            second = max((one for place, one in enumerate(lines) if place != at), default=0)
            # A little for every line that goes, however high its neighbours stay.
            gains[at] += max(0.0, lines[at] - max(second, after, 1)) + (lines[at] - after) / 100
        if max(gains, default=0) <= 0:
            break
        widths[gains.index(max(gains))] += slice_
    spare = room - sum(widths)
    return [one + spare * one / sum(widths) for one in widths]
