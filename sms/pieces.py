"""Reads which piece of a longer message a text says it is: "1/2 …", "p2 …", "(tiếp) …"."""

import re

from shared.domain.record import Record
from sms.spellings import fold_in_place

_PART = re.compile(r"[(\[]?\s*([1-9])\s*/\s*([2-9])\s*[)\]]?[\s.:\-–]+(?=\S)")
_PART_BEHIND = re.compile(r"[(\[]\s*([1-9])\s*/\s*([2-9])\s*[)\]]\W*$")
_PIECE = re.compile(r"[(\[]?\s*(?:p\s?([1-9])\b|(?:phan|tin)\s*([1-9])\s*(?=[)\]:.\-–]))")
_GOES_ON = re.compile(r"[(\[]?\s*(?:con )?tiep(?: theo)?\s*[)\]:.]")
_TO_BE_CONTINUED = re.compile(r"[(\[]\s*con (?:tiep|nua)\s*[)\]]\W*$")

# The same with the signs behind it.
_PIECE_MARK = re.compile(rf"(?:{_PIECE.pattern})[\s)\]:.\-–]*")
# "1/2 số hồ sơ" is half of them.
_FRACTION = re.compile(
    r"[1-9]\s*/\s*[2-9]\s+(?:so|ngay|buoi|gio|thang|nam|dan so|ho dan|tien|thoi gian|gia|chi phi)\b"
)
_IN_FRONT = (_PART, _PIECE_MARK, _GOES_ON)


class Part(Record):
    """A piece of a message cut by hand: `number` of `total`. `total` is 0 if it is not said;
    `number` is 0 if the text only says that it continues."""

    number: int
    total: int


def without_mark(text: str) -> str:
    """Return a text without the mark of a piece: "1/2 đường ấp 3" is "đường ấp 3"."""
    folded = fold_in_place(text)
    if _FRACTION.match(folded.strip()):
        return text
    for pattern in (_PART, _PIECE_MARK, _GOES_ON, _PART_BEHIND, _TO_BE_CONTINUED):
        found = pattern.match(folded) if pattern in _IN_FRONT else pattern.search(folded)
        if found:
            text = text[: found.start()] + text[found.end() :]
            folded = folded[: found.start()] + folded[found.end() :]
    return text.strip(" \t\n:.-–)]")


def part(text: str) -> Part | None:
    """Return which piece of a longer message a text says it is, or None."""
    folded = fold_in_place(text.strip())
    if counted := _PART.match(folded) or _PART_BEHIND.search(folded):
        number, total = int(counted[1]), int(counted[2])
        return Part(number, total) if number <= total else None
    if piece := _PIECE.match(folded):
        return Part(int(piece[1] or piece[2]), 0)
    if _GOES_ON.match(folded):
        return Part(0, 0)
    return Part(1, 0) if _TO_BE_CONTINUED.search(folded) else None
