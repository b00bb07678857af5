"""The report of a year as files: the paper (DOCX) and its tables (XLSX)."""

import io
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from shared import texts
from shared.db.connection import Store
from shared.documents import effects, outreach_table, spreadsheet, trial_mark, write, year_figures
from shared.documents.tables import PaperTable
from shared.documents.write import Desk, Registered
from shared.domain.proposal import Status
from shared.domain.record import Record, replace
from shared.store.cases import proposals, redactions
from shared.store.office import campaigns, report_words
from shared.store.reports import yearly as kept

_PAPER = texts.load("papers.vi").say
_NOBODY = ""  # a report leaves the desk: it holds what a reader without the case may read
# The ending of a sheet's name, by year of counting.
_SHEETS = {"received": "tiep-nhan", "counted": "nam-xet"}


class BasisFigures(Record):
    """The figures on one basis: its title, the totals by outcome, the tables."""

    title: str
    basis: year_figures.Basis
    sums: dict[str, int]
    tables: list[PaperTable]


def parts(db: Store, year: int, *, at: int, zone: ZoneInfo) -> list[BasisFigures]:
    """Return the year's figures: by year of receipt, then by the year that counts."""
    cases = kept.cases(db, year, zone)
    spread = [case.id for case in cases if case.status is Status.REPLICATED]
    ideas = list(proposals.by_ids(db, spread).values())
    ideas = redactions.all_as_read_by(db, [one for one in ideas if one.is_open_to_all], _NOBODY)
    words = effects.of_ideas(db, ideas)
    evidence = {one.code: words[one.id] for one in ideas}
    found = []
    for basis in year_figures.BASES:
        chosen = year_figures.of_year(cases, year, basis, at=at, zone=zone, evidence=evidence)
        title = _PAPER(f"report.basis.{basis}", nam=year)
        found.append(
            BasisFigures(title, basis, year_figures.summary(chosen), year_figures.tables(chosen))
        )
    return found


def paper(desk: Desk, year: int, registered: Registered) -> bytes:
    """Return the report as DOCX. A year without its own campaign uses the nearest one."""
    campaign = replace(campaigns.campaign_of(desk.db, year), year=year)
    said = report_words.of(desk.db, year)
    blanks = write.frame(desk, campaign, registered, "bao-cao-nam") | {
        "service_days": campaign.service_days,
        "shortfalls": said.shortfalls,
        "directions": said.directions,
        "outreach": write.table_blanks(outreach_table.of_year(desk.db, year, desk.zone)),
        "parts": _part_blanks(parts(desk.db, year, at=desk.at, zone=desk.zone)),
    }
    return write.write(desk, "bao-cao-nam", blanks)


def _part_blanks(found: list[BasisFigures]) -> list[dict[str, Any]]:
    """Return both parts for the template; tables that say the same again are not printed twice."""
    made: list[dict[str, Any]] = []
    for part in found:
        tables = [write.table_blanks(table) for table in part.tables]
        is_again = bool(made) and made[0]["tables"] == tables
        made.append({
            "title": part.title,
            "sums": part.sums,
            "tables": [] if is_again else tables,
            "note": _PAPER("report.same") if is_again else "",
        })  # fmt: skip
    return made


def workbook(db: Store, year: int, *, at: int, zone: ZoneInfo) -> bytes:
    """Return the year's outreach and the tables of both years of counting as XLSX."""
    made = io.BytesIO()
    figures = (
        replace(table, name=f"{table.name}-{_SHEETS[part.basis]}")
        for part in parts(db, year, at=at, zone=zone)
        for table in part.tables
    )
    tables = chain([outreach_table.of_year(db, year, zone)], figures)
    spreadsheet.write_workbook(made, tables, lambda: None, mark=trial_mark.of(db))
    return made.getvalue()
