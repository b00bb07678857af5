"""Removes what identifies a person from an idea's words: a first proposal for the officer who
redacts by hand. Pure rules; a person who reads the result decides."""

import re
from collections.abc import Iterable

from shared.domain.vietnamese import BETWEEN_DIGITS, INVISIBLE, fold

# What stands in place of removed text.
STRUCK = "[…]"
# A telephone's or card's number: nine digits or more, whatever separates them.
_NUMBER = re.compile(rf"\+?\d(?:[{BETWEEN_DIGITS}]{{0,3}}\d){{8,}}")
_WORD = re.compile(rf"[\w{INVISIBLE}]+")


def strike(text: str, names: Iterable[str | None]) -> str:
    """Return a text without long numbers and without these names, however they are spelt."""
    text = _NUMBER.sub(STRUCK, text)
    for name in names:
        words = (name or "").split()
        if len(words) > 1:  # one word of a name is also an ordinary word
            text = _strike_name(text, words)
    return text


def strike_person(text: str, names: Iterable[str | None], numbers: Iterable[str]) -> str:
    """Return a text without these names and these numbers (E.164) of one person, however they are
    spelt. Other people's stay."""
    for number in numbers:
        text = _spelled(number).sub(STRUCK, text)
    for name in names:
        words = (name or "").split()
        if len(words) > 1:
            text = _strike_name(text, words)
    return text


def numbers_in(text: str) -> list[str]:
    """Return the long numbers in a text, as they were typed."""
    return _NUMBER.findall(text)


def _spelled(number: str) -> re.Pattern[str]:
    """Return a pattern for a number as people write it: 0912 345 678, +84 912.345.678."""
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
