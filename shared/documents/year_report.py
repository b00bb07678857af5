"""The report of a year as files: the paper (DOCX) and its tables (XLSX)."""

import io
from collections.abc import Iterator
from functools import partial
from itertools import chain, count, islice
from typing import Any
from zoneinfo import ZoneInfo

from shared import texts
from shared.db.connection import Store
from shared.documents import effects, outreach_table, spreadsheet, trial_mark, write, year_figures
from shared.documents.effects import EffectWords
from shared.documents.tables import Cell, PaperTable
from shared.documents.write import Desk, Registered
from shared.domain import clock, codes
from shared.domain.record import Record, replace
from shared.store.cases import proposals, redactions
from shared.store.office import campaigns, report_words
from shared.store.reports import yearly as kept

_PAPER = texts.load("papers.vi").say
# How many rows of a list a page shows, and a printed paper; the workbook has all of them.
MOST_SHOWN, MOST_PRINTED = 50, 200
# How many codes stand in one cell, and for how many ideas evidence is read at once.
_MOST_CODES, _AT_ONCE = 100, 100
_NOBODY = ""  # a report leaves the desk: it holds what a reader without the case may read
# The ending of a sheet's name, by year of counting.
_SHEETS = {"received": "tiep-nhan", "counted": "nam-xet"}


class BasisFigures(Record):
    """The figures on one basis: its title, the totals by outcome, the tables."""

    title: str
    basis: year_figures.Basis
    sums: dict[str, int]
    tables: list[PaperTable]


def parts(
    db: Store, year: int, *, at: int, zone: ZoneInfo, most: int | None = None
) -> list[BasisFigures]:
    """Return the year's figures: by year of receipt, then by the year that counts. A list of ideas
    has `most` rows and says so below; without that number its rows are read as they are used."""
    cases, praise = kept.counts(db, year, zone, at=at), kept.praise(db, year, zone)
    found = []
    for basis in year_figures.BASES:
        chosen = year_figures.of_year(
            cases, praise, year, basis,
            spread=_spread(db, year, basis, zone, most),
            carried=partial(kept.carried, db, year, zone=zone, most=_MOST_CODES),
        )  # fmt: skip
        title = _PAPER(f"report.basis.{basis}", nam=year)
        tables = year_figures.tables(chosen)
        if most is not None:
            every = year_figures.how_many_spread(chosen)
            tables = [_shortened(one, every) if one.name == "b6" else one for one in tables]
        found.append(BasisFigures(title, basis, year_figures.summary(chosen), tables))
    return found


def _shortened(table: PaperTable, every: int) -> PaperTable:
    """Return a table with its rows read, of which there are so many in all."""
    rows = list(table.rows)
    if len(rows) >= every:
        return replace(table, rows=rows)
    return replace(table, rows=rows, note=_PAPER("report.note.first", n=len(rows), tong=every))


def _spread(
    db: Store, year: int, basis: year_figures.Basis, zone: ZoneInfo, most: int | None
) -> Iterator[list[Cell]]:
    """Yield the rows of the replicated ideas, with what is known of each."""
    ideas = kept.spread(db, year, basis, zone, most)
    number = count(1)
    while some := list(islice(ideas, _AT_ONCE)):
        whole = proposals.by_ids(db, [one.id for one in some]).values()
        known = effects.of_ideas(
            db, redactions.all_as_read_by(db, [one for one in whole if one.is_open_to_all], _NOBODY)
        )
        for one in some:
            words = known.get(one.id, EffectWords(one.expected_effect))
            since = clock.written_day(one.said.get("since", ""))
            where = ", ".join(filter(None, (one.said.get("where", ""), since)))
            yield [
                next(number), codes.grouped(one.code), one.title, where,
                words.expected, words.measured, words.trial, words.opinion,
            ]  # fmt: skip


def paper(desk: Desk, year: int, registered: Registered) -> bytes:
    """Return the report as DOCX. A year without its own campaign uses the nearest one."""
    campaign = replace(campaigns.campaign_of(desk.db, year), year=year)
    said = report_words.of(desk.db, year)
    blanks = write.frame(desk, campaign, registered, "bao-cao-nam") | {
        "service_days": campaign.service_days,
        "shortfalls": said.shortfalls,
        "directions": said.directions,
        "outreach": write.table_blanks(
            outreach_table.of_year(desk.db, year, desk.zone, most=MOST_PRINTED)
        ),
        "parts": _part_blanks(parts(desk.db, year, at=desk.at, zone=desk.zone, most=MOST_PRINTED)),
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
