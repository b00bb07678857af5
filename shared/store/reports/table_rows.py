"""What an export holds beside the register: every other table, column by column, decrypted.

The cards say which tables have a sheet and which columns stand in it (`sheet`, `exported`). This
module decides who may read what, and export.py shows it: a column says whether it holds words,
names or numbers.
"""

import json
from collections.abc import Iterator
from typing import Any

from shared.db.card import Kind, Table
from shared.db.connection import Store
from shared.domain.record import Record
from shared.store.reports.case_rows import HIDDEN, VEILED
from shared.store.schema.tables import CARDS

_SURE_KINDS: dict[str, Kind] = {
    "proposal_id": "idea", "other_id": "idea", "into_id": "idea", "actor": "person", "at": "moment",
}  # fmt: skip


class SheetColumn(Record):
    """One column: its name in the table, how it is shown, the key of its heading, and for a choice
    the texts' key without its last part."""

    name: str
    kind: Kind
    head: str
    words: str = ""


class Sheet(Record):
    """One table in an export: the sheet's name, the table's card and the columns."""

    name: str
    card: Table[Any]
    columns: tuple[SheetColumn, ...]

    @property
    def table(self) -> str:
        """The table's name."""
        return self.card.name

    @property
    def has_idea(self) -> bool:
        """True if rows belong to an idea that may be confidential."""
        return self.card.via != "" or any(one.name == "proposal_id" for one in self.columns)


def _sheet(name: str, card: Table[Any]) -> Sheet:
    columns = tuple(
        SheetColumn(
            column, one.exported.kind or _kind(column), one.exported.head or column,
            one.exported.words,
        )
        for column, one in card.columns.items()
        if one.exported is not None
    )  # fmt: skip
    return Sheet(name, card, columns)


def _kind(name: str) -> Kind:
    if name in _SURE_KINDS:
        return _SURE_KINDS[name]
    if name.endswith("_at"):
        return "moment"
    return "day" if name.endswith("_on") or name == "since" else "text"


SHEETS = tuple(_sheet(card.sheet.name, card) for card in CARDS if card.sheet is not None)


class Row(Record):
    """One row of the store with its numbers decrypted. `is_veiled`: it belongs to somebody else's
    confidential case; `is_hidden`: that, or its idea is redacted for this reader."""

    values: tuple[Any, ...]
    is_veiled: bool
    is_hidden: bool


def size(db: Store) -> int:
    """Return how many rows all SHEETS have."""
    counts = " + ".join(
        f"(SELECT count(*) FROM {one.table} WHERE commune_id = :commune_id)"  # noqa: S608 ours
        for one in SHEETS
    )
    found = db.row(f"SELECT {counts}")
    return int(found[0]) if found else 0


def rows(db: Store, sheet: Sheet, viewer: str) -> Iterator[Row]:
    """Yield a table's rows in the order they were written; ids of ideas as their codes, of staff as
    their names."""
    joins, veiled, hidden = _of_its_idea(sheet)
    order = sheet.card.sheet.order if sheet.card.sheet else "id"
    selected = ", ".join(_selected(sheet.table, column) for column in sheet.columns)
    phones = [place for place, one in enumerate(sheet.columns) if one.kind == "phone"]
    facts = [place for place, one in enumerate(sheet.columns) if one.kind == "facts"]
    found = db.each(
        f"SELECT {veiled}, {hidden}, {selected} FROM {sheet.table}{joins}"  # noqa: S608 ours
        f" WHERE {sheet.table}.commune_id = :commune_id ORDER BY {sheet.table}.{order}",
        viewer=viewer,
    )
    for is_veiled, is_hidden, *values in found:
        for place in phones:
            values[place] = db.decrypt(values[place])
        for place in facts:
            values[place] = json.loads(db.decrypt(values[place]) or "null")
        yield Row(tuple(values), bool(is_veiled), bool(is_hidden))


def _of_its_idea(sheet: Sheet) -> tuple[str, str, str]:
    """Return the joins to a row's idea, and the conditions for veiled and hidden."""
    if not sheet.has_idea:
        return "", "0", "0"
    joins, owner = "", sheet.table
    if sheet.card.via:
        owner = sheet.card.foreign[sheet.card.via]
        joins = _join(owner, f"{sheet.table}.{sheet.card.via}")
    joins += _join("proposal", f"{owner}.proposal_id")
    return joins, VEILED, HIDDEN


def _join(table: str, column: str) -> str:
    of = column.partition(".")[0]
    return (
        f" LEFT JOIN {table} ON {table}.commune_id = {of}.commune_id AND {table}.id = {column}"
    )  # fmt: skip


def _selected(table: str, column: SheetColumn) -> str:
    name = f"{table}.{column.name}"
    if column.kind == "idea":
        return (
            "(SELECT idea.code FROM proposal AS idea WHERE idea.commune_id = :commune_id"  # noqa: S608
            f" AND idea.id = {name})"
        )
    if column.kind == "person":
        return (
            "coalesce((SELECT who.name FROM staff_member AS who"  # noqa: S608 names are ours
            f" WHERE who.commune_id = :commune_id AND who.id = {name}), {name})"
        )
    return name
