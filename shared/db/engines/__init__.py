"""What a store runs on. `Engine` is all that the rest of the program knows of it; each engine has
one module here (decision 80).

A new engine writes this protocol and nothing else. SQL has one text for all engines, with
`:name` for a value; search.py alone has a text for each.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from shared.db.steps import Steps

# How long a write waits for another before the store counts as busy.
BUSY_SECONDS = 4.0


class StoreUnavailable(Exception):
    """The store cannot be used now: busy, full, read-only or out of reach. Nothing was kept, or
    nobody can say whether it was; the key of what was sent makes a second try safe."""


class StoreDamaged(StoreUnavailable):
    """The store is there but is no sound database."""


class StoreMissing(Exception):
    """There is no store at that place."""


class StoreUnfit(Exception):
    """The store's server cannot be used as it is set up; the message is one sentence for the
    person who set it up."""


class UnitUnknown(Exception):
    """The store does not hold that unit, or nobody said which of its units is meant."""


class Statement(NamedTuple):
    """One writing statement with its values by name."""

    sql: str
    values: Mapping[str, Any]


class WorkQueue(NamedTuple):
    """The rows of a table that wait for a worker: the table, and a condition of ours for a row."""

    table: str
    which: str = "TRUE"


class RowsFound(Protocol):
    """What a statement found, as DB-API 2.0 has it."""

    rowcount: int

    @property
    def description(self) -> Any:
        """The columns; None if the statement finds no rows."""

    def fetchone(self) -> Any:
        """Return the next row, or None."""

    def fetchall(self) -> list[Any]:
        """Return all rows that are left."""

    def __iter__(self) -> Iterator[Any]: ...


class StoreLink(Protocol):
    """One thread's line to a store. Outside a transaction each statement stands for itself."""

    @property
    def in_transaction(self) -> bool:
        """True between the begin and the end of `writing` or `reading`."""

    def execute(self, sql: str, params: Any = ..., /) -> RowsFound:
        """Run one statement with its values by name. Raises DatabaseError, IntegrityError,
        StoreUnavailable."""

    def close(self) -> None:
        """Give the line back; it is not used again."""


class Schema(Protocol):
    """The schema of a store while it is made or changed; a step gets it as `db`."""

    @property
    def dialect(self) -> str:
        """The engine's, as search.py has it."""

    def execute(self, sql: str, params: Any = ..., /) -> Any:
        """Run one statement of a step, written as for SQLite, in the engine's dialect."""

    def taken(self, steps: Steps) -> list[str]:
        """Return the steps that the store has taken, in their order."""

    def found(self, steps: Steps, make: Callable[[Any], None], names: Sequence[str]) -> None:
        """Make the tables of an empty store by `make`, and note these steps as taken: all or
        nothing."""

    def note(self, steps: Steps, names: Sequence[str], *, instead: bool = False) -> None:
        """Note steps as taken; `instead` forgets those that were noted."""

    def take(self, steps: Steps) -> None:
        """Take the steps that are left, each with its note: all of a step or nothing."""


class Engine(Protocol):
    """One place where a store is. It is shared by all threads."""

    @property
    def dialect(self) -> str:
        """Its name among the engines: search.py has a text for each."""

    @property
    def shown(self) -> str:
        """The place as sentences name it, without a password."""

    @property
    def is_light(self) -> bool:
        """True if an open store holds nothing between two statements, so that it may stay open."""

    def opening(self) -> AbstractContextManager[None]:
        """Tell what goes wrong while a store is opened as what it means. Raises StoreMissing,
        StoreUnavailable, StoreDamaged."""

    def connect(self, unit: int) -> StoreLink:
        """Return a line for the calling thread. A server lets it see the rows of that unit alone,
        of every unit for 0. Raises StoreUnavailable, StoreDamaged, StoreUnfit."""

    def bind(self, link: StoreLink, unit: int) -> None:
        """Let the line see the rows of that unit from now on."""

    def units(self, link: StoreLink) -> list[int]:
        """Return the numbers of all units that the store holds; none if it has no tables yet."""

    def writing(
        self, link: StoreLink, unit: int, *, is_awaited: bool = True
    ) -> AbstractContextManager[None]:
        """Begin, and commit at the end of the block or undo all of it. One block of a unit at a
        time, in whatever program. Raises StoreUnavailable, and then nothing was kept or nobody
        can say so. If it is not `is_awaited`, a server's crash just after it may undo it as a
        whole."""

    def settle(self) -> None:
        """Return when all that this program has committed, and others can read, is on the disk. A
        server shows nothing earlier. Raises StoreUnavailable."""

    def reading(self, link: StoreLink) -> AbstractContextManager[None]:
        """Let every read of the block see the store at one moment."""

    def migrating(self, link: StoreLink) -> AbstractContextManager[Schema]:
        """Yield the schema while no other program changes it."""

    def schema(self, link: StoreLink) -> Schema:
        """Return the schema to look at."""

    def tables(self, link: StoreLink) -> list[str]:
        """Return the names of all tables that hold units' rows, sorted."""

    def declared(self, link: StoreLink) -> list[tuple[str, str]]:
        """Return each statement that made the tables and indexes, with its table's name."""

    def integrity(self, link: StoreLink) -> Iterator[str]:
        """Yield what the engine itself finds broken."""

    def references(self, link: StoreLink, unit: int) -> Iterator[str]:
        """Yield each row of the unit, as "table row", that refers to nothing."""

    def reading_broken_text(self, link: StoreLink) -> AbstractContextManager[None]:
        """Let texts whose bytes are no text be read all the same, so that a seal can tell."""

    def snapshot(self, link: StoreLink, to: Path) -> None:
        """Write the store's file, as it is at one moment, to a new one, while others read and
        write. Raises StoreUnavailable; StoreUnfit if it is in no file."""

    def fill(
        self,
        link: StoreLink,
        table: str,
        columns: Sequence[str],
        rows: Iterable[Mapping[str, Any]],
    ) -> None:
        """Put many rows, as they are stored, into a table; inside `writing`. Raises IntegrityError,
        StoreUnavailable."""

    def write_all(self, link: StoreLink, statements: Sequence[Statement]) -> None:
        """Run writing statements as one step where the engine can: none reads what another of them
        writes, and references among them are looked at when all are done. A server is asked once.
        Raises IntegrityError, StoreUnavailable."""

    def at_once(self, link: StoreLink, reads: Sequence[Callable[[], Any]]) -> list[Any]:
        """Call each of these and return what they return. A server may call one twice, to hear what
        it asks first, and is asked that of all of them in one message. Raises StoreUnavailable, and
        what they raise."""

    def tidy(self, link: StoreLink, tables: Sequence[str] = ()) -> bool:
        """Let nothing that was emptied or deleted in these tables stay in the store's files; if
        none is named, in all that were not minded since the night before. False if somebody was in
        the way, and a later call goes on. The embedded engine minds every table, and its journal.
        A server's journal goes in its own time (decision 80)."""

    def written(self) -> Mapping[int, object] | None:
        """Return for each unit what changes with each of its writes, asked once for all units; None
        where the store's files tell it without a question. Raises StoreUnavailable."""

    def waiting(
        self, units: Collection[int], queues: Collection[WorkQueue]
    ) -> Mapping[int, Collection[WorkQueue] | None]:
        """Return for each of these units in which of these queues something waits, asked once for
        all; None for one that must be asked by itself. Raises StoreUnavailable."""

    def sizes(self) -> Mapping[str, int]:
        """Return the bytes on the disk, by the part: `database`, `journal`."""
