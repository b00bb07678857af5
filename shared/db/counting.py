"""How many rows several questions would find, asked of the store in one statement.

A question is the very function that lists the rows. It is put to a store that only notes the
statement, so the number and the list cannot differ.
"""

import copy
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from shared.db.connection import Store
from shared.db.engines import Statement
from shared.domain.record import Record

_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]\w*)")
# In which order rows come, and how many are wanted, at the end of a statement.
_ORDER = re.compile(r" ORDER BY [^()]*$")
_COUNT = "SELECT count(*)"
# Statements are ours and few: a role asks the same ones on every page.
_KEPT = 64


class Countable(Record):
    """A question, `ask`, that reads one statement and keeps all its rows; it counts up to `most`.
    With `is_count` the statement counts by itself, and the question counts as one or none."""

    ask: Callable[[Store], object]
    most: int
    is_count: bool = False


class _NothingFound:
    """What a noted statement gives: no rows."""

    description: Sequence[Sequence[Any]] = ()
    rowcount = 0

    def fetchone(self) -> None:
        """Return no row."""

    def fetchall(self) -> list[Any]:
        """Return no rows."""
        return []

    def __iter__(self) -> Iterator[Any]:
        return iter(())


@dataclass
class _Noting:
    """A line to no store: it notes what it is asked."""

    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    in_transaction = False

    def execute(self, sql: str, params: Any = (), /) -> _NothingFound:
        """Note a statement."""
        self.asked.append((sql, params))
        return _NothingFound()

    def said(self) -> tuple[str, dict[str, Any]]:
        """Return the one statement that was asked since the last look, and its values."""
        [one] = self.asked
        self.asked.clear()
        return one

    def close(self) -> None:
        """Do nothing: there is no line."""


def number(db: Store, counting: Statement | None) -> int:
    """Return what a statement of `statement` counts, 0 where nothing is asked."""
    row = db.row(counting.sql, **counting.values) if counting else None
    return int(row[0]) if row else 0


def statement(db: Store, questions: Sequence[Countable], most: int) -> Statement | None:
    """Return the statement that counts how many rows the questions find together, and goes on until
    it has counted `most`; None if nothing is asked."""
    if not questions:
        return None
    noting, line = copy.copy(db), _Noting()
    noting.conn = line
    parts: list[tuple[str, int, bool]] = []
    given: dict[str, Any] = {}
    for at, question in enumerate(questions):
        question.ask(noting)
        sql, params = line.said()
        parts.append((sql, question.most, question.is_count))
        for name, value in params.items():
            given[_renamed(name, at)] = value
    del given["commune_id"]
    return Statement(_sum_of(tuple(parts), most), given)


@lru_cache(_KEPT)
def _sum_of(parts: tuple[tuple[str, int, bool], ...], most: int) -> str:
    counted = " UNION ALL ".join(
        f"SELECT 1 FROM ({_first(_numbered(sql, at), limit, is_count)}) AS counted_{at}"  # noqa: S608
        for at, (sql, limit, is_count) in enumerate(parts)
    )
    return f"SELECT count(*) FROM ({counted} LIMIT {most}) AS counted"  # noqa: S608 ours


def _first(sql: str, limit: int, is_count: bool) -> str:
    """Return a statement that finds as many rows as a question's, in no order and without what only
    its columns need: then an engine reads nothing that is not counted."""
    if is_count:
        assert sql.startswith(_COUNT), sql
        return f"SELECT 1{sql.removeprefix(_COUNT)} LIMIT 1"
    return f"SELECT 1 FROM ({_ORDER.sub('', sql)}) AS found LIMIT {limit}"  # noqa: S608 ours


def _numbered(sql: str, at: int) -> str:
    """Return a statement whose parameters are told from those of the others."""
    return _PARAMETER.sub(lambda found: f":{_renamed(found[1], at)}", sql)


def _renamed(name: str, at: int) -> str:
    return name if name == "commune_id" else f"{name}_{at}"
