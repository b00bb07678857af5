"""What of an idea's words points at somebody, struck out as a first proposal for the officer who
redacts it by hand. Pure rules; a reader of the result decides, never this."""

import re
from collections.abc import Iterable

from shared.domain.vietnamese import BETWEEN_DIGITS, INVISIBLE, fold

# What stands where something was struck out.
STRUCK = "[…]"
# A telephone's number or that of a card: nine digits and more, however they are parted.
_NUMBER = re.compile(rf"\+?\d(?:[{BETWEEN_DIGITS}]{{0,3}}\d){{8,}}")
_WORD = re.compile(rf"[\w{INVISIBLE}]+")


def strike(text: str, names: Iterable[str | None]) -> str:
    """Return a text with long numbers and these names struck out, in whatever spelling."""
    text = _NUMBER.sub(STRUCK, text)
    for name in names:
        words = (name or "").split()
        if len(words) > 1:  # one word of a name is a word of the language too
            text = _strike_name(text, words)
    return text


def strike_person(text: str, names: Iterable[str | None], numbers: Iterable[str]) -> str:
    """Return a text without one person: these names and these numbers (E.164) struck out, in
    whatever spelling, and nobody else's."""
    for number in numbers:
        text = _spelled(number).sub(STRUCK, text)
    for name in names:
        words = (name or "").split()
        if len(words) > 1:
            text = _strike_name(text, words)
    return text


def numbers_in(text: str) -> list[str]:
    """Return the long numbers that stand in a text, as they were typed."""
    return _NUMBER.findall(text)


def _spelled(number: str) -> re.Pattern[str]:
    """Return what finds a number as people write it: 0912 345 678, +84 912.345.678, 84912345678."""
    digits = number.removeprefix("+84").removeprefix("+")
    spelled = rf"[{BETWEEN_DIGITS}()/]*".join(["", *digits])
    return re.compile(rf"(?<![\d+])(?:\+?84|0)?{spelled}(?!\d)")


def _strike_name(text: str, words: list[str]) -> str:
    wanted = [fold(word) for word in words]
    found = [(one.start(), one.end(), fold(one[0])) for one in _WORD.finditer(text)]
    struck = [
        (found[place][0], found[place + len(wanted) - 1][1])
        for place in range(len(found) - len(wanted) + 1)
        if [one[2] for one in found[place : place + len(wanted)]] == wanted
    ]
    for begin, end in reversed(struck):
        text = text[:begin] + STRUCK + text[end:]
    return text
