"""The year's outreach as the table of the report's part I."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from shared import texts
from shared.db.connection import Store
from shared.documents.tables import Cell, PaperTable
from shared.domain import clock
from shared.domain.outreach import BROUGHT_NOTHING, BroughtIdeas
from shared.store.office import outreach
from shared.store.office.outreach import Effort
from shared.store.reports import outreach_figures

_WORDS, _PAPER = texts.load("vi").say, texts.load("papers.vi").say
_COLUMNS = ("stt", "way", "done", "place_of", "days", "done_by", "reached", "cost", "ideas")


def of_year(db: Store, year: int, zone: ZoneInfo, *, most: int | None = None) -> PaperTable:
    """Return the year's efforts, the earliest first, and their sums below. With more than `most`,
    the table has so many rows and says below it how many there are; then it does not say what all
    of them brought in, which is asked of each one."""
    efforts = outreach.of_year(db, year)
    listed = efforts[:most]
    brought = outreach_figures.brought(db, listed, zone)
    rows = [_row(number, one, brought) for number, one in enumerate(listed, start=1)]
    is_whole = len(listed) == len(efforts)
    if rows:
        rows.append(_sums(efforts, brought if is_whole else None))
    columns = [_PAPER(f"column.{name}") for name in _COLUMNS]
    note = _PAPER("outreach.note")
    if not is_whole:
        note = f"{_PAPER('report.note.first', n=len(listed), tong=len(efforts))} {note}"
    return PaperTable("tuyen-truyen", _PAPER("table.tuyen-truyen"), columns, rows, note)


def _row(number: int, one: Effort, brought: Mapping[str, BroughtIdeas]) -> list[Cell]:
    days = [clock.written_day(day) for day in (one.begun_on, one.ended_on) if day]
    return [
        number, _WORDS(f"staff.outreach.kinds.{one.kind}"), one.title, one.place, "–".join(days),
        one.done_by, one.reached, one.cost,
        brought.get(one.id, BROUGHT_NOTHING).total if one.mobiliser else None,
    ]  # fmt: skip


def _sums(efforts: Sequence[Effort], brought: Mapping[str, BroughtIdeas] | None) -> list[Cell]:
    ideas = None
    if brought is not None:
        ideas = sum(brought.get(one.id, BROUGHT_NOTHING).total for one in efforts)
    reached, cost = (
        sum(getattr(one, name) or 0 for one in efforts) for name in ("reached", "cost")
    )
    return ["", _PAPER("report.total"), "", "", "", "", reached, cost, ideas]
