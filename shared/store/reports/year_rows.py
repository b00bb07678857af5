"""Which rows of a copy belong to one campaign year: those of its ideas, of its sessions and papers,
and what names the office had.

A sheet (table_rows.py) that nothing here brings in is in no archive; a promise test asks of each.
"""

from collections.abc import Mapping
from typing import Any

from shared.db.connection import Store
from shared.store.reports import table_rows
from shared.store.reports.table_rows import Sheet

# What is few rows and explains the others.
WHOLE = frozenset({"office_profile", "legal_basis", "organisation", "collective", "conference"})
# By which column of a table its day is known.
DAYS = {"outreach": "begun_on", "daily_head": "day", "reconciliation": "month"}
# Tables whose rows come with a row of another, by the column that names it.
PARENTS = {
    "session_id": "council_session", "item_id": "council_item", "paper_id": "outgoing_paper",
    "honour_id": "honour", "model_id": "model", "adoption_id": "adoption",
    "reconciliation_id": "reconciliation",
}  # fmt: skip
# Sheets that no archive holds, and why.
LEFT_OUT = {
    "staff_member": "who did what stands in each row by name", "device": "the machine's own",
    "organisation_clerk": "who may log in", "data_request": "kept by its own clock, not the year's",
    "award_rules": "how certificates are printed", "paper_template": "papers are there filled in",
    "template_choice": "papers are there filled in", "suppression": "of people, not of ideas",
    "suppression_lift": "of people, not of ideas", "paper_form": "those that came back are ideas",
    "print_job": "the machine's own", "office_file": "the files are there themselves",
    "administrative_procedure": "a list of the state's own", "opening": "of who read, not of ideas",
}  # fmt: skip


class YearRows:
    """Tells which rows belong to the year whose ideas have these codes. Sheets are asked in the
    order of copied.SHEETS, where what a row hangs on stands before it."""

    def __init__(self, year: int, codes: frozenset[str]) -> None:
        self.year, self.codes = year, codes
        self._kept: dict[str, set[str]] = {}

    def holds(self, sheet: Sheet) -> bool:
        """Say whether an archive has this sheet at all."""
        return sheet.table not in LEFT_OUT

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
        if sheet.table in WHOLE:
            return True
        if sheet.table in DAYS:
            return str(found[DAYS[sheet.table]]).startswith(f"{self.year}-")
        if "year" in found:
            return bool(found["year"] == self.year)
        if "proposal_id" in found:
            return found["proposal_id"] in self.codes
        parent = parent_of(sheet)
        return parent is not None and found[parent] in self._kept.get(PARENTS[parent], ())


def parent_of(sheet: Sheet) -> str | None:
    """Return the column that names what a sheet's rows hang on, or None."""
    return next((one.name for one in sheet.columns if one.name in PARENTS), None)


def codes_of(db: Store, year: int) -> frozenset[str]:
    """Return the codes of the ideas that count to a year, junk left out."""
    return frozenset(
        row[0]
        for row in db.rows(
            "SELECT code FROM proposal WHERE commune_id = :commune_id"
            " AND evaluation_year = :year AND is_spam = 0",
            year=year,
        )
    )
