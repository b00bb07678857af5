"""The few places that all units of a program share, given out in turn.

Whoever comes waits in the line of its own unit, and one unit never holds all places: a flood at one
office makes its own line longer and nobody else's.
"""

import threading
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from shared.runtime import whose


class Lines:
    """Lines of units, served in turn; a unit that has `most` in work waits. Those of no unit may
    take all: where a program serves one unit, nobody says which."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: OrderedDict[int | None, deque[Any]] = OrderedDict()
        self._in_work: dict[int | None, int] = {}

    def join(self, unit: int | None, one: Any) -> None:
        """Let somebody wait in the line of a unit."""
        self._waiting.setdefault(unit, deque()).append(one)

    def take(self) -> tuple[int | None, Any] | None:
        """Take the next one into work, None if nobody's turn has come; its unit goes to the end."""
        for unit, line in self._waiting.items():
            if unit is None or self._in_work.get(unit, 0) < self._most:
                one = line.popleft()
                self._waiting.move_to_end(unit)
                if not line:
                    del self._waiting[unit]
                self._in_work[unit] = self._in_work.get(unit, 0) + 1
                return unit, one
        return None

    def leave(self, unit: int | None, one: Any) -> None:
        """Let somebody who waits go away."""
        line = self._waiting.get(unit)
        if line and one in line:
            line.remove(one)
            if not line:
                del self._waiting[unit]

    def done(self, unit: int | None) -> None:
        """Note that one of a unit is no longer in work."""
        self._in_work[unit] -= 1
        if not self._in_work[unit]:
            del self._in_work[unit]

    def empty(self) -> list[Any]:
        """Send all who wait away and return them."""
        left = [one for line in self._waiting.values() for one in line]
        self._waiting.clear()
        return left


class Places:
    """A few places for work that takes a core or a thread; with many units they come in turn, and
    one unit takes at most all but one."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._lines = Lines(max(1, places - 1))
        self._changed = threading.Condition()
        self._given: set[object] = set()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a place during the block; wait for it."""
        unit, me = whose.unit(), object()
        with self._changed:
            self._lines.join(unit, me)
            self._give()
            self._changed.wait_for(lambda: me in self._given)
            self._given.discard(me)
        try:
            yield
        finally:
            self._back(unit)

    @contextmanager
    def one_if_free(self) -> Iterator[bool]:
        """Hold a place during the block if there is one now, and say whether."""
        unit, me = whose.unit(), object()
        with self._changed:
            self._lines.join(unit, me)
            self._give()
            has_one = me in self._given
            self._given.discard(me)
            if not has_one:
                self._lines.leave(unit, me)
        try:
            yield has_one
        finally:
            if has_one:
                self._back(unit)

    def _give(self) -> None:
        while self._free and (taken := self._lines.take()):
            self._free -= 1
            self._given.add(taken[1])
        self._changed.notify_all()

    def _back(self, unit: int | None) -> None:
        with self._changed:
            self._free += 1
            self._lines.done(unit)
            self._give()
