"""Asks the server by libpq itself, with statements that each connection has prepared.

The driver's cursors do the same and take three times as long for it (decision 110). What they are
not needed for goes this way; values and rows are turned by the driver's own types all the same.
"""

import select
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

from shared.db.engines.postgres import words

# Statements that a connection keeps prepared, and texts that it remembers to have run once.
MOST_PREPARED = 400
_MOST_SEEN = 2_000
# The server knows no statement of that name, or a table has got other columns since: it was not
# run, and is prepared anew.
_FORGOTTEN = frozenset({"26000", "0A000"})
_GOOD = frozenset({ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK, ExecStatus.EMPTY_QUERY})

T = TypeVar("T")
Question = tuple[str, list[Any]]
_Told = tuple[bytes | None, Sequence[Any], tuple[int, ...], Any]
_Key = tuple[str, tuple[int, ...]]


class PostgresRows:
    """What a statement found, all of it."""

    __slots__ = ("_left", "_result", "rowcount")

    def __init__(self, result: PGresult, found: list[tuple[Any, ...]]) -> None:
        touched = result.command_tuples
        self.rowcount = -1 if touched is None else touched
        self._result = result
        self._left = iter(found)

    @property
    def description(self) -> Any:
        """The columns, as DB-API 2.0 has them, but for their names alone; few ask."""
        names = (self._result.fname(place) or b"" for place in range(self._result.nfields))
        return [(name.decode(),) for name in names]

    def fetchone(self) -> Any:
        """Return the next row, or None."""
        return next(self._left, None)

    def fetchall(self) -> list[Any]:
        """Return all rows that are left."""
        return list(self._left)

    def __iter__(self) -> Any:
        return self._left


class Asking:
    """Asks by one connection. What is asked for the second time is prepared: it is asked all
    day."""

    def __init__(self, session: "psycopg.Connection[Any]") -> None:
        self._pgconn = session.pgconn
        self._turning = Transformer(session)
        self._names: OrderedDict[_Key, bytes] = OrderedDict()
        self._seen: set[_Key] = set()
        self._made = 0
        self._poll: select.poll | None = None

    def tell(self, said: str) -> bytes:
        """Run statements without values and return the tag of the last. Raises psycopg.Error."""
        return self._good(self._pgconn.exec_(said.encode())).command_status or b""

    def ask(self, sql: str, values: list[Any]) -> PostgresRows:
        """Run one statement with its values in their order. Raises psycopg.Error."""
        return self._again_if_forgotten(lambda: self._asked(sql, values))

    def forget(self) -> None:
        """Prepare anew what is asked from now on."""
        self._names.clear()
        self._seen.clear()

    def ask_all(self, questions: Sequence[Question]) -> list[PostgresRows]:
        """Run statements one after the other, in one message and with one answer: all of them, or
        none that changes anything. Raises psycopg.Error."""
        return self._again_if_forgotten(lambda: self._asked_together(questions))

    def _again_if_forgotten(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except psycopg.Error as fault:
            if fault.sqlstate not in _FORGOTTEN:
                raise
            self.forget()
            if self._pgconn.transaction_status != TransactionStatus.IDLE:
                raise psycopg.OperationalError("what was prepared is gone") from None
        return ask()

    def _asked(self, sql: str, values: list[Any]) -> PostgresRows:
        name, given, types, formats = self._told(sql, values)
        if name:
            result = self._pgconn.exec_prepared(name, given, formats)
        else:
            result = self._pgconn.exec_params(sql.encode(), given, types, formats)
        return self._rows(self._good(result))

    def _asked_together(self, questions: Sequence[Question]) -> list[PostgresRows]:
        pgconn = self._pgconn
        told = [self._told(*one) for one in questions]  # what must be prepared is, before
        pgconn.enter_pipeline_mode()
        try:
            for (sql, _), (name, given, types, formats) in zip(questions, told, strict=True):
                if name:
                    pgconn.send_query_prepared(name, given, formats)
                else:
                    pgconn.send_query_params(sql.encode(), given, types, formats)
            pgconn.pipeline_sync()
            answers = self._answers()
        finally:
            if pgconn.status == ConnStatus.OK:
                pgconn.exit_pipeline_mode()
        # Behind a fault the server answers that it went no further: the fault comes first.
        return [self._rows(one) for one in [self._good(one) for one in answers]]

    def _answers(self) -> list[PGresult]:
        """Return the answers of a pipeline. `get_result` would keep all other threads waiting for
        the server, so it is called when there is something."""
        pgconn = self._pgconn
        answers: list[PGresult] = []
        self._wait_until_sent()
        while True:
            while pgconn.is_busy():
                self._wait(select.POLLIN)
            result = pgconn.get_result()
            if result is None:  # the end of one question's answers
                if pgconn.status != ConnStatus.OK:
                    raise psycopg.OperationalError(pgconn.get_error_message())
            elif result.status == ExecStatus.PIPELINE_SYNC:
                return answers
            else:
                answers.append(result)

    def _wait_until_sent(self) -> None:
        """Take what the server says meanwhile: it might not listen until somebody does."""
        while self._pgconn.flush():
            self._wait(select.POLLIN | select.POLLOUT)

    def _wait(self, until: int) -> None:
        poll = self._poll
        if poll is None:
            poll = self._poll = select.poll()
        poll.register(self._pgconn.socket, until)
        [(_, came)] = poll.poll()
        if came & ~select.POLLOUT:
            self._pgconn.consume_input()

    def _told(self, sql: str, values: list[Any]) -> _Told:
        """Return the name of a prepared statement, None for none, and its values with their types
        and formats."""
        turning = self._turning
        given = turning.dump_sequence(values, [PyFormat.AUTO] * len(values))
        types = turning.types or ()
        return self._name(sql, types), given, types, turning.formats

    def _rows(self, result: PGresult) -> PostgresRows:
        count = result.ntuples
        if not count:
            return PostgresRows(result, [])
        self._turning.set_pgresult(result)
        found = words.rows(self._turning.load_rows(0, count, tuple))
        self._turning.set_pgresult(None)  # a row that was read stays nowhere
        return PostgresRows(result, found)

    def _name(self, sql: str, types: tuple[int, ...]) -> bytes | None:
        """Return the name of a prepared statement, None when it is asked for the first time."""
        key = sql, types
        name = self._names.get(key)
        if name is not None:
            self._names.move_to_end(key)
        elif key in self._seen:
            name = self._prepared(key)
        else:
            if len(self._seen) >= _MOST_SEEN:
                self._seen.clear()
            self._seen.add(key)
        return name

    def _prepared(self, key: _Key) -> bytes:
        self._made += 1
        name = f"ours_{self._made}".encode()
        self._good(self._pgconn.prepare(name, key[0].encode(), key[1]))
        self._names[key] = name
        if len(self._names) > MOST_PREPARED:
            _, oldest = self._names.popitem(last=False)
            self._pgconn.exec_(b"DEALLOCATE " + oldest)
        return name

    def _good(self, result: PGresult) -> PGresult:
        """Return an answer that is no fault. Raises psycopg.Error."""
        if result.status in _GOOD:
            return result
        if self._pgconn.status != ConnStatus.OK:
            raise psycopg.OperationalError(self._pgconn.get_error_message())
        raise error_from_result(result)


def question(sql: str, params: Any = None) -> Question:
    """Return a statement of ours and its values as the server takes them."""
    if not params:
        return sql, []
    asked = words.statement(sql)
    return asked.sql, words.values(asked, params)
