"""The one place that opens SQLite, and the one way to write.

WAL with synchronous=FULL: when COMMIT returns, the data are on disk. Two SQLite libraries in one
process drop each other's file locks and lose acknowledged rows. So this module uses the same
library as sqlite-utils and refuses to start with another. SQLite before 3.51.3 can corrupt a
WAL that two connections reset at once.
"""

import errno
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pysqlite3 as sqlite3
from sqlite_utils.utils import sqlite3 as sqlite_of_sqlite_utils  # type: ignore[attr-defined]

from shared.db.encryption import Cipher, NoCipher
from shared.db.rows import Row, Rows
from shared.domain import unit_number

OLDEST_SQLITE = (3, 51, 3)
BUSY_SECONDS = 4.0
RETRY_AFTER_SECONDS = 2

DatabaseError = sqlite3.DatabaseError
IntegrityError = sqlite3.IntegrityError

_write_lock = threading.Lock()
# No unit has this number, so a query finds nothing.
_UNSAID = 0


class StoreUnavailable(Exception):
    """The store cannot be written now: busy, full or read-only. Nothing was kept; try again."""


class StoreDamaged(StoreUnavailable):
    """The file is there but is no sound SQLite database."""


class StoreMissing(Exception):
    """There is no store at that path."""


class UnitUnknown(Exception):
    """The store does not hold that unit, or nobody said which of its units is meant."""


class Store(Rows):
    """One thread's connection, bound to the unit whose number is `commune_id`. Its `cipher`
    encrypts and decrypts; without one, touching an encrypted column raises KeyMissing."""

    def __init__(self, path: Path, commune_id: int, cipher: Cipher | None = None) -> None:
        super().__init__(_connect(path), execute_plugins=False)
        self.path = path
        self.commune_id = commune_id
        self.has_key = cipher is not None
        self.encrypt = (cipher or NoCipher()).encrypt
        self.decrypt = (cipher or NoCipher()).decrypt

    def rows(self, sql: str, **params: Any) -> list[Row]:
        """Return every row of a query; `:commune_id` is always bound."""
        return self.conn.execute(sql, {"commune_id": self.commune_id, **params}).fetchall()

    def row(self, sql: str, **params: Any) -> Row | None:
        """Return the first row of a query, or None; `:commune_id` is always bound."""
        found: Row | None = self.conn.execute(
            sql, {"commune_id": self.commune_id, **params}
        ).fetchone()
        return found

    def write(self, sql: str, **params: Any) -> int:
        """Run one writing statement inside `writing` and return the number of rows it touched."""
        return self.conn.execute(sql, {"commune_id": self.commune_id, **params}).rowcount


def open_store(path: Path, unit: int | None = None, cipher: Cipher | None = None) -> Store:
    """Return a connection for the calling thread, bound to the unit of that number; without one,
    to the only unit that the store holds. Raises StoreMissing, StoreUnavailable, StoreDamaged,
    UnitUnknown."""
    if not path.exists():
        raise StoreMissing(str(path))
    try:
        db = Store(path, unit or _UNSAID, cipher)
        try:
            db.commune_id = _unit_in(db, unit)
        except BaseException:
            db.close()
            raise
        return db
    except sqlite3.OperationalError as fault:
        raise StoreUnavailable(str(fault)) from fault
    except sqlite3.DatabaseError as fault:
        raise StoreDamaged(str(fault)) from fault


def open_beside(path: Path, name: str, busy_seconds: float) -> Any:
    """Return a connection to another program's SQLite file, whose tables are `name.table`.

    It never creates the file, and its journal stays as its owner set it. A missing file, and
    whatever goes wrong later, raises DatabaseError; it waits `busy_seconds` for a lock.
    """
    conn = sqlite3.connect(":memory:", isolation_level=None, timeout=busy_seconds, uri=True)
    try:
        conn.execute(f"ATTACH :file AS {name}", {"file": f"{path.as_uri()}?mode=rw"})
    except sqlite3.DatabaseError:
        conn.close()
        raise
    return conn


