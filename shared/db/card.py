"""A table's card: one declaration from which everything else about the table is derived.

The schema, the sealing and encryption of its rows, the effect of an erasure, its sheet in an
export, its part of a year's archive and the mapping of a row to a value are read from here. A card
knows no engine: `schema.py` writes its DDL. Decision 61 says why it is our own.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar

from shared.domain.record import Record, field, names_of

R = TypeVar("R", bound=Record)


class CardIncomplete(Exception):
    """A card does not say what it must; the message names the table and what is missing."""


class Whose(StrEnum):
    """Whom the text of a column is about, which decides what an erasure does to it.

    DETAILS name or reach the sender of a case: every erasure empties them. WORDS are the sender's
    own and ANSWER is what the office wrote to or about them: the person is removed from both, and
    both are emptied if everything is erased. OFFICE is what the office recorded of its own work:
    the person is only removed. STAFF and OTHER are about people who are no senders; their own rules
    delete them. NOBODY holds no word of or about a person.
    """

    NOBODY = "nobody"
    DETAILS = "details"
    WORDS = "words"
    ANSWER = "answer"
    OFFICE = "office"
    STAFF = "staff"
    OTHER = "other"


# How an export shows a value. `said` are the office's own words about an idea, `words` its
# sender's, `name` names a person, `phone` is their number, `facts` is what several fields say of a
# person; a `choice` has words in the texts.
Kind = Literal[
    "text", "number", "moment", "day", "tick", "idea", "code", "person", "choice", "said", "words",
    "name", "phone", "facts",
]  # fmt: skip


class ExportColumn(Record):
    """How an export shows a column: the kind of its values, the key of its heading ("" for the
    column's name) and, for a choice, the texts' key without its last part."""

    kind: Kind | None = None
    head: str = ""
    words: str = ""


def in_export(kind: Kind | None = None, head: str = "", words: str = "") -> ExportColumn:
    """Return how an export shows a column; without a kind its name and type tell the kind."""
    return ExportColumn(kind, head, words)


class Column(Record):
    """One column. `type` is TEXT, INTEGER (64 bits) or REAL. `check` is SQL with `{name}` for the
    column. `encrypted` values are encrypted in the file (encryption.py). An event mentions the
    words of a `spoken` column by their hash. `read` and `write` turn a stored value into the row's
    and back.
    """

    type: Literal["TEXT", "INTEGER", "REAL"]
    whose: Whose
    null: bool = False
    default: str | int | None = None
    check: str = ""
    encrypted: bool = False
    spoken: bool = False
    exported: ExportColumn | None = None
    read: Callable[[Any], Any] | None = None
    write: Callable[[Any], Any] | None = None


def text(whose: Whose, **rest: Any) -> Column:
    """Return a column of text. The caller says whom the text is about."""
    return Column("TEXT", whose, **rest)


def ident(**rest: Any) -> Column:
    """Return a column of ids, codes, hashes or keys, which the program makes itself."""
    return Column("TEXT", Whose.NOBODY, **rest)


def day(**rest: Any) -> Column:
    """Return a column of days (YYYY-MM-DD, "" for none) or months (YYYY-MM)."""
    return Column("TEXT", Whose.NOBODY, **rest)


def instant(**rest: Any) -> Column:
    """Return a column of instants: ms since 1970, UTC."""
    return Column("INTEGER", Whose.NOBODY, **rest)


def number(**rest: Any) -> Column:
    """Return a column of whole numbers."""
    return Column("INTEGER", Whose.NOBODY, **rest)


def fraction(**rest: Any) -> Column:
    """Return a column of numbers with a fraction."""
    return Column("REAL", Whose.NOBODY, **rest)


def tick(*, is_checked: bool = False, **rest: Any) -> Column:
    """Return a column of yes and no, 1 and 0 in the file; with `is_checked` the schema refuses any
    other number."""
    check = "{name} IN (0, 1)" if is_checked else ""
    return Column("INTEGER", Whose.NOBODY, check=check, read=bool, write=int, **rest)


def structure(whose: Whose, **rest: Any) -> Column:
    """Return a column of a mapping or a list, JSON in the file. The caller says whom it is
    about."""
    return Column("TEXT", whose, read=json.loads, write=json_of, **rest)


def names(**rest: Any) -> Column:
    """Return a column of a list of ids, hashes or names of files, a tuple in the row, JSON in the
    file."""
    return Column("TEXT", Whose.NOBODY, read=_tuple, write=json_of, **rest)


def choice(values: Iterable[str | int], **rest: Any) -> Column:
    """Return a column that holds one of a few values, which the schema checks: one after the other,
    as SQLite would put a list into a table of its own, each time a row is written."""
    listed = tuple(values)
    kind: Literal["TEXT", "INTEGER"] = "INTEGER" if isinstance(listed[0], int) else "TEXT"
    check = " OR ".join(f"{{name}} = {_literal(one)}" for one in listed)
    return Column(kind, Whose.NOBODY, check=check, **rest)


def json_of(value: Any) -> str:
    """Return a mapping or a list as JSON, as a column stores it and its hash covers it."""
    return _SPELLING.encode(value) if value else _EMPTY[type(value)]


_SPELLING = json.JSONEncoder(sort_keys=True, ensure_ascii=False)
# Most are, and an idea has two of them.
_EMPTY: Mapping[type, str] = {tuple: "[]", list: "[]", dict: "{}"}


class ExportSheet(Record):
    """A table's sheet in an export: its name, and the column that sorts its rows."""

    name: str
    order: str = "id"


# Which rows of a table belong to a campaign's year: those whose day or month is in a column, or all
# of them, because they are few and explain the others.
EVERY_YEAR = "*"


class Table(Record, Generic[R], dict=True):
    """One table. Every key, index and reference begins with commune_id, which is not named here.

    `row` is the Record of a row, None if no value stands for one. `foreign` names the
    table that a column refers to. `indexes` are their columns by name, `unique_indexes` the same.
    `sealed` rows carry a hash of their content. `via` is the column that refers to the row through
    which a row belongs to its case. An export holds the table's `sheet`, or the register does
    (`in_register`), or it is `left_out` for the given reason. A year's archive holds the rows of
    its ideas, those of `year_of`, or none (`not_archived`, the reason). `of_commune` adds the
    reference to `commune` to a table that has another one. A file keeps the rows of a table that is
    `in_key` in the tree of the key itself: for rows that are little more than their key. `on_write`
    is given the store and each sealed row that is written, as it lay before (None for a new one)
    and as it lies now; it returns the statements that are run then, one after the other. Raises
    CardIncomplete.
    """

    name: str
    row: type[R] | None
    columns: Mapping[str, Column]
    key: tuple[str, ...] = ("id",)
    unique: tuple[tuple[str, ...], ...] = ()
    foreign: Mapping[str, str] = field(default_factory=dict)
    indexes: Mapping[str, str] = field(default_factory=dict)
    unique_indexes: Mapping[str, str] = field(default_factory=dict)
    checks: tuple[str, ...] = ()
    sealed: bool = False
    via: str = ""
    sheet: ExportSheet | None = None
    in_register: bool = False
    left_out: str = ""
    year_of: str = ""
    not_archived: str = ""
    of_commune: bool = False
    in_key: bool = False
    on_write: Callable[[Any, Mapping[str, Any] | None, Mapping[str, Any]], list[Any]] | None = None

    def __post_init__(self) -> None:
        if lacks := _lacks(self):
            raise CardIncomplete(f"The card of table {self.name} in its module {lacks}.")

    @cached_property
    def every_column(self) -> dict[str, Column]:
        """All columns except commune_id, with the salt and the seal."""
        found = dict(self.columns)
        if self.spoken:
            found["salt"] = ident()
        if self.sealed:
            found["content_hash"] = ident()
        return found

    @cached_property
    def start(self) -> Mapping[str, str | int | None]:
        """What a new row holds in each column before anybody said more, without commune_id and the
        seal."""
        columns = self.every_column.items()
        return {name: column.default for name, column in columns if name != "content_hash"}

    @cached_property
    def spoken(self) -> tuple[str, ...]:
        """The columns whose words an event must mention, in order of hashing."""
        return tuple(name for name, column in self.columns.items() if column.spoken)

    @cached_property
    def encrypted(self) -> tuple[str, ...]:
        """The columns that are encrypted in the file."""
        return tuple(name for name, column in self.columns.items() if column.encrypted)

    def of(self, *whose: Whose) -> tuple[str, ...]:
        """Return the columns about these."""
        return tuple(name for name, column in self.columns.items() if column.whose in whose)


def _lacks(table: Table[Any]) -> str:
    """Return what a card does not say but must, "" for nothing."""
    ways = [table.sheet is not None, table.in_register, table.left_out != ""]
    if ways.count(True) != 1:
        return "must say one of sheet=, in_register= and left_out="
    if (table.sheet is not None) != any(one.exported for one in table.columns.values()):
        return "must have exported columns where it has a sheet, and only there"
    named = {*table.key, *table.foreign, *(name for group in table.unique for name in group)}
    if unknown := named - table.columns.keys() - {"commune_id"}:
        return f"names columns that it lacks: {', '.join(sorted(unknown))}"
    if table.row:
        unknown = {*names_of(table.row)} - table.every_column.keys()
        if unknown:
            return f"has a row with fields that are no columns: {', '.join(sorted(unknown))}"
    if table.via and table.via not in table.foreign:
        return "must lead via a column that is in foreign="
    return ""


def _tuple(stored: str) -> tuple[Any, ...]:
    # Most are empty, and lists of cases read two for each case.
    return () if stored == "[]" else tuple(json.loads(stored))


def _literal(value: str | int) -> str:
    return str(int(value)) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
