"""What several reads ask first, found out by calling them, so that it goes to the server in one
message (`at_once` of link.py). Reads stay as they are, and know nothing of it.

Each is called twice: the first call ends at its first question, the second gets the answer if it
asks the very same. So a moment that is asked about is given to a read from outside.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from shared.db.engines.postgres.asking import PostgresRows, Question, question

Read = Callable[[], Any]


class Foreseen(Protocol):
    """What becomes of the next statements of a line."""

    def of(self, sql: str, params: Any) -> PostgresRows | None:
        """Return what a statement found, None if it is to be asked now."""

    def together(self, reads: Sequence[Read], first_of: Callable[[Read], list[Question]]) -> Any:
        """Return what reads return that are together a part of one."""


class Asks(BaseException):
    """A read asks something. No exception that a read might handle."""

    def __init__(self, questions: list[Question]) -> None:
        super().__init__()
        self.questions = questions


class Overheard:
    """The first question of a read is heard, and ends it."""

    def of(self, sql: str, params: Any) -> PostgresRows | None:
        """Raise Asks."""
        raise Asks([question(sql, params)])

    def together(self, reads: Sequence[Read], first_of: Callable[[Read], list[Question]]) -> Any:
        """Raise Asks, if any of them asks something."""
        questions = [one for read in reads for one in first_of(read)]
        if questions:
            raise Asks(questions)
        return [read() for read in reads]


class AskedAhead:
    """Statements that were asked already, in their order, and what they found."""

    def __init__(self, questions: Iterable[Question], found: Iterable[PostgresRows]) -> None:
        self._left = deque(zip(questions, found, strict=True))

    def of(self, sql: str, params: Any) -> PostgresRows | None:
        """Return what was found. What a read asks behind its first question is asked now, and what
        one left out, because of what another found, is passed over."""
        wanted = question(sql, params)
        for place, (asked, found) in enumerate(self._left):
            if asked == wanted:
                for _ in range(place + 1):
                    self._left.popleft()
                return found
        return None

    def together(self, reads: Sequence[Read], first_of: Callable[[Read], list[Question]]) -> Any:
        """Call them: their questions are among those that were asked."""
        return [read() for read in reads]
