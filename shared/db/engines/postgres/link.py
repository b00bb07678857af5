"""One thread's line to PostgreSQL. It holds a connection of the pool for as long as a statement or
a transaction lasts, and none between."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg_pool import ConnectionPool

from shared.db.engines import Statement
from shared.db.engines.postgres import faults, words

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


class Pool(ConnectionPool[Session]):
    """The connections of a program. Whoever asks gets the one that was used last: it has prepared
    what is asked all day, where each of the others would plan it anew."""

    def _get_ready_connection(self, timeout: float | None) -> Session | None:
        self._pool.rotate()  # the last becomes the first, which is given out
        return super()._get_ready_connection(timeout)


class PostgresRows:
    """What a statement found, all of it."""

    def __init__(self, cursor: psycopg.Cursor[tuple[Any, ...]]) -> None:
        self.rowcount = cursor.rowcount
        self._cursor = cursor
        has_rows = cursor.pgresult is not None and cursor.pgresult.nfields > 0
        self._left = iter(words.rows(cursor.fetchall()) if has_rows else [])

    @property
    def description(self) -> Any:
        """The columns, as DB-API 2.0 has them; few ask, and making it takes its time."""
        return self._cursor.description

    def fetchone(self) -> Any:
        """Return the next row, or None."""
        return next(self._left, None)

    def fetchall(self) -> list[Any]:
        """Return all rows that are left."""
        return list(self._left)

    def __iter__(self) -> Iterator[Any]:
        return self._left


class PostgresLink:
    """A line that sees the rows of `unit`, of every unit if that is 0."""

    def __init__(self, engine: "PostgresEngine", unit: int) -> None:
        self.unit = unit
        # The connection of the transaction that goes on.
        self.held: Session | None = None
        self._engine = engine

    @property
    def in_transaction(self) -> bool:
        """True between the begin and the end of `writing` or `reading`."""
        return self.held is not None

    def execute(self, sql: str, params: Any = None, /) -> PostgresRows:
        """Run one statement. Outside a transaction it stands for itself."""
        if self.held is not None:
            return run(self.held, sql, params)
        return self._engine.alone(self.unit, sql, params)

    def close(self) -> None:
        """End what goes on, if anything does."""
        held, self.held = self.held, None
        if held is not None:
            self._engine.give_back(held)


def run(session: Session, sql: str, params: Any = None) -> PostgresRows:
    """Run one statement on a connection. Raises StoreUnavailable, IntegrityError, DatabaseError."""
    try:
        if params:
            asked = words.statement(sql)
            return PostgresRows(session.execute(asked.sql, words.values(asked, params)))
        return PostgresRows(session.execute(sql))
    except psycopg.Error as fault:
        raise faults.meaning(fault) from None


def run_all(session: Session, statements: Sequence[Statement]) -> None:
    """Run writing statements as one. Raises StoreUnavailable, IntegrityError, DatabaseError."""
    asked = words.together(tuple(one.sql for one in statements))
    given: list[Any] = []
    for one, names in zip(statements, asked.names, strict=True):
        given += map(one.values.__getitem__, names)
    try:
        session.execute(asked.sql, words.kept(given))
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
