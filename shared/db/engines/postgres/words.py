"""Turns our statements and values into PostgreSQL's, and its rows into ours.

Nothing here knows the driver. PostgreSQL keeps no NUL in a text and SQLite does, so a NUL goes in
as two signs that stand for nothing else and comes out as it was.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

# U+FDD0 is no character and never will be; text from outside that holds it is marked as well.
_MARK = "\ufdd0"
_NUL, _ITSELF = f"{_MARK}0", f"{_MARK}1"

_TOKEN = re.compile(
    r"(?P<text>'(?:[^']|'')*')"
    r"|(?P<cast>::)"
    r"|:(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
)
_TYPES = {"INTEGER": "BIGINT", "REAL": "DOUBLE PRECISION"}
_TYPE = re.compile(rf"\b({'|'.join(_TYPES)})\b")
_STRICT = re.compile(r"\)\s*STRICT(, WITHOUT ROWID)?\s*$")


class Asked(NamedTuple):
    """A statement as the server takes it, `$1` for a value, and the names of its values in their
    order."""

    sql: str
    names: tuple[str, ...]


class AskedTogether(NamedTuple):
    """Several statements as one, and the names of the values of each."""

    sql: str
    names: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=4096)
def statement(sql: str) -> Asked:
    """Return a statement with `:name` values as the server takes it. Each text is read once."""
    return _numbered(sql, 0)


@lru_cache(maxsize=256)
def together(statements: tuple[str, ...]) -> AskedTogether:
    """Return writing statements as one: all but the last are named by WITH."""
    texts, names, count = [], [], 0
    for sql in statements:
        asked = _numbered(sql, count)
        texts.append(asked.sql)
        names.append(asked.names)
        count += len(asked.names)
    *first, last = texts
    named = ", ".join(f"w{place} AS ({text})" for place, text in enumerate(first))
    return AskedTogether(f"WITH {named} {last}" if named else last, tuple(names))


def definition(sql: str) -> str:
    """Return a statement of the schema, written for SQLite: whole numbers have 64 bits, fractions
    are doubles, no table is STRICT, because each of PostgreSQL's is, and none lies in its key."""
    return _TYPE.sub(lambda found: _TYPES[found[1]], _STRICT.sub(")", sql))


def values(asked: Asked, given: Mapping[str, Any]) -> list[Any]:
    """Return the values of a statement in their order, as PostgreSQL can keep them."""
    return kept(list(map(given.__getitem__, asked.names)))


def kept(given: list[Any]) -> list[Any]:
    """Return values as PostgreSQL can keep them."""
    # Looked for in all at once: the rows of an idea have two hundred values.
    said = "".join(map(str, given))
    return list(map(_kept, given)) if "\0" in said or _MARK in said else given


def rows(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return rows with the values that were given."""
    for row in found:
        for value in row:
            kind = value.__class__
            if (kind is str and _MARK in value) or kind is Decimal:
                return [tuple(map(_given, one)) for one in found]
    return found


def _numbered(sql: str, after: int) -> Asked:
    """Return a statement whose first value is the one after so many."""
    names: dict[str, int] = {}

    def token(found: re.Match[str]) -> str:
        name = found["name"]
        return f"${names.setdefault(name, after + len(names) + 1)}" if name else found[0]

    return Asked(_TOKEN.sub(token, sql), tuple(names))


def _kept(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return value.replace(_MARK, _ITSELF).replace("\0", _NUL)


def _given(value: Any) -> Any:
    if isinstance(value, Decimal):  # a sum of whole numbers, or an average
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, str):
        return value.replace(_NUL, "\0").replace(_ITSELF, _MARK)
    return value
