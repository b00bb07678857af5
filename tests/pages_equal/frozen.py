"""A clock that stands still and chance that is the same each time, for two captures to agree.

Only what libraries offer is replaced, so this holds for any tree of the project. `freeze`
must run before anything of the project is imported.
"""

import random
import secrets
import string
import time
from collections.abc import Callable
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import uuid_utils

if TYPE_CHECKING:
    from _typeshed import SupportsLenAndGetItem

_One = TypeVar("_One")

# 10 December 2026, 09:12:44 in Vietnam: a working hour, after all of the demo's ideas.
AT = 1_796_868_764_000


def freeze() -> None:
    """Let every reader of the clock and every drawer of lots in this process get fixed values."""
    time.time_ns = lambda: AT * 1_000_000
    time.time = lambda: AT / 1000
    secrets.randbelow = _below
    secrets.choice = _choice
    secrets.token_hex = lambda nbytes=32: _stream("hex", nbytes).randbytes(nbytes or 32).hex()
    secrets.token_bytes = lambda nbytes=32: _stream("bytes", nbytes).randbytes(nbytes or 32)
    secrets.token_urlsafe = _token
    uuid_utils.uuid7 = _ids()


@cache
def _stream(*name: object) -> random.Random:
    """One stream for each use: what is drawn more often does not change what others draw."""
    return random.Random(repr(name))


def _below(exclusive_upper_bound: int) -> int:
    return _stream("below", exclusive_upper_bound).randrange(exclusive_upper_bound)


def _choice(seq: "SupportsLenAndGetItem[_One]") -> _One:
    return _stream("choice", len(seq)).choice(seq)


def _token(nbytes: int | None = 32) -> str:
    letters = string.ascii_letters + string.digits
    return "".join(_stream("token", nbytes).choices(letters, k=(nbytes or 32) * 4 // 3))


def _ids() -> Callable[..., Any]:
    numbers = count(1)
    return lambda *_, **__: UUID(int=(AT << 80) | (7 << 76) | (2 << 62) | next(numbers))
