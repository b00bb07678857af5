"""Which rows of a copy belong to one campaign year: those of its ideas, its sessions and papers,
and the office's names.

The cards say it: the rows of its ideas, those of a day (`year_of`), every row, those that belong to
another table's row, or none (`not_archived`).
"""

from collections.abc import Mapping
from typing import Any

from shared.db.card import EVERY_YEAR
from shared.db.connection import Store
from shared.store.reports import table_rows
from shared.store.reports.table_rows import Sheet


class YearRows:
    """Says which rows belong to the year whose ideas have these codes. Sheets are asked in the
    order of SHEETS, where a row's parent stands before it."""

    def __init__(self, year: int, codes: frozenset[str]) -> None:
        self.year, self.codes = year, codes
        self._kept: dict[str, set[str]] = {}

    def holds(self, sheet: Sheet) -> bool:
        """Say whether an archive has this sheet at all."""
        return not sheet.card.not_archived

    def has(self, sheet: Sheet, row: table_rows.Row) -> bool:
        """Say whether a row belongs to the year."""
        names = [column.name for column in sheet.columns]
        found = dict(zip(names, row.values, strict=True))
        if not self._belongs(sheet, found):
            return False
        if "id" in found:
            self._kept.setdefault(sheet.table, set()).add(found["id"])
        return True

    def _belongs(self, sheet: Sheet, found: Mapping[str, Any]) -> bool:
        year_of = sheet.card.year_of
        if year_of:
            return year_of == EVERY_YEAR or str(found[year_of]).startswith(f"{self.year}-")
        if "year" in found:
            return bool(found["year"] == self.year)
        if "proposal_id" in found:
            return found["proposal_id"] in self.codes
        parent = parent_of(sheet)
        if parent is None:
            return False
        return found[parent] in self._kept.get(sheet.card.foreign[parent], ())


def parent_of(sheet: Sheet) -> str | None:
    """Return the column that names the parent of a sheet's rows, or None."""
    return next((one.name for one in sheet.columns if one.name in sheet.card.foreign), None)


def codes_of(db: Store, year: int) -> frozenset[str]:
    """Return the codes of the ideas that count to a year, without junk."""
    return frozenset(
        row[0]
        for row in db.rows(
            "SELECT code FROM proposal WHERE commune_id = :commune_id"
            " AND evaluation_year = :year AND is_spam = 0",
            year=year,
        )
    )
