"""Takes one unit out of a store that may hold several, and carries it into another store, whatever
engines they run on: a backup is one unit's and nobody else's, and an office moves from its PC to a
server and back."""

from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path

from shared.db import search
from shared.db.connection import Store, copy_store, reading, writing
from shared.db.engines.sqlite import SqliteEngine
from shared.db.schema import parents_first
from shared.store import schema
from shared.store.schema.tables import CARDS

# It is made anew where it arrives, by search.carry.
_INDEX = search.SEARCH_ROW.name


class RowsDiffer(Exception):
    """A row did not arrive as it was; the message names it."""


def copy_unit(db: Store, path: Path) -> None:
    """Write a copy of the store, as it stands at one moment, to a new SQLite file: with the rows of
    this unit alone, and no byte of another's. Raises StoreUnavailable, RowsDiffer."""
    if not isinstance(db.engine, SqliteEngine):
        copy = Store(path, db.commune_id)
        try:
            carry(db, copy)
        finally:
            copy.close()
        return
    copy_store(db, path)
    file = SqliteEngine(path)
    copy = Store(file, db.commune_id)
    try:
        if copy.row("SELECT 1 FROM commune WHERE commune_id <> :commune_id"):
            with writing(copy):
                search.forget_others(copy)
            file.keep_one_unit(copy.conn, copy.commune_id)
    finally:
        copy.close()


def carry(
    source: Store, target: Store, on_done: Callable[[int], None] = lambda tables: None
) -> None:
    """Put every row of the unit into another store, which does not hold it, and read all of them
    back: all or nothing. Its tables are made if it has none. Raises StoreUnavailable, StoreTooNew,
    RowsDiffer."""
    schema.migrate(target)
    with reading(source), writing(target):
        for card in parents_first(CARDS):
            if card.name != _INDEX:
                columns = ("commune_id", *card.every_column)
                target.engine.fill(target.conn, card.name, columns, source.each_raw(card))
            on_done(1)
        search.carry(source, target)
        for row in differences(source, target):
            raise RowsDiffer(f"{row} did not arrive as it was")


def differences(source: Store, target: Store) -> Iterator[str]:
    """Yield each row of the unit, as "table key", that two stores do not hold alike."""
    for card in CARDS:
        if card.name == _INDEX:
            continue
        for one, other in zip_longest(source.each_raw(card), target.each_raw(card)):
            if one != other:
                named = one or other
                yield f"{card.name} {' '.join(str(named[column]) for column in card.key)}"
                break


def remove(db: Store) -> None:
    """Delete every row of the unit, and what it leaves on the disk as far as the engine can. Raises
    StoreUnavailable."""
    cards = parents_first(CARDS)
    with writing(db):
        for card in reversed(cards):
            db.write(f"DELETE FROM {card.name} WHERE commune_id = :commune_id")  # noqa: S608 ours
    db.engine.tidy(db.conn, [card.name for card in cards])
