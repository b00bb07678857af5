"""The schema that the cards declare, written for SQLite, and whether a store has it.

search.py writes the full-text table; no other part of the schema stands anywhere else.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from shared.db.card import Column, Table
from shared.db.connection import Store

# How a file says that a table lies in its key.
IN_KEY = "WITHOUT ROWID"
# What one table is: its columns, keys, references, checks and indexes, in any order.
Form = frozenset[str]

# These differences do not matter: a CHECK allows NULL, a list of values has no order, and a DEFAULT
# is only for an INSERT without a value.
_NULL_OR = re.compile(r"\b\w+ IS NULL OR ")
_DEFAULT = re.compile(r" DEFAULT (?:'(?:[^']|'')*'|-?\d+)")
_ONE_OF = re.compile(r"CHECK \((\w+) = ([^()]*?)\)")
_IN_LIST = re.compile(r"\bIN \(([^()]*)\)")


def statements(cards: Sequence[Table[Any]]) -> list[str]:
    """Return the statements that make every table and index, each after the tables it refers to."""
    made = []
    for card in parents_first(cards):
        made.append(_table(card))
        made += _indexes(card)
    return made


def parents_first(cards: Sequence[Table[Any]]) -> list[Table[Any]]:
    """Return the cards in an order in which a table comes after those it refers to."""
    by_name = {card.name: card for card in cards}
    found: dict[str, Table[Any]] = {}

    def add(card: Table[Any]) -> None:
        if card.name in found:
            return
        for parent in (*card.foreign.values(), "commune"):
            if parent != card.name:
                add(by_name[parent])
        found[card.name] = card

    for card in cards:
        add(card)
    return list(found.values())


def wanted(cards: Iterable[Table[Any]]) -> dict[str, Form]:
    """Return the form of each table as its card declares it."""
    return {card.name: _form([_table(card), *_indexes(card)]) for card in cards}


def present(db: Store) -> dict[str, Form]:
    """Return the form of each table in a store, without other programs' tables."""
    found: dict[str, list[str]] = {}
    for table, sql in db.engine.declared(db.conn):
        found.setdefault(table, []).append(sql)
    return {table: _form(sql) for table, sql in found.items()}


def _table(card: Table[Any]) -> str:
    key = ", ".join(("commune_id", *(one for one in card.key if one != "commune_id")))
    is_commune = card.name == "commune"
    refers = card.of_commune or not (card.foreign or is_commune)
    lines = ["commune_id INTEGER " + ("PRIMARY KEY" if is_commune else "NOT NULL")]
    lines[0] += " REFERENCES commune" if refers else ""
    lines += [_column(name, column) for name, column in card.every_column.items()]
    lines += [] if is_commune else [f"PRIMARY KEY ({key})"]
    lines += [f"UNIQUE ({', '.join(('commune_id', *group))})" for group in card.unique]
    lines += [
        f"FOREIGN KEY (commune_id, {column}) REFERENCES {table} (commune_id, id)"
        for column, table in card.foreign.items()
    ]
    lines += [f"CHECK ({check})" for check in card.checks]
    kind = f"STRICT, {IN_KEY}" if card.in_key else "STRICT"
    return f"CREATE TABLE {card.name} (\n    " + ",\n    ".join(lines) + f"\n) {kind}"


def _column(name: str, column: Column) -> str:
    words = [name, column.type]
    if not column.null:
        words.append("NOT NULL")
    if column.default is not None:
        given = column.default
        words.append("DEFAULT " + (str(given) if isinstance(given, int) else f"'{given}'"))
    if column.check:
        check = column.check.format(name=name)
        words.append(f"CHECK ({check})")
    return " ".join(words)


def _indexes(card: Table[Any]) -> list[str]:
    kinds = (("INDEX", card.indexes), ("UNIQUE INDEX", card.unique_indexes))
    made = []
    for kind, indexes in kinds:
        for name, columns in indexes.items():
            listed, _, where = columns.partition(" WHERE ")
            rest = f" WHERE {where}" if where else ""
            made.append(f"CREATE {kind} {name} ON {card.name} (commune_id, {listed}){rest}")
    return made


def part(sql: str) -> str:
    """Return a column, a constraint or a statement without the differences that do not matter."""
    flat = _NULL_OR.sub("", _DEFAULT.sub("", _flat(sql)))
    return _IN_LIST.sub(_sorted, _ONE_OF.sub(_as_list, flat))


def parts(sql: str) -> Form:
    """Return the parts between the commas of a piece of a table's declaration, "" for none, each
    without the differences that do not matter."""
    return frozenset(one.strip() for one in _split(part(sql)) if one.strip())


def _form(sql: Iterable[str]) -> Form:
    """Return what the statements of one table declare: each part by itself, blanks made one."""
    parts: set[str] = set()
    for one in sql:
        flat = part(one)
        if not flat.startswith("CREATE TABLE"):
            parts.add(flat)
            continue
        head, _, rest = flat.partition("(")
        body, _, tail = rest.rpartition(")")
        parts |= {head.strip(), *(part.strip() for part in (*_split(body), *_split(tail)))}
    return frozenset(parts)


def _flat(sql: str) -> str:
    return re.sub(r"\s+", " ", sql).replace("( ", "(").replace(" )", ")").replace('"', "")


def _as_list(found: re.Match[str]) -> str:
    name, said = found[1], found[2]
    return f"CHECK ({name} IN ({said.replace(f' OR {name} = ', ', ')}))"


def _sorted(listed: re.Match[str]) -> str:
    return f"IN ({', '.join(sorted(listed[1].split(', ')))})"


def _split(body: str) -> list[str]:
    """Return the parts between commas that are in no bracket and no quote."""
    parts, depth, is_quoted, start = [], 0, False, 0
    for place, sign in enumerate(body):
        if sign == "'":
            is_quoted = not is_quoted
        elif not is_quoted and sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "," and depth == 0 and not is_quoted:
            parts.append(body[start:place])
            start = place + 1
    return [*parts, body[start:]]
