"""PostgreSQL as an engine: a pool of connections, and what makes many writers as safe as one.

There is no single writer here, so a write begins with a lock on its unit's row of `commune`: one
block of a unit at a time, in whatever program, and others' units go on. COMMIT is believed only if
its tag says so and nothing was warned of; otherwise nobody can say whether the block was kept, and
the key of what was sent makes a second try safe.
"""

import atexit
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from psycopg_pool import PoolClosed, PoolTimeout, TooManyRequests

from shared.db.engines import (
    BUSY_SECONDS,
    Schema,
    Statement,
    StoreUnavailable,
    StoreUnfit,
    WorkQueue,
)
from shared.db.engines.postgres import catalogue, faults, rewriting, server
from shared.db.engines.postgres.asking import PostgresRows, Question, question
from shared.db.engines.postgres.link import (
    Pool,
    PostgresLink,
    Session,
    insert_many,
    run,
    run_all,
)
from shared.db.engines.postgres.patience import Patience
from shared.db.engines.postgres.schema import DIALECT, PostgresSchema, lock_schema

# Most connections of one program.
MOST = 12
EVERY_UNIT = 0
# While the server is known to be away, a request does not wait for it.
_KNOWN_AWAY_SECONDS = 1.0
_GLANCE_SECONDS = 0.2
# Each write locks its unit's row, and the server keeps who locked it last. A lock is seen before
# its COMMIT, so it is said too whether that one may still be at it.
_WRITTEN = (
    "SELECT commune_id, xmax::text, xmax::text::bigint >="
    " pg_snapshot_xmin(pg_current_snapshot())::text::bigint % 4294967296 FROM commune"
)
# The lock is planned once a connection: planning it costs more than taking it.
_PREPARE_LOCK = (
    "PREPARE lock_unit (bigint) AS SELECT 1 FROM commune WHERE commune_id = $1 FOR NO KEY UPDATE"
)
# In these states something is begun and not committed.
_BEGUN = (TransactionStatus.INTRANS, TransactionStatus.INERROR)
# A transaction sees the rows of a unit until it ends, so that asking for it takes no message.
_SHOW = "SET LOCAL hienke.unit = '{}'; "
_SHOWN_FROM_NOW_ON = "SELECT set_config('hienke.unit', $1, false)"
# COMMIT returns before it is on the disk.
_NOT_AWAITED = "SET LOCAL synchronous_commit = off; "
# Who reads one snapshot (a report, a copy of a unit) may think for longer than who writes.
_BEGIN_READING = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {}"
    "SET LOCAL idle_in_transaction_session_timeout = '15min'"
)