@contextmanager
def writing(db: Store) -> Iterator[None]:
    """BEGIN IMMEDIATE … COMMIT: all of the block is on disk when it ends, or none of it.

    Raises StoreUnavailable when the store is busy for longer than 4 s, full or read-only.
    A block inside another joins it. Never call a gateway in here.
    """
    if db.conn.in_transaction:
        yield
        return
    started = time.monotonic()
    if not _write_lock.acquire(timeout=BUSY_SECONDS):
        raise StoreUnavailable("another write of this program is not done")
    try:
        _begin(db, BUSY_SECONDS - (time.monotonic() - started))
        try:
            yield
            db.conn.execute("COMMIT")
        except BaseException:
            _roll_back(db)
            raise
    except sqlite3.OperationalError as fault:
        raise StoreUnavailable(str(fault)) from fault
    finally:
        _write_lock.release()


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
    db.conn.execute("BEGIN")
    try:
        yield
    finally:
        db.conn.execute("COMMIT")


def copy_store(db: Store, path: Path) -> None:
    """Write a copy of the store, as it is at one moment, to a new file, while others read and
    write. An open store may be copied in no other way. Raises StoreUnavailable."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    target = sqlite3.connect(str(path), isolation_level=None)
    try:
        db.conn.backup(target)
    except sqlite3.OperationalError as fault:
        raise StoreUnavailable(str(fault)) from fault
    finally:
        target.close()


def empty_journal(db: Store) -> bool:
    """Write the whole journal into the database file and empty it; False if somebody was reading
    or writing. Between two days journal_size_limit bounds it."""
    [(is_busy, _, _)] = db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return not is_busy


def assert_one_sound_sqlite() -> None:
    """Raise RuntimeError on a second or too old SQLite library."""
    if sqlite_of_sqlite_utils is not sqlite3:
        raise RuntimeError("sqlite-utils runs on another SQLite library than this program")
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise RuntimeError(f"SQLite {sqlite3.sqlite_version} is too old; 3.51.3 is needed")


def _connect(path: Path) -> Any:
    assert_one_sound_sqlite()
    # The database holds names and numbers: only the office's account may read it.
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    conn = sqlite3.connect(
        str(path), isolation_level=None, timeout=BUSY_SECONDS, cached_statements=512
    )
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "trusted_schema=OFF",
        "mmap_size=0",
        "journal_size_limit=8388608",
    ):
        conn.execute(f"PRAGMA {pragma}")
    return conn


def _unit_in(db: Store, wanted: int | None) -> int:
    """Return the number of the unit that is meant."""
    has_table = db.rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'commune'")
    found = db.rows("SELECT commune_id FROM commune ORDER BY commune_id") if has_table else []
    units = [int(unit) for (unit,) in found]
    if not units:
        raise UnitUnknown(f"The store {db.path} holds no commune: run `hienke init`.")
    held = ", ".join(map(unit_number.shown, units))
    if wanted is None and len(units) > 1:
        raise UnitUnknown(f"The store {db.path} holds the units {held}: say which one is meant.")
    if wanted is not None and wanted not in units:
        raise UnitUnknown(
            f"The store {db.path} does not hold unit {unit_number.shown(wanted)}; it holds {held}."
        )
    return units[0] if wanted is None else wanted


def _begin(db: Store, seconds_left: float) -> None:
    """Begin, waiting for another program at most `seconds_left`."""
    wait = max(0, int(seconds_left * 1000))
    if wait < BUSY_SECONDS * 1000 - 50:
        db.conn.execute(f"PRAGMA busy_timeout={wait}")
        try:
            db.conn.execute("BEGIN IMMEDIATE")
        finally:
            db.conn.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")
    else:
        db.conn.execute("BEGIN IMMEDIATE")


def _roll_back(db: Store) -> None:
    if not db.conn.in_transaction:  # a failed COMMIT may already have ended it
        return
    try:
        db.conn.execute("ROLLBACK")
    except sqlite3.OperationalError as fault:
        if "disk I/O" not in str(fault) and getattr(fault, "errno", 0) != errno.EIO:
            raise
