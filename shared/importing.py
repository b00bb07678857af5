"""Ideas of a paper register brought in from a file: all of its rows, or none.

The first row holds headings, those of the export (texts `papers.column.*`); columns of other
names are left alone. The same row again is the same idea, so a file may be brought in twice. No
SMS goes out: these ideas are old news to their senders.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from shared import clock, texts
from shared.intake import read_proposal
from shared.proposal import PARTICIPANT_TYPES, NewProposal
from shared.store import proposals
from shared.store.connection import Store, writing
from shared.store.proposals import Arrival
from shared.store.sealed import canonical
from shared.texts import NOTICE_VERSION

_WORDS, _PAPER = texts.load("vi").say, texts.load("papers.vi").say
# Columns whose cell is the field's value as it stands.
_PLAIN = (
    "title", "current_state", "solution", "expected_effect", "hamlet", "mobiliser", "unit",
    "position", "name", "phone", "guardian",
)  # fmt: skip
_CONSENTS = {"consent_store": "store", "consent_sms": "sms", "consent_name": "name_me"}
_DAYS = ("%d/%m/%Y %H:%M", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d")


@dataclass(frozen=True)
class Idea:
    """One row that can be kept; `received_at` in ms UTC, `key` names the row's content."""

    new: NewProposal
    received_at: int
    key: str


@dataclass(frozen=True)
class Wrong:
    """What is wrong in a row, as a sentence; rows are counted as a spreadsheet counts them."""

    row: int
    column: str
    sentence: str


class FileUnreadable(Exception):
    """The file is no workbook and no CSV in UTF-8, or it lacks a heading that must be there."""


def read(path: Path, *, at: int, zone: ZoneInfo) -> list[Idea] | list[Wrong]:
    """Return a file's ideas, or all that is wrong in it. Raises FileUnreadable, OSError."""
    ideas: list[Idea] = []
    wrong: list[Wrong] = []
    for number, cells in _rows(path):
        found = _read_row(number, cells, at, zone)
        if isinstance(found, Idea):
            ideas.append(found)
        else:
            wrong += found
    return wrong or ideas


def keep(
    db: Store,
    ideas: list[Idea],
    *,
    receipt_key: bytes,
    zone: ZoneInfo,
    actor: str,
    at: int,
    on_idea: Callable[[], None],
) -> int:
    """Keep every idea in one transaction and return how many were not there before."""
    new = 0
    with writing(db):
        for idea in ideas:
            added = proposals.add(
                db, idea.new, Arrival(idea.received_at, idea.received_at, registered_at=at),
                key=idea.key, fingerprint="", receipt_key=receipt_key, zone=zone, actor=actor,
            )  # fmt: skip
            new += added.is_new
            on_idea()
    return new


def _read_row(number: int, cells: Mapping[str, str], at: int, zone: ZoneInfo) -> Idea | list[Wrong]:
    wrong = []
    received = _moment(cells.get("received", ""), zone)
    if received is None or received > at:
        sentence = _PAPER("import.day_wrong")
        wrong.append(Wrong(number, _PAPER("column.received"), sentence))
    participant = _participants().get(cells.get("participant", "").casefold())
    if participant is None:
        sentence = _PAPER("import.participant_wrong")
        wrong.append(Wrong(number, _PAPER("column.participant"), sentence))
    consents = {name: _is_ticked(cells.get(column, "")) for column, name in _CONSENTS.items()}
    given = {name: cells[name] for name in _PLAIN if cells.get(name)} | {
        "participant_type": participant or "citizen",
        "insider": _is_ticked(cells.get("insider", "")),
        "under_16": _is_ticked(cells.get("under_16", "")),
        "category": cells.get("category") or None,
        "consents": {**consents, "notice": NOTICE_VERSION if any(consents.values()) else None},
    }
    new = read_proposal(given, "paper")
    if isinstance(new, list):
        wrong += [
            Wrong(number, _heading(one.field), _WORDS(one.text, **dict(one.blanks or {})))
            for one in new
        ]
    if wrong or isinstance(new, list) or received is None:
        return wrong
    key = sha256(canonical({"received": received, **given})).hexdigest()
    return Idea(new, received, f"import|{key}")


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row that holds anything, by column name, with its number in the file."""
    source = _workbook_rows(path) if path.suffix.lower() == ".xlsx" else _csv_rows(path)
    names = {_PAPER(f"column.{name}"): name for name in _known()}
    columns: list[str | None] = []
    for number, cells in enumerate(source, start=1):
        if number == 1:
            columns = [names.get(cell.strip()) for cell in cells]
            for needed in ("received", "participant", "title"):
                if needed not in columns:
                    heading = _PAPER(f"column.{needed}")
                    raise FileUnreadable(f"its first row has no heading {heading!r}")
        elif any(cell.strip() for cell in cells):
            found = zip(columns, cells, strict=False)
            yield number, {name: cell.strip() for name, cell in found if name}


def _known() -> tuple[str, ...]:
    return (*_PLAIN, *_CONSENTS, "received", "participant", "insider", "under_16", "category")


def _csv_rows(path: Path) -> Iterator[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for cells in csv.reader(file):
                yield [_revived(cell) for cell in cells]
    except (UnicodeDecodeError, csv.Error) as fault:
        raise FileUnreadable("it is no CSV in UTF-8") from fault


def _workbook_rows(path: Path) -> Iterator[list[str]]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook  # late: the programs must start fast
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as fault:
        raise FileUnreadable("it is no workbook") from fault
    for cells in book.worksheets[0].iter_rows(values_only=True):
        yield [_cell(cell) for cell in cells]


def _cell(cell: object) -> str:
    if cell is None:
        return ""
    return f"{cell:%Y-%m-%d %H:%M:%S}" if isinstance(cell, date) else str(cell)


def _revived(cell: str) -> str:
    """Return a CSV cell without the apostrophe that kept it from being a formula."""
    return cell[1:] if cell.startswith(("'=", "'+", "'-", "'@", "'\t", "'\r")) else cell


def _moment(text: str, zone: ZoneInfo) -> int | None:
    """Return an instant in ms UTC; a day alone counts to its last minute, so that nobody gets
    ahead of whoever brought a like idea that day."""
    for form in _DAYS:
        try:
            moment = datetime.strptime(text, form).replace(tzinfo=zone)
        except ValueError:
            continue
        if "%H" not in form:
            moment = datetime.combine(moment.date(), time(23, 59), tzinfo=zone)
        return clock.from_local(moment)
    return None


def _participants() -> dict[str, str]:
    return {_WORDS(f"choice.participant_type.{one}").casefold(): one for one in PARTICIPANT_TYPES}


def _is_ticked(cell: str) -> bool:
    return cell.casefold() in ("x", "có", "1")


def _heading(field: str) -> str:
    return _PAPER(f"column.{field}") if field in _known() else field
