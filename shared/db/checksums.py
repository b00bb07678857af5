"""The seal of a row: a hash of its own content, so that a flipped bit is found.

SQLite has no page checksums; most single-bit faults pass its integrity check. `verify` computes
every seal again. A person who can write the file can also write a new seal; the event chain
protects against that. A seal covers what lies in the file, so encrypted columns are sealed
encrypted.
"""

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any

import msgspec

_SPELLING = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
# Spells what `_is_spelled_alike` names as that does, at a third of the cost: an SMS has seven such
# mappings. Fractions it spells in a way of its own.
_FAST = msgspec.json.Encoder(order="sorted")


def seal_of(row: Mapping[str, Any]) -> str:
    """Return the seal of a row: SHA-256 over its columns by name, except the seal itself."""
    content = row
    if "content_hash" in row:
        content = {name: value for name, value in row.items() if name != "content_hash"}
    return hashlib.sha256(canonical(content)).hexdigest()


def canonical(content: Mapping[str, Any]) -> bytes:
    """Return a mapping in its one spelling: JSON, sorted keys, no blanks, UTF-8. Half of a broken
    pair, which JSON from outside may hold, has its own three bytes."""
    if all(map(_is_spelled_alike, {*map(type, content.values())})):
        try:
            return _FAST.encode(content)
        except (TypeError, UnicodeEncodeError):  # a name that is no text, half of a broken pair
            pass
    return spelled(content).encode("utf-8", "surrogatepass")


def spelled(content: Mapping[str, Any]) -> str:
    """Return a mapping in that spelling, as text."""
    return _SPELLING.encode(content)


@cache
def _is_spelled_alike(kind: type) -> bool:
    return kind in (str, int, bool, type(None)) or issubclass(kind, StrEnum)
