"""The embedded engine: one SQLite file. The one module that opens SQLite.

WAL with synchronous=FULL: when a block ends, its data are on disk. Two SQLite libraries in one
process drop each other's file locks and lose acknowledged rows. So this module uses the same
library as sqlite-utils and opens nothing beside another. SQLite before 3.51.3 can corrupt a
WAL that two connections reset at once.
"""

import errno
import fcntl
import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pysqlite3 as sqlite3

from shared.db.engines import (
    BUSY_SECONDS,
    Schema,
    Statement,
    StoreDamaged,
    StoreMissing,
    StoreUnavailable,
    WorkQueue,
    sqlite_statistics,
)
from shared.db.engines.sqlite_turns import turns_of
from shared.db.steps import Steps

if TYPE_CHECKING:
    from shared.db.engines.sqlite_steps import Changing

OLDEST_SQLITE = (3, 51, 3)

DatabaseError = sqlite3.DatabaseError
IntegrityError = sqlite3.IntegrityError


class SqliteEngine:
    """The store in one file. A line to it is the library's own connection: nothing stands between
    a statement and SQLite."""

    dialect = "sqlite"
    is_light = False

    def __init__(self, path: Path) -> None:
        self.path = path
        self._turns = turns_of(path)

    @property
    def shown(self) -> str:
        """The file's path."""
        return str(self.path)

    def connect(self, unit: int) -> Any:
        """Return a connection; the file is made if there is none."""
        assert_one_sound_sqlite()
        # The database holds names and numbers: only the office's account may read it.
        if not self.path.exists():
            os.close(os.open(self.path, os.O_CREAT | os.O_WRONLY, 0o600))
        conn = sqlite3.connect(
            str(self.path), isolation_level=None, timeout=BUSY_SECONDS, cached_statements=512
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

    @contextmanager
    def opening(self) -> Iterator[None]:
        """Tell what goes wrong while a store is opened as what it means. Raises StoreMissing,
        StoreUnavailable, StoreDamaged."""
        if not self.path.exists():
            raise StoreMissing(self.shown)
        try:
            yield
        except sqlite3.OperationalError as fault:
            raise StoreUnavailable(str(fault)) from fault
        except sqlite3.DatabaseError as fault:
            raise StoreDamaged(str(fault)) from fault

    def bind(self, link: Any, unit: int) -> None:
        """Nothing to do: each statement names its unit."""

    def units(self, link: Any) -> list[int]:
        """Return the units in the file; none if it has no tables yet."""
        if "commune" not in _names(link):
            return []
        return [int(unit) for (unit,) in link.execute("SELECT commune_id FROM commune ORDER BY 1")]

    @contextmanager
    def writing(self, link: Any, unit: int, *, is_awaited: bool = True) -> Iterator[None]:
        """BEGIN IMMEDIATE … COMMIT; a file is always waited for."""
        try:
            with self._turns.one(link) as seconds_left:
                _begin(link, seconds_left)
                try:
                    yield
                    link.execute("COMMIT")
                except BaseException:
                    _roll_back(link)
                    raise
        except sqlite3.OperationalError as fault:
            raise StoreUnavailable(str(fault)) from fault

    def settle(self) -> None:
        """Wait for the blocks of this program that met others (sqlite_turns.py)."""
        self._turns.wait()

    @contextmanager
    def reading(self, link: Any) -> Iterator[None]:
        """BEGIN … COMMIT."""
        link.execute("BEGIN")
        try:
            yield
        finally:
            link.execute("COMMIT")

    @contextmanager
    def migrating(self, link: Any) -> Iterator[Schema]:
        """Hold a file lock beside the file."""
        with self.path.with_suffix(".migrate.lock").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield self.schema(link)

    def schema(self, link: Any) -> "SqliteSchema":
        """Return the file's schema."""
        return SqliteSchema(link)

    def tables(self, link: Any) -> list[str]:
        """Return the tables with a unit in each row, without the search index's own."""
        found = link.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND EXISTS (SELECT 1 FROM"
            " pragma_table_info(sqlite_master.name) WHERE name = 'commune_id') ORDER BY name"
        )
        return [name for (name,) in found]

    def declared(self, link: Any) -> list[tuple[str, str]]:
        """Return the statements, without those of other programs' tables and the search index."""
        return list(
            link.execute(
                "SELECT tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"
                " AND type IN ('table', 'index') AND tbl_name NOT LIKE '%sqlite_%'"
                " AND tbl_name NOT LIKE 'proposal_fts%' ORDER BY type DESC"
            )
        )

    def integrity(self, link: Any) -> Iterator[str]:
        """Yield what SQLite's own check of the pages finds."""
        for (line,) in link.execute("PRAGMA integrity_check").fetchall():
            if line != "ok":
                yield line

    def references(self, link: Any, unit: int) -> Iterator[str]:
        """Yield the rows that refer to nothing; another unit's are told where it is read back."""
        found = link.execute("PRAGMA foreign_key_check").fetchall()
        for table, row, *_ in found:
            if (
                row is not None
                and link.execute(
                    f"SELECT 1 FROM {table} WHERE commune_id = ? AND rowid = ?",  # noqa: S608
                    (unit, row),
                ).fetchone()
            ):
                yield f"{table} {row}"
        # A table that lies in its key has no numbers of rows.
        for table, parent, key in sorted({(one[0], *one[2:]) for one in found if one[1] is None}):
            yield from _dangling(link, unit, table, parent, key)

    @contextmanager
    def reading_broken_text(self, link: Any) -> Iterator[None]:
        """Put a sign in place of each byte that is no text."""
        link.text_factory = lambda found: found.decode("utf-8", "replace")
        try:
            yield
        finally:
            link.text_factory = str

    def snapshot(self, link: Any, to: Path) -> None:
        """Copy by SQLite's own way. An open store may be copied in no other."""
        os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        target = sqlite3.connect(str(to), isolation_level=None)
        try:
            link.backup(target)
        except sqlite3.OperationalError as fault:
            raise StoreUnavailable(str(fault)) from fault
        finally:
            target.close()

    def keep_one_unit(self, link: Any, unit: int) -> None:
        """Take all other units' rows out of a copy, and their bytes out of the file; the search
        index was emptied of them before."""
        link.execute("PRAGMA foreign_keys=OFF")  # whole units go, in whatever order
        link.execute("BEGIN")
        for table in self.tables(link):
            link.execute(f"DELETE FROM {table} WHERE commune_id <> ?", (unit,))  # noqa: S608 ours
        link.execute("COMMIT")
        link.execute("VACUUM")

    def fill(
        self, link: Any, table: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]
    ) -> None:
        """Insert the rows by one prepared statement."""
        names, blanks = ", ".join(columns), ", ".join(f":{name}" for name in columns)
        link.executemany(f"INSERT INTO {table} ({names}) VALUES ({blanks})", rows)  # noqa: S608

    def write_all(self, link: Any, statements: Sequence[Statement]) -> None:
        """Run one after the other: nothing stands between."""
        for sql, values in statements:
            link.execute(sql, values)

    def at_once(self, link: Any, reads: Sequence[Callable[[], Any]]) -> list[Any]:
        """Call one after the other: a file has no messages to save."""
        return [read() for read in reads]

    def tidy(self, link: Any, tables: Sequence[str] = ()) -> bool:
        """Write the whole journal into the file and empty it; False if somebody was reading or
        writing. Between two days journal_size_limit bounds it."""
        [(is_busy, _, _)] = link.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return not is_busy

    def written(self) -> None:
        """Return None: each commit changes the files."""

    def waiting(self, units: Collection[int], queues: Collection[WorkQueue]) -> Mapping[int, None]:
        """Ask nothing: chores look into a file of their own for next to nothing."""
        return dict.fromkeys(units)

    def sizes(self) -> Mapping[str, int]:
        """Return the sizes of file and journal; never opened: that would drop SQLite's locks."""
        return {"database": _size(self.path), "journal": _size(Path(f"{self.path}-wal"))}


