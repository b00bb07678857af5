"""Numbers of papers as a records clerk writes them: 07/QĐ-UBND. They restart each year.

Pure values.
"""

import re

from shared.domain.vietnamese import fold

_NUMBER = re.compile(r"\s*0*(\d+)\s*(?:/\s*(.*?))?\s*", re.ASCII)


def key_of(number: str) -> tuple[str, str]:
    """Return a key that is equal for all spellings of a number: 07/QĐ-UBND and 7/qd - ubnd."""
    found = _NUMBER.fullmatch(number)
    if found is None:
        return "".join(fold(number).split()), ""
    return found[1], "".join(fold(found[2] or "").split())


def is_same(one: str, other: str) -> bool:
    """Say whether two numbers are the same; a number without its symbol fits any symbol."""
    (first, symbol), (second, other_symbol) = key_of(one), key_of(other)
    return first == second and (symbol == other_symbol or not symbol or not other_symbol)


def counted_on(number: str, count: int) -> list[str]:
    """Return `count` numbers beginning with this one, with its zeros and symbol: 09/TK, 10/TK.
    Raises ValueError if it does not begin with digits."""
    digits = re.match(r"\s*(\d{1,6})", number, re.ASCII)
    if digits is None:
        raise ValueError(number)
    rest = number[digits.end() :]
    return [f"{int(digits[1]) + step:0{len(digits[1])}}{rest}" for step in range(count)]
