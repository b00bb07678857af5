"""The one way to read and write a store, whatever engine it runs on (shared/db/engines)."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import copy
from pathlib import Path
from typing import Any

from shared.db.card import Table
from shared.db.encryption import Cipher, NoCipher
from shared.db.engines import (
    BUSY_SECONDS,
    StoreDamaged,
    StoreMissing,
    StoreUnavailable,
    StoreUnfit,
    UnitUnknown,
)
from shared.db.engines.choosing import Place, engine_at
from shared.db.engines.sqlite import DatabaseError, IntegrityError, open_beside
from shared.db.rows import Rows
from shared.domain import unit_number

__all__ = [
    "BUSY_SECONDS", "RETRY_AFTER_SECONDS", "DatabaseError", "IntegrityError", "Store",
    "StoreDamaged", "StoreMissing", "StoreUnavailable", "StoreUnfit", "UnitUnknown", "clear_out",
    "copy_store", "open_beside", "open_store", "reading", "rehearsing", "remaking", "writing",
]  # fmt: skip

RETRY_AFTER_SECONDS = 2

# No unit has this number, so a query finds nothing.
_UNSAID = 0


class Store(Rows):
    """One thread's line to a store, bound to the unit whose number is `commune_id`. Its `cipher`
    encrypts and decrypts; without one, touching an encrypted column raises KeyMissing."""

    def __init__(self, place: Place, commune_id: int, cipher: Cipher | None = None) -> None:
        self.engine = engine_at(place)
        self.conn = self.engine.connect(commune_id)
        self.commune_id = commune_id
        self.has_key = cipher is not None
        self.cipher = cipher or NoCipher()
        self.encrypt, self.decrypt = self.cipher.encrypt, self.cipher.decrypt

    def twin(self) -> "Store":
        """Return a line of its own to the same store, for another thread."""
        found = copy(self)
        found.conn = self.engine.connect(self.commune_id)
        return found

    def close(self) -> None:
        """Give the line back."""
        self.conn.close()


def open_store(place: Place, unit: int | None = None, cipher: Cipher | None = None) -> Store:
    """Return a store for the calling thread, bound to the unit of that number; without one, to the
    only unit that it holds. Raises StoreMissing, StoreUnavailable, StoreDamaged, StoreUnfit,
    UnitUnknown."""
    engine = engine_at(place)
    with engine.opening():
        db = Store(engine, unit or _UNSAID, cipher)
        try:
            db.commune_id = _unit_in(db, unit)
            engine.bind(db.conn, db.commune_id)
        except BaseException:
            db.close()
            raise
        return db


@contextmanager
def writing(db: Store) -> Iterator[None]:
    """Begin … commit: all of the block is on disk when it ends, or none of it.

    Raises StoreUnavailable when the store is busy for longer than 4 s, full or read-only.
    A block inside another joins it. Never call a gateway in here.
    """
    if db.conn.in_transaction:
        yield
        return
    with db.engine.writing(db.conn, db.commune_id):
        yield


@contextmanager
def remaking(db: Store) -> Iterator[None]:
    """Write as `writing` does what was told to nobody and would be made again, if a server crashed
    just after it and undid the whole block: it does not wait for its disk. Raises
    StoreUnavailable."""
    if db.conn.in_transaction:
        yield
        return
    with db.engine.writing(db.conn, db.commune_id, is_awaited=False):
        yield


class _Rehearsed(Exception):
    """A rehearsal is over; what it wrote is undone."""


@contextmanager
def rehearsing(db: Store) -> Iterator[None]:
    """Let a block write as `writing` does, and keep nothing of it: what would happen is known
    without a second copy of the rules. Not inside `writing`. Raises StoreUnavailable."""
    with suppress(_Rehearsed), writing(db):
        yield
        raise _Rehearsed


@contextmanager
def reading(db: Store) -> Iterator[None]:
    """Let every read of the block see the store as it was at the first one."""
    with db.engine.reading(db.conn):
        yield


def clear_out(db: Store, card: Table[Any], where: str, **params: Any) -> None:
    """Delete the rows of a table for which a condition of ours holds; nothing is written while
    there is none."""
    its = f"{card.name} WHERE commune_id = :commune_id AND {where}"
    if db.row(f"SELECT 1 FROM {its} LIMIT 1", **params):  # noqa: S608 ours
        with writing(db):
            db.write(f"DELETE FROM {its}", **params)  # noqa: S608 ours


def copy_store(db: Store, path: Path) -> None:
    """Write a copy of the store, as it is at one moment, to a new SQLite file, while others read
    and write. Raises StoreUnavailable."""
    db.engine.snapshot(db.conn, path)


def _unit_in(db: Store, wanted: int | None) -> int:
    """Return the number of the unit that is meant."""
    if wanted is not None and _holds_it(db):
        return wanted
    units, place = db.engine.units(db.conn), db.engine.shown
    if not units:
        raise UnitUnknown(f"The store {place} holds no commune: run `hienke init`.")
    held = ", ".join(map(unit_number.shown, units))
    if wanted is None and len(units) > 1:
        raise UnitUnknown(f"The store {place} holds the units {held}: say which one is meant.")
    if wanted is not None and wanted not in units:
        raise UnitUnknown(
            f"The store {place} does not hold unit {unit_number.shown(wanted)}; it holds {held}."
        )
    return units[0] if wanted is None else wanted


def _holds_it(db: Store) -> bool:
    """Say whether the store holds the unit that it was opened for: most openings ask no more."""
    try:
        return db.row("SELECT 1 FROM commune WHERE commune_id = :commune_id") is not None
    except DatabaseError:  # it has no tables yet, or none that can be read
        return False
