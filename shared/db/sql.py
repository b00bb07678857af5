"""Our own words as they stand in the text of a statement."""

import re
from collections.abc import Collection, Iterable
from enum import Enum
from functools import cache, lru_cache
from typing import Any, TypeVar

V = TypeVar("V", str, int)
_WORD = re.compile(r"[a-z0-9_]+")


def one_of(words: Collection[str]) -> str:
    """Return what a column is compared with: `IN ('received', 'closed')`.

    A set of an enum's members stands in the order of the enum, so the same set always reads the
    same: SQLite takes a partial index only for a condition that reads as the index's own. Raises
    ValueError for what is no plain word of ours.
    """
    return _listed(tuple(words))


@lru_cache(256)
def _listed(words: tuple[str, ...]) -> str:
    for word in words:
        if not _WORD.fullmatch(word):
            raise ValueError(word)
    listed = ", ".join(f"'{word}'" for word in sorted(words, key=_place))
    return f"IN ({listed})"


def among(values: Iterable[V]) -> tuple[str, dict[str, V]]:
    """Return what a column is compared with to be one of some values, `IN (:one0, :one1)`, and the
    parameters of the statement. Nothing is among no values."""
    params = {f"one{at}": value for at, value in enumerate(dict.fromkeys(values))}
    return f"IN ({', '.join(f':{name}' for name in params) or 'NULL'})", params


def _place(word: str) -> int:
    return _places(type(word))[word] if isinstance(word, Enum) else 0


@cache
def _places(kind: type[Enum]) -> dict[Any, int]:
    """Return the place of each member of an enum: pages ask for lists of statuses all day."""
    return {member: place for place, member in enumerate(kind)}
