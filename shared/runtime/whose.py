"""For which unit this thread works now, where one program serves several.

The lines of the log say it, and what all units share (places to hash a password in, the waiting of
guessers) is given out by it. Where a program serves one unit, nobody says it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_UNIT: ContextVar[int | None] = ContextVar("unit", default=None)


def unit() -> int | None:
    """Return the unit's number; None where a program serves only one."""
    return _UNIT.get()


@contextmanager
def working_for(number: int) -> Iterator[None]:
    """Let the block be for a unit."""
    before = _UNIT.set(number)
    try:
        yield
    finally:
        _UNIT.reset(before)