class PostgresEngine:
    """A store on a server, for all threads of a program."""

    dialect = DIALECT
    is_light = True

    def __init__(self, url: str) -> None:
        self.url = url
        self._told = server.line_of(url)
        self._pool: Pool | None = None
        self._opening = threading.Lock()
        self._turns: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)
        self._patience = Patience()
        self._away_until = 0.0

    @property
    def shown(self) -> str:
        """The address without account and password."""
        return server.shown(self.url)

    @contextmanager
    def opening(self) -> Iterator[None]:
        """Nothing to tell apart: `connect` says what is wrong."""
        yield

    def connect(self, unit: int) -> PostgresLink:
        """Return a line; the first one looks at the server."""
        self._opened()
        return PostgresLink(self, unit)

    def bind(self, link: Any, unit: int) -> None:
        """Let the line see the rows of that unit."""
        link.unit = unit

    def units(self, link: Any) -> list[int]:
        """Return the units of the whole store; none if it has no tables yet."""
        if self.alone(EVERY_UNIT, "SELECT to_regclass('commune')").fetchone() == (None,):
            return []
        found = self.alone(EVERY_UNIT, "SELECT commune_id FROM commune ORDER BY commune_id")
        return [int(unit) for (unit,) in found]

    def alone(self, unit: int, sql: str, params: Any = None) -> PostgresRows:
        """Run one statement that is its own transaction. A read is tried again on a new connection
        if the line was dead; a write may have been kept, so it is not."""
        is_read = sql.lstrip()[:6].upper() == "SELECT"
        return self._alone(unit, [question(sql, params)], is_read=is_read)[0]

    def all_alone(self, unit: int, questions: Sequence[Question]) -> list[PostgresRows]:
        """Run reads in one message, as `alone` runs one."""
        return self._alone(unit, questions, is_read=True)

    def _alone(
        self, unit: int, questions: Sequence[Question], *, is_read: bool
    ) -> list[PostgresRows]:
        while True:
            session = self._next() if is_read else self._borrow(unit)
            try:
                return _asked_of(session, unit, questions)
            except psycopg.Error as fault:
                if not (is_read and session.closed):
                    raise faults.meaning(fault) from None
                is_read = False
                self._drop_dead()
            finally:
                self.give_back(session)

    def written(self) -> Mapping[int, object]:
        """Return for each unit who wrote last; never twice the same while somebody may be at it."""
        found = self.alone(EVERY_UNIT, _WRITTEN)
        return {
            int(unit): (last, time.monotonic() if is_open else 0.0) for unit, last, is_open in found
        }

    def waiting(
        self, units: Collection[int], queues: Collection[WorkQueue]
    ) -> Mapping[int, Collection[WorkQueue]]:
        """Return in which queues something waits, by unit."""
        asked = tuple(sorted(queues))
        found = self.alone(EVERY_UNIT, _waiting(asked), {"units": ",".join(map(str, units))})
        return {
            int(unit): {queue for queue, one in zip(asked, waits, strict=True) if one}
            for unit, *waits in found
        }

    @contextmanager
    def writing(self, link: Any, unit: int, *, is_awaited: bool = True) -> Iterator[None]:
        """BEGIN, lock the unit's row … COMMIT. Who waits for the others of its unit holds no
        connection meanwhile: a flood at one unit leaves them to the rest."""
        turn = self._turns[unit]
        if not turn.acquire(timeout=BUSY_SECONDS):
            raise StoreUnavailable("others of this unit are writing")
        try:
            with self._in_turn(link, unit, "" if is_awaited else _NOT_AWAITED):
                yield
        finally:
            turn.release()

    @contextmanager
    def _in_turn(self, link: Any, unit: int, how: str) -> Iterator[None]:
        session = self._begin(link.unit, lambda one, show: _lock_unit(one, show + how, unit))
        link.held = session
        try:
            yield
            self._commit(session)
        finally:
            link.held = None
            self.give_back(session)

    def settle(self) -> None:
        """Nothing to do: what can be read is on the server's disk."""

    @contextmanager
    def reading(self, link: Any) -> Iterator[None]:
        """A transaction that reads one snapshot."""
        session = self._begin(link.unit, lambda one, show: one.tell(_BEGIN_READING.format(show)))
        link.held = session
        try:
            yield
            run(session, "COMMIT")
        finally:
            link.held = None
            self.give_back(session)

    @contextmanager
    def migrating(self, link: Any) -> Iterator[Schema]:
        """One transaction over all steps, behind a lock of the whole store."""
        session = self._begin(EVERY_UNIT, lambda one, show: one.tell(lock_schema(show)))
        link.held = session
        try:
            yield PostgresSchema(session)
            self._commit(session)
        finally:
            link.held = None
            self.give_back(session)

    def schema(self, link: Any) -> Schema:
        """Return the schema to look at."""
        return PostgresSchema(link)

    def tables(self, link: Any) -> list[str]:
        """Return the tables with a unit in each row."""
        return catalogue.tables(link)

    def declared(self, link: Any) -> list[tuple[str, str]]:
        """Return nothing: PostgreSQL keeps no statement as it was written."""
        return []

    def integrity(self, link: Any) -> Iterator[str]:
        """Yield broken pages, indexes and constraints, and tables that are not locked by unit."""
        return catalogue.broken(link)

    def references(self, link: Any, unit: int) -> Iterator[str]:
        """Yield the unit's rows that refer to nothing."""
        return catalogue.dangling(link, unit)

    def reading_broken_text(self, link: Any) -> "nullcontext[None]":
        """Nothing to do: the server gives no text that is none."""
        return nullcontext()

    def snapshot(self, link: Any, to: Path) -> None:
        """Refuse: a server's store may hold many units, and one of them is carried
        (shared/store/schema/one_unit.py). Raises StoreUnfit."""
        raise StoreUnfit(f"The store {self.shown} is not in a file, and is not copied as one.")

    def fill(
        self, link: Any, table: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]
    ) -> None:
        """Send the rows one behind the other."""
        insert_many(link.held, table, columns, rows)

    def write_all(self, link: Any, statements: Sequence[Statement]) -> None:
        """Ask once."""
        run_all(link.held, statements)

    def at_once(self, link: Any, reads: Sequence[Callable[[], Any]]) -> list[Any]:
        """Ask what they ask first in one message."""
        found: list[Any] = link.at_once(reads)
        return found

    def tidy(self, link: Any, tables: Sequence[str] = ()) -> bool:
        """Write these tables anew, without what was emptied in them."""
        session = self._borrow(EVERY_UNIT)
        try:
            return rewriting.rewrite(session, tables)
        finally:
            self.give_back(session)

    def sizes(self) -> Mapping[str, int]:
        """Return the size of the whole database; its journal is the server's matter."""
        with suppress(StoreUnavailable):
            found = self.alone(EVERY_UNIT, "SELECT pg_database_size(current_database())")
            return {"database": int(found.fetchone()[0]), "journal": 0}
        return {"database": 0, "journal": 0}

    def give_back(self, session: Session) -> None:
        """Give a connection back to the pool; what was begun and not committed is undone."""
        if session.pgconn.transaction_status in _BEGUN:
            with suppress(psycopg.Error):
                session.tell("ROLLBACK")
        if session.pgconn.transaction_status != TransactionStatus.IDLE:
            session.close()
        if self._pool is not None:
            self._pool.putconn(session)

    def close(self) -> None:
        """Close the pool. A program that ends does it by itself."""
        atexit.unregister(self.close)
        with self._opening:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def _opened(self) -> Pool:
        if self._pool is not None:
            return self._pool
        with self._opening:
            if self._pool is None:
                server.check(self.url, self._told)
                # Left to the interpreter, a pool waits seconds for its threads, which have stopped
                # by then, and complains on stderr behind a command's last sentence.
                atexit.register(self.close)
                self._pool = Pool(
                    connection_class=Session, kwargs=dict(self._told), min_size=1, max_size=MOST,
                    open=True, configure=server.set_up, timeout=BUSY_SECONDS, max_idle=300,
                    reconnect_timeout=2, name="hienke",
                )  # fmt: skip
            return self._pool

    def _borrow(self, unit: int) -> Session:
        """Return a connection that sees the rows of `unit`. Raises StoreUnavailable."""
        return self._tried(self._next, lambda session: _asked_of(session, unit, ()))

    def _next(self) -> Session:
        """Return a connection of the pool. Raises StoreUnavailable."""
        is_away = time.monotonic() < self._away_until
        try:
            session = self._opened().getconn(_GLANCE_SECONDS if is_away else BUSY_SECONDS)
        except (PoolTimeout, PoolClosed, TooManyRequests):
            self._away_until = time.monotonic() + _KNOWN_AWAY_SECONDS
            raise StoreUnavailable(f"no line to {self.shown} is free") from None
        self._away_until = 0.0
        return session

    def _begin(self, unit: int, how: Callable[[Session, str], object]) -> Session:
        """Return a connection in a transaction that sees the rows of `unit`: `how` begins it, with
        the words that show them. Raises StoreUnavailable."""
        show = _SHOW.format(int(unit))
        return self._tried(self._next, lambda one: how(one, "" if one.unit == unit else show))

    def _tried(
        self, take: Callable[[], Session], how: Callable[[Session], object], *, again: bool = True
    ) -> Session:
        """Return a connection on which `how` went well. Nothing was written yet, so a dead line is
        tried once more. Raises StoreUnavailable."""
        session = take()
        try:
            how(session)
            return session
        except psycopg.Error as fault:
            self.give_back(session)
            if not (again and session.closed):
                raise faults.meaning(fault) from None
        self._drop_dead()
        return self._tried(take, how, again=False)

    def _commit(self, session: Session) -> None:
        """Commit, and believe it only if the server says so plainly. Raises StoreUnavailable."""
        session.warnings.clear()
        try:
            with self._patience.waiting(session):
                said = session.tell("COMMIT")
        except psycopg.Error as fault:
            raise faults.at_commit(fault) from None
        if said != b"COMMIT":
            raise StoreUnavailable("the server undid the block: a fault in it was passed over")
        if session.warnings:
            told = session.warnings[0]
            session.close()
            raise StoreUnavailable(f"nobody can say whether it was kept: {told}")

    def _drop_dead(self) -> None:
        """Replace all idle connections that a restart of the server has cut."""
        if self._pool is not None:
            self._pool.check()