class SqliteSchema:
    """The schema of the file. What changes it is imported then (sqlite_steps.py)."""

    dialect = SqliteEngine.dialect

    def __init__(self, link: Any) -> None:
        self._link = link

    def execute(self, sql: str, params: Any = (), /) -> Any:
        """Run one statement."""
        return self._link.execute(sql, params)

    def taken(self, steps: Steps) -> list[str]:
        """Return the steps that the store has taken."""
        if "_sqlite_migrations" not in _names(self._link):
            return []
        found = self._link.execute(
            "SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY rowid",
            (steps.name,),
        )
        return [name for (name,) in found]

    def found(self, steps: Steps, make: Callable[[Any], None], names: Sequence[str]) -> None:
        """Make the tables of an empty store."""
        self._changing().found(steps, make, names)

    def note(self, steps: Steps, names: Sequence[str], *, instead: bool = False) -> None:
        """Note steps as taken."""
        self._changing().note(steps, names, instead=instead)

    def take(self, steps: Steps) -> None:
        """Take the steps that are left, and tell SQLite the sizes of what they made."""
        is_whole = set(steps.by_name) <= set(self.taken(steps))
        if not is_whole or not sqlite_statistics.are_written(self._link):
            self._changing().take(steps)

    def _changing(self) -> "Changing":
        from shared.db.engines.sqlite_steps import Changing  # imported late, as it says

        assert_one_sound_sqlite()
        return Changing(self._link)


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


