"""The record of a year as a workbook: one sheet of persons, for rating, and one sheet of what each
of them sent."""

import io
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from shared import texts
from shared.documents import spreadsheet
from shared.documents.tables import Cell, PaperTable
from shared.domain import clock, codes
from shared.domain.year_record import Contribution, Person

_WORDS, _PAPER = texts.load("vi").say, texts.load("papers.vi").say
_COLUMNS = {
    "tong-hop": (
        "stt", "name", "unit", "position", "participant", "submitted", "valid", "recognised",
        "applied",
    ),
    "chi-tiet": (
        "stt", "name", "unit", "code", "title", "received", "year", "status", "outcome",
        "applied_at", "remark",
    ),
}  # fmt: skip


def workbook(people: Sequence[Person], zone: ZoneInfo, *, mark: str = "") -> bytes:
    """Return the XLSX of these persons, each with what counts to the year; `mark` as in
    trial_mark.py."""
    made = io.BytesIO()
    spreadsheet.write_workbook(made, _tables(people, zone), lambda: None, mark=mark)
    return made.getvalue()


def _tables(people: Sequence[Person], zone: ZoneInfo) -> list[PaperTable]:
    persons = [_person(number, one) for number, one in enumerate(people, start=1)]
    parts = [
        _part(number, one, part, zone)
        for number, one in enumerate(people, start=1)
        for part in one.contributions
    ]
    return [
        PaperTable(
            name, _PAPER(f"table.{name}"), [_PAPER(f"column.{one}") for one in columns], rows
        )
        for (name, columns), rows in zip(_COLUMNS.items(), (persons, parts), strict=True)
    ]


def _person(number: int, one: Person) -> list[Cell]:
    kind = _WORDS(f"choice.participant_type.{one.participant_type}")
    counts = (one.submitted, one.valid, one.recognised, one.applied)
    return [number, one.name, one.unit, one.position, kind, *counts]


def _part(number: int, one: Person, part: Contribution, zone: ZoneInfo) -> list[Cell]:
    received = clock.to_local(part.received_at, zone).replace(tzinfo=None, microsecond=0)
    is_merged = part.kept_code != part.code
    return [
        number, one.name, one.unit, codes.grouped(part.code), part.title, received, part.year,
        _WORDS(f"status.{part.status}.label"), decision_of(part), places_of(part),
        _PAPER("remark.merged", ma=codes.grouped(part.kept_code)) if is_merged else "",
    ]  # fmt: skip


def decision_of(part: Contribution) -> str:
    """Return the decision that recognised an idea, as papers name it; "" if none did."""
    if not (part.is_recognised and part.decision_number):
        return ""
    day = clock.written_day(part.decision_date)
    return _PAPER("outcome.decided", so=part.decision_number, ngay=day)


def places_of(part: Contribution) -> str:
    """Return the units that apply an idea, each with the day it began."""
    return "; ".join(f"{unit} ({clock.written_day(since)})" for unit, since in part.units)
