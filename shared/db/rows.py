"""Reads and writes the rows of a table by its card.

A row comes as the card's value. Numbers are stored encrypted, and sealed rows carry a hash of their
content (checksums.py): both are done here, so that no module does them by hand. Queries over more
than one table stay plain SQL beside it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, overload

from shared.db.card import Table
from shared.db.checksums import seal_of
from shared.db.engines import Engine, Statement, StoreLink
from shared.domain.record import Record, asdict, names_of

R = TypeVar("R", bound=Record)
A = TypeVar("A")
B = TypeVar("B")
Row = tuple[Any, ...]


class Rows:
    """The rows of one unit, read and written by SQL, or by the cards of their tables. `encrypt`
    and `decrypt` use the unit's key. SQL has named parameters; `:commune_id` is always bound."""

    engine: Engine
    conn: StoreLink
    commune_id: int
    encrypt: Callable[[Any], Any]
    decrypt: Callable[[Any], Any]

    def rows(self, sql: str, **params: Any) -> list[Row]:
        """Return every row of a query."""
        return self.conn.execute(sql, {"commune_id": self.commune_id, **params}).fetchall()

    def row(self, sql: str, **params: Any) -> Row | None:
        """Return the first row of a query, or None."""
        found: Row | None = self.conn.execute(
            sql, {"commune_id": self.commune_id, **params}
        ).fetchone()
        return found

    def each(self, sql: str, **params: Any) -> Iterator[Row]:
        """Yield the rows of a query that finds many, as they come."""
        yield from self.conn.execute(sql, {"commune_id": self.commune_id, **params})

    def records(self, sql: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Yield the rows of a query as they come, by column."""
        found = self.conn.execute(sql, {"commune_id": self.commune_id, **params})
        names = [column[0] for column in found.description]
        for row in found:
            yield dict(zip(names, row, strict=True))

    def write(self, sql: str, **params: Any) -> int:
        """Run one writing statement inside `writing` and return the number of rows it touched."""
        return self.conn.execute(sql, {"commune_id": self.commune_id, **params}).rowcount

    @overload
    def at_once(self, one: Callable[[], A], two: Callable[[], B], /) -> tuple[A, B]: ...

    @overload
    def at_once(self, *reads: Callable[[], Any]) -> tuple[Any, ...]: ...

    def at_once(self, *reads: Callable[[], Any]) -> tuple[Any, ...]:
        """Return what each of these reads returns. What they ask first goes to a server in one
        message; so a read may be called twice, and writes nothing and remembers nothing before it
        has asked. Raises what they raise."""
        return tuple(self.engine.at_once(self.conn, reads))

    def get(self, card: Table[R], where: str, **params: Any) -> R | None:
        """Return the first row of `where` ("id = :id"), or None."""
        found = self.conn.execute(
            _select(card, where), {"commune_id": self.commune_id, **params}
        ).fetchone()
        return None if found is None else self.value(card, found)

    def all(self, card: Table[R], where: str = "", **params: Any) -> list[R]:
        """Return the rows of `where` ("state = 'new' ORDER BY id"), every row without it."""
        found = self.conn.execute(
            _select(card, where), {"commune_id": self.commune_id, **params}
        ).fetchall()
        return [self.value(card, one) for one in found]

    def value(self, card: Table[R], found: Sequence[Any]) -> R:
        """Return the row's value from its stored columns, in the order of `columns_of`."""
        assert card.row is not None, f"the card of {card.name} has no row"
        turns = _turns(card)
        if not turns:
            return card.row(*found)
        values = list(found)
        for place, is_encrypted, read in turns:
            if values[place] is not None:
                given = self.decrypt(values[place]) if is_encrypted else values[place]
                values[place] = given if read is None else read(given)
        return card.row(*values)

    def insert(self, card: Table[Any], row: Any, **more: Any) -> None:
        """Insert a row: a value of the card, or its values by column; `more` adds columns that the
        value does not have. The commune, the encryption and the seal are added. Raises
        IntegrityError."""
        made = self.inserting(card, row, **more)
        self.conn.execute(*made)
        if card.on_write is not None:
            self._run(card.on_write(self, None, made.values))

    def inserting(self, card: Table[Any], row: Any, **more: Any) -> Statement:
        """Return the statement by which `insert` inserts a row, for `write_all`; what the card's
        `on_write` returns is not in it."""
        start = card.start if card.sealed else {}
        whole = {"commune_id": self.commune_id, **start, **_given(row), **more}
        self._store(card, whole)
        if card.sealed:
            whole["content_hash"] = seal_of(whole)
        return Statement(_insert_sql(card.name, tuple(whole)), whole)

    def inserting_once(self, card: Table[Any], per: str, row: Any) -> Statement:
        """Return the statement that inserts a row unless one with its `per`, a unique column, is
        there already."""
        sql, values = self.inserting(card, row)
        return Statement(_once(sql, per), values)

    def statement(self, sql: str, **params: Any) -> Statement:
        """Return a writing statement with its values, for `write_all`."""
        return Statement(sql, {"commune_id": self.commune_id, **params})

    def write_all(self, *statements: Statement) -> None:
        """Run writing statements inside `writing`, as one where the engine can: none reads what
        another of them writes. Raises IntegrityError."""
        if statements:
            self.engine.write_all(self.conn, statements)

    def change(self, card: Table[Any], key: Mapping[str, Any], changes: Mapping[str, Any]) -> bool:
        """Change the one row of `key` and seal it again; return whether there was one."""
        stored = dict(changes)
        self._store(card, stored)
        return self.change_raw(card, key, stored)

    def change_raw(
        self, card: Table[Any], key: Mapping[str, Any], changes: Mapping[str, Any]
    ) -> bool:
        """Change the one row of `key` to values as they are stored, already encrypted."""
        whole: dict[str, Any] = {"commune_id": self.commune_id, **key, **changes}
        sets, row = list(changes), None
        if card.sealed:
            rows = self.raw(card, **key)
            if not rows:
                return False
            [row] = rows
            whole = {**row, **changes}
            whole["content_hash"] = seal_of(whole)
            sets.append("content_hash")
        listed = ", ".join(f"{column} = :{column}" for column in sets)
        changed = self.conn.execute(
            f"UPDATE {card.name} SET {listed} WHERE {_is_row(key)}",  # noqa: S608 names are ours
            whole,
        )
        if card.on_write is not None:
            self._run(card.on_write(self, row, whole))
        return bool(changed.rowcount)

    def raw(self, card: Table[Any], **key: Any) -> list[dict[str, Any]]:
        """Return whole rows as they are stored, by column, in the order they were written."""
        return list(self.each_raw(card, **key))

    def each_raw(self, card: Table[Any], **key: Any) -> Iterator[dict[str, Any]]:
        """Yield what `raw` returns, as it comes."""
        order = ", ".join(("commune_id", *card.key))  # ids are in the order they were made
        return self.records(
            f"SELECT * FROM {card.name} WHERE {_is_row(key)} ORDER BY {order}",  # noqa: S608
            **key,
        )

    def _run(self, statements: Iterable[Statement]) -> None:
        for one in statements:
            self.conn.execute(*one)

    def _store(self, card: Table[Any], values: dict[str, Any]) -> None:
        """Turn values by column into what lies in the file."""
        for name, is_encrypted, write in _puts(card):
            value = values.get(name)
            if value is not None:
                if write is not None:
                    value = write(value)
                values[name] = self.encrypt(value) if is_encrypted else value


def columns_of(card: Table[Any], table: str = "") -> str:
    """Return a SELECT's list of the columns of a card's value, each after `table` if given."""
    assert card.row is not None, f"the card of {card.name} has no row"
    kind: Any = card.row
    return _columns(kind, f"{table}." if table else "")


def _is_row(key: Iterable[str]) -> str:
    """Return the condition for a row by the columns of a key, with the commune."""
    return " AND ".join(f"{column} = :{column}" for column in ("commune_id", *key))


def _given(row: Any) -> Mapping[str, Any]:
    if isinstance(row, Mapping):
        return row
    return asdict(row)


@cache
def _columns(kind: Any, before: str) -> str:
    return ", ".join(before + name for name in names_of(kind))


@cache
def _once(sql: str, per: str) -> str:
    """Return an INSERT that does nothing where its row is; the same text, whose hash is known."""
    return f"{sql} ON CONFLICT (commune_id, {per}) DO NOTHING"


_Turn = tuple[int, bool, Callable[[Any], Any] | None]
_Put = tuple[str, bool, Callable[[Any], Any] | None]
_put_cache: dict[str, list[_Put]] = {}
_turn_cache: dict[str, list[_Turn]] = {}
_select_cache: dict[str, str] = {}
_insert_cache: dict[tuple[str, tuple[str, ...]], str] = {}


def _turns(card: Table[Any]) -> list[_Turn]:
    """Return which values of a row are decrypted, read or both."""
    turns = _turn_cache.get(card.name)
    if turns is None:
        columns = card.every_column
        turns = [
            (place, columns[name].encrypted, columns[name].read)
            for place, name in enumerate(names_of(card.row) if card.row else ())
            if columns[name].encrypted or columns[name].read is not None
        ]
        _turn_cache[card.name] = turns
    return turns


def _puts(card: Table[Any]) -> list[_Put]:
    """Return which columns are encrypted, written otherwise than given, or both."""
    puts = _put_cache.get(card.name)
    if puts is None:
        puts = _put_cache[card.name] = [
            (name, column.encrypted, column.write)
            for name, column in card.every_column.items()
            if column.encrypted or column.write is not None
        ]
    return puts


def _select(card: Table[Any], where: str) -> str:
    start = _select_cache.get(card.name)
    if start is None:
        start = f"SELECT {columns_of(card)} FROM {card.name} WHERE commune_id = :commune_id"  # noqa: S608
        _select_cache[card.name] = start
    if not where:
        return start
    return f"{start} {where}" if where.startswith("ORDER BY") else f"{start} AND {where}"


def _insert_sql(table: str, columns: tuple[str, ...]) -> str:
    sql = _insert_cache.get((table, columns))
    if sql is None:
        names = ", ".join(columns)
        blanks = ", ".join(f":{column}" for column in columns)
        sql = f"INSERT INTO {table} ({names}) VALUES ({blanks})"  # noqa: S608
        _insert_cache[table, columns] = sql
    return sql
