"""The report of a year as files: the paper (DOCX) and its tables (XLSX)."""

import io
from dataclasses import dataclass, replace
from itertools import chain
from zoneinfo import ZoneInfo

from shared import documents, outreach_table, spreadsheet, texts, yearly
from shared.documents import Desk, Registered
from shared.store import communes
from shared.store import yearly as kept
from shared.store.connection import Store
from shared.tables import Table

_PAPER = texts.load("papers.vi").say
# What a sheet's name ends with, by basis.
_SHEETS = {"received": "tiep-nhan", "counted": "nam-xet"}


@dataclass(frozen=True)
class Part:
    """The figures on one basis: its title, the totals by outcome, the tables."""

    title: str
    basis: yearly.Basis
    sums: dict[str, int]
    tables: list[Table]


def parts(db: Store, year: int, *, at: int, zone: ZoneInfo) -> list[Part]:
    """Return the year's figures: by year of receipt, then by the year that counts."""
    cases = kept.cases(db)
    found = []
    for basis in yearly.BASES:
        chosen = yearly.of_year(cases, year, basis, at=at, zone=zone)
        title = _PAPER(f"report.basis.{basis}", nam=year)
        found.append(Part(title, basis, yearly.summary(chosen), yearly.tables(chosen)))
    return found


def paper(desk: Desk, year: int, registered: Registered) -> bytes:
    """Return the report as DOCX. A year without a campaign of its own goes by the nearest."""
    campaign = replace(communes.campaign_of(desk.db, year), year=year)
    blanks = documents.frame(desk, campaign, registered, "bao-cao-nam") | {
        "service_days": campaign.service_days,
        "outreach": documents.table_blanks(outreach_table.of_year(desk.db, year, desk.zone)),
        "parts": [
            {
                "title": part.title,
                "sums": part.sums,
                "tables": [documents.table_blanks(table) for table in part.tables],
            }
            for part in parts(desk.db, year, at=desk.at, zone=desk.zone)
        ],
    }
    return documents.write(desk, "bao-cao-nam", blanks)


def workbook(db: Store, year: int, *, at: int, zone: ZoneInfo) -> bytes:
    """Return as XLSX what was done to spread the word and the tables of both bases."""
    made = io.BytesIO()
    figures = (
        replace(table, name=f"{table.name}-{_SHEETS[part.basis]}")
        for part in parts(db, year, at=at, zone=zone)
        for table in part.tables
    )
    tables = chain([outreach_table.of_year(db, year, zone)], figures)
    spreadsheet.write_workbook(made, tables, lambda: None)
    return made.getvalue()