def assert_one_sound_sqlite() -> None:
    """Raise RuntimeError on a too old SQLite library, or if a second one is loaded."""
    their = sys.modules.get("sqlite_utils.utils")
    if their is not None and their.sqlite3 is not sqlite3:
        raise RuntimeError("sqlite-utils runs on another SQLite library than this program")
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise RuntimeError(f"SQLite {sqlite3.sqlite_version} is too old; 3.51.3 is needed")


def _begin(link: Any, seconds_left: float) -> None:
    """Begin, waiting for another program at most `seconds_left`."""
    wait = max(0, int(seconds_left * 1000))
    if wait < BUSY_SECONDS * 1000 - 50:
        link.execute(f"PRAGMA busy_timeout={wait}")
        try:
            link.execute("BEGIN IMMEDIATE")
        finally:
            link.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")
    else:
        link.execute("BEGIN IMMEDIATE")


def _roll_back(link: Any) -> None:
    if not link.in_transaction:  # a failed COMMIT may already have ended it
        return
    try:
        link.execute("ROLLBACK")
    except sqlite3.OperationalError as fault:
        if "disk I/O" not in str(fault) and getattr(fault, "errno", 0) != errno.EIO:
            raise


def _names(link: Any) -> set[str]:
    return {name for (name,) in link.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _dangling(link: Any, unit: int, table: str, parent: str, key: int) -> Iterator[str]:
    """Yield the unit's rows of a table in its key that refer to nothing by one of its foreign keys,
    the one with this number."""
    pairs = [
        (column, its)
        for number, _, _, column, its, *_ in link.execute(f"PRAGMA foreign_key_list({table})")
        if number == key
    ]
    same = " AND ".join(f"{parent}.{its} = {table}.{column}" for column, its in pairs)
    shown = pairs[-1][0]
    for (row,) in link.execute(
        f"SELECT {shown} FROM {table} WHERE commune_id = ?"  # noqa: S608 ours
        f" AND NOT EXISTS (SELECT 1 FROM {parent} WHERE {same})",
        (unit,),
    ):
        yield f"{table} {row}"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
