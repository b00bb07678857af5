"""Joins rows of a modem's inbox: an SMS alone, or the parts of a longer one.

Parts come in any order, between those of other senders, and some may be missing. Each names its
place in a user data header (3GPP TS 23.040, 9.2.3.24): a reference of 8 or 16 bits, the number of
parts, and its own number. Nothing here opens a store or reads a clock.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from shared import texts
from shared.domain.record import Record
from shared.store.messages.gammu_database import Received

_REFERENCE_8_BIT, _REFERENCE_16_BIT = 0x00, 0x08
# Codings of text; anything else is a ring tone, a picture, a notice of an MMS.
_DATA = "8bit"


class PartPlace(Record):
    """Where a part belongs: the `number`th of `total` under one reference."""

    reference: str
    number: int
    total: int


@dataclass
class Gathered:
    """What has arrived of one SMS: rows by their part, `total` parts in all. `copies` are rows that
    the modem read twice."""

    sender: str
    reference: str
    total: int
    parts: dict[int, Received] = field(default_factory=dict)
    copies: list[Received] = field(default_factory=list)

    @property
    def rows(self) -> list[Received]:
        """Every row of it, oldest first."""
        return sorted([*self.parts.values(), *self.copies], key=lambda row: row.id)

    @property
    def missing(self) -> list[int]:
        """The parts that are missing."""
        return [number for number in range(1, self.total + 1) if number not in self.parts]

    def text(self) -> str:
        """Return the words, with a mark for each missing part."""
        pieces, run = [], bytearray()
        for number in range(1, self.total + 1):
            if number in self.parts:
                # An emoji may be cut in two at the edge of a part: first join bytes, then decode.
                run += _letters(self.parts[number])
            else:
                pieces += [_decoded(run), self._mark("sms_part.missing", number)]
                run.clear()
        return _spaced([*pieces, _decoded(run)])

    def late_text(self) -> str:
        """Return the words of parts that came too late, each with its number in front."""
        pieces = []
        for number in sorted(self.parts):
            pieces += [self._mark("sms_part.late", number), _decoded(_letters(self.parts[number]))]
        return _spaced(pieces)

    def _mark(self, key: str, number: int) -> str:
        return f"[{texts.load('vi').say(key, n=number, total=self.total)}]"


def gathered(rows: Iterable[Received]) -> list[Gathered]:
    """Return the messages that the rows, in the order of the inbox, make up, oldest first."""
    messages: list[Gathered] = []
    for row in rows:
        place = place_of(row.udh)
        if place is None:
            messages.append(Gathered(row.sender, "", 1, {1: row}))
        else:
            _put(messages, row, place)
    return messages


def place_of(udh: str) -> PartPlace | None:
    """Return the place that a user data header (hex) names, or None for an SMS alone."""
    try:
        header = bytes.fromhex(udh)
    except ValueError:
        return None
    for kind, body in _elements(header[1:]):
        if kind == _REFERENCE_8_BIT and len(body) == 3:
            place = PartPlace(f"8:{body[0]}", body[2], body[1])
        elif kind == _REFERENCE_16_BIT and len(body) == 4:
            place = PartPlace(f"16:{body[0] << 8 | body[1]}", body[3], body[2])
        else:
            continue
        return place if 1 <= place.number <= place.total and place.total > 1 else None
    return None


def pieces_of(text: str) -> list[str]:
    """Return what stands between the marks of missing parts."""
    mark = re.escape(f"[{texts.load('vi').say('sms_part.missing', n=0, total=0)}]")
    return re.split(mark.replace("0", r"\d+"), text)


def _put(messages: list[Gathered], row: Received, place: PartPlace) -> None:
    """Add a part to the newest message that lacks it. Some telephones give every message the same
    reference: a part that is there already, with other words, begins the next message."""
    wanted = (row.sender, place.reference, place.total)
    for message in reversed(messages):
        if (message.sender, message.reference, message.total) != wanted:
            continue
        there = message.parts.get(place.number)
        if there is None:
            message.parts[place.number] = row
            return
        if (there.text, there.received) == (row.text, row.received):
            message.copies.append(row)
            return
    messages.append(Gathered(*wanted, {place.number: row}))


def _elements(header: bytes) -> Iterable[tuple[int, bytes]]:
    while len(header) >= 2:
        length = header[1]
        yield header[0], header[2 : 2 + length]
        header = header[2 + length :]


def _letters(row: Received) -> bytes:
    if row.coding == _DATA:
        return b""
    try:
        return bytes.fromhex(row.text)
    except ValueError:
        return b""


def _decoded(letters: bytes | bytearray) -> str:
    return letters.decode("utf-16-be", "replace")


def _spaced(pieces: Sequence[str]) -> str:
    return " ".join(piece.strip() for piece in pieces if piece.strip())
