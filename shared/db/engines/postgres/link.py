"""One thread's line to PostgreSQL. It holds a connection of the pool for as long as a statement or
a transaction lasts, and none between."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg_pool import ConnectionPool

from shared.db.engines import Statement
from shared.db.engines.postgres import faults, words
from shared.db.engines.postgres.asking import Asking, PostgresRows, Question, question
from shared.db.engines.postgres.foreseeing import AskedAhead, Asks, Foreseen, Overheard, Read

if TYPE_CHECKING:
    from shared.db.engines.postgres.engine import PostgresEngine


class Session(psycopg.Connection[tuple[Any, ...]]):
    """A connection of the pool: whose rows it sees now, whether it has prepared the lock of a unit,
    and what the server warned of lately."""

    unit: int | None = None
    can_lock = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # `$1` goes to the server as it is: words.py reads a statement once, the driver never.
        self.cursor_factory = psycopg.RawCursor
        self.warnings: list[str] = []

    @cached_property
    def asking(self) -> Asking:
        """How it is asked; made when the connection is one of ours (server.set_up)."""
        return Asking(self)

    def tell(self, said: str) -> bytes:
        """Run statements of ours without values, in one message, and return the tag of the last.
        Raises psycopg.Error."""
        return self.asking.tell(said)

    def ask(self, sql: str, values: list[Any]) -> PostgresRows:
        """Run one statement. Raises psycopg.Error."""
        return self.asking.ask(sql, values)

    def ask_all(self, questions: Sequence[Question]) -> list[PostgresRows]:
        """Run statements in one message. Raises psycopg.Error."""
        return self.asking.ask_all(questions)


class Pool(ConnectionPool[Session]):
    """The connections of a program. Whoever asks gets the one that was used last: it has prepared
    what is asked all day, where each of the others would plan it anew."""

    def _get_ready_connection(self, timeout: float | None) -> Session | None:
        self._pool.rotate()  # the last becomes the first, which is given out
        return super()._get_ready_connection(timeout)


class PostgresLink:
    """A line that sees the rows of `unit`, of every unit if that is 0."""

    def __init__(self, engine: "PostgresEngine", unit: int) -> None:
        self.unit = unit
        # The connection of the transaction that goes on.
        self.held: Session | None = None
        self._engine = engine
        # What `at_once` does with the next statement.
        self._foreseen: Foreseen | None = None

    @property
    def in_transaction(self) -> bool:
        """True between the begin and the end of `writing` or `reading`."""
        return self.held is not None

    def execute(self, sql: str, params: Any = None, /) -> PostgresRows:
        """Run one statement. Outside a transaction it stands for itself."""
        if self._foreseen is not None:
            found = self._foreseen.of(sql, params)
            if found is not None:
                return found
        if self.held is not None:
            return run(self.held, sql, params)
        return self._engine.alone(self.unit, sql, params)

    def at_once(self, reads: Sequence[Read]) -> list[Any]:
        """Call each of these and return what they return; what they ask first goes in one
        message."""
        if self._foreseen is not None:
            found: list[Any] = self._foreseen.together(reads, self._first_of)
            return found
        questions = [one for read in reads for one in self._first_of(read)]
        answers = self._ask_all(questions) if questions else []
        self._foreseen = AskedAhead(questions, answers)
        try:
            return [read() for read in reads]
        finally:
            self._foreseen = None

    def close(self) -> None:
        """End what goes on, if anything does."""
        held, self.held = self.held, None
        if held is not None:
            self._engine.give_back(held)

    def _first_of(self, read: Read) -> list[Question]:
        before, self._foreseen = self._foreseen, Overheard()
        try:
            read()
        except Asks as asks:
            return asks.questions
        except Exception:
            return []
        finally:
            self._foreseen = before
        return []

    def _ask_all(self, questions: Sequence[Question]) -> list[PostgresRows]:
        if self.held is None:
            return self._engine.all_alone(self.unit, questions)
        try:
            return self.held.ask_all(questions)
        except psycopg.Error as fault:
            raise faults.meaning(fault) from None


def run(session: Session, sql: str, params: Any = None) -> PostgresRows:
    """Run one statement on a connection. Raises StoreUnavailable, IntegrityError, DatabaseError."""
    try:
        return session.ask(*question(sql, params))
    except psycopg.Error as fault:
        raise faults.meaning(fault) from None


def run_all(session: Session, statements: Sequence[Statement]) -> None:
    """Run writing statements as one. Raises StoreUnavailable, IntegrityError, DatabaseError."""
    together = words.together(tuple(one.sql for one in statements))
    given: list[Any] = []
    for one, names in zip(statements, together.names, strict=True):
        given += map(one.values.__getitem__, names)
    try:
        session.ask(together.sql, words.kept(given))
    except psycopg.Error as fault:
        raise faults.meaning(fault) from None


def insert_many(
    session: Session, table: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]
) -> None:
    """Put many rows into a table without waiting for the answer to each (COPY does not go where
    rows are locked by unit). Raises StoreUnavailable, IntegrityError, DatabaseError."""
    names, blanks = ", ".join(columns), ", ".join(f":{name}" for name in columns)
    asked = words.statement(f"INSERT INTO {table} ({names}) VALUES ({blanks})")  # noqa: S608 ours
    try:
        with session.cursor() as cursor:
            cursor.executemany(asked.sql, (words.values(asked, one) for one in rows))
    except psycopg.Error as fault:
        raise faults.meaning(fault) from None