@lru_cache(maxsize=16)
def _waiting(queues: tuple[WorkQueue, ...]) -> str:
    """Return what asks whether something waits in these queues, of some units. LIMIT: the first row
    that is found answers, by an index, where EXISTS may read the whole table once for all."""
    asked = "".join(
        f", (SELECT 1 FROM {one.table} WHERE {one.table}.commune_id = asked.unit"  # noqa: S608 ours
        f" AND {one.which} LIMIT 1)"
        for one in queues
    )
    units = "unnest(string_to_array(:units, ',')::bigint[]) AS asked (unit)"
    return f"SELECT asked.unit{asked} FROM {units}"  # noqa: S608 ours


def _lock_unit(session: Session, first: str, unit: int) -> None:
    """Begin to write, alone in the unit; `first` is what is set for the transaction."""
    begin = f"BEGIN; {first}EXECUTE lock_unit ({int(unit)})"
    if session.can_lock:
        # Whoever said DEALLOCATE ALL on this connection let go of it.
        with suppress(psycopg.errors.InvalidSqlStatementName):
            session.tell(begin)
            return
        session.tell("ROLLBACK")
    session.tell(_PREPARE_LOCK)
    session.can_lock = True
    session.tell(begin)


def _asked_of(session: Session, unit: int, questions: Sequence[Question]) -> list[PostgresRows]:
    """Ask by a connection that sees the rows of `unit` from now on. If it saw another's, that goes
    in front of the questions, in the same message; it does not hold unless all went well."""
    if session.unit == unit:
        if len(questions) > 1:
            return session.ask_all(questions)
        return [session.ask(*one) for one in questions]
    session.unit = None
    _, *found = session.ask_all([(_SHOWN_FROM_NOW_ON, [str(unit)]), *questions])
    session.unit = unit
    return found
