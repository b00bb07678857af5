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
from typing import Any
from uuid import UUID

import uuid_utils

# 10 December 2026, 09:12:44 in Vietnam: a working hour, after all of the demo's ideas.
AT = 1_796_868_764_000


def freeze() -> None:
    """Let every reader of the clock and every drawer of lots in this process get fixed values."""
    time.time_ns = lambda: AT * 1_000_000
    time.time = lambda: AT / 1000
    secrets.randbelow = lambda most: _stream("below", most).randrange(most)
    secrets.choice = lambda of: _stream("choice", len(of)).choice(of)
    secrets.token_hex = lambda size=32: _stream("hex", size).randbytes(size or 32).hex()
    secrets.token_bytes = lambda size=32: _stream("bytes", size).randbytes(size or 32)
    secrets.token_urlsafe = _token
    uuid_utils.uuid7 = _ids()


@cache
def _stream(*name: object) -> random.Random:
    """One stream for each use: what is drawn more often does not change what others draw."""
    return random.Random(repr(name))


def _token(size: int | None = 32) -> str:
    letters = string.ascii_letters + string.digits
    return "".join(_stream("token", size).choices(letters, k=(size or 32) * 4 // 3))


def _ids() -> Callable[..., Any]:
    numbers = count(1)
    return lambda *_, **__: UUID(int=(AT << 80) | (7 << 76) | (2 << 62) | next(numbers))
