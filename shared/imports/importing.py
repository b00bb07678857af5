"""Imports the ideas of a paper register from a file: all of its rows, or none.

The headings stand below the title, if there is one: those of the export (texts `papers.column.*`)
or others that offices write (`also.register`). The same row is the same idea, however the file was
saved, so a register may be imported twice. No SMS is sent: the senders of these ideas already know.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from shared import texts
from shared.db.checksums import canonical
from shared.db.connection import Store, writing
from shared.domain import clock
from shared.domain.intake import Problem, read_proposal
from shared.domain.proposal import CATEGORIES, KEPT_TYPES, NOT_ASKED, NewProposal
from shared.domain.record import Record
from shared.domain.vietnamese import one_line
from shared.imports import columns, table_files, ticks, written_days
from shared.imports.columns import TableRow
from shared.store.cases import proposals, receiving
from shared.store.cases.receiving import Arrival
from shared.texts import NOTICE_VERSION

_WORDS, _PAPER = texts.load("vi").say, texts.load("papers.vi").say
# Columns whose cell is the field's value without a change.
_PLAIN = (
    "title", "current_state", "solution", "expected_effect", "hamlet", "mobiliser", "unit",
    "position", "name", "phone", "guardian",
)  # fmt: skip
_CONSENTS = {"consent_store": "store", "consent_sms": "sms", "consent_name": "name_me"}
_TICKED = ("insider", "under_16", *_CONSENTS)
_NEEDED = ("received", "participant", "title")
_LAST_MINUTE = time(23, 59)
# The version of the notice at the time of the first imports: it is part of their keys.
_FIRST_NOTICE = "2026-1"
_SHOWN_LETTERS = 40
_COUNTED = re.compile(
    r"(?P<whole>\d{9,12})[.,]0+|(?P<first>\d)[.,](?P<more>\d+)E\+?(?P<power>\d\d?)",
    re.ASCII | re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?:nhom )?([1-8])(?: 0)?")


class ImportedIdea(Record):
    """One row that can be kept; `received_at` in ms UTC, `key` identifies the row's content. In
    versions before 0.2 the same row had one of `former_keys`."""

    new: NewProposal
    received_at: int
    key: str
    former_keys: tuple[str, ...] = ()


class WrongRow(Record):
    """What is wrong in a row, as a sentence; rows are counted as a spreadsheet counts them.
    `column` is "" if it is the whole row."""

    row: int
    column: str
    sentence: str


class Register(Record):
    """What a file holds: ideas, or everything that is wrong in it. `rows` are those below the
    headings, `blank` how many of them hold nothing; `beside` names the sheets that were not
    read."""

    ideas: list[ImportedIdea]
    wrong: list[WrongRow]
    rows: int
    blank: int
    beside: tuple[str, ...]


def read(path: Path, *, at: int, zone: ZoneInfo, ignored: Iterable[str] = ()) -> Register:
    """Return what a file holds. `ignored` are headings of columns to leave out. Raises
    TableRefused, OSError."""
    with path.open("rb") as file:
        content = file.read(table_files.MOST_BYTES + 1)
    known = _known()
    sheet = table_files.read(content, known.has)
    table = columns.read(sheet, known, ignored)
    ideas: list[ImportedIdea] = []
    wrong: list[WrongRow] = []
    for row in table.rows:
        found = _read_row(row, at, zone, sheet.first_day)
        if isinstance(found, ImportedIdea):
            ideas.append(found)
        else:
            wrong += found
    return Register(ideas, wrong, len(table.rows) + table.blank, table.blank, sheet.beside)


def keep(
    db: Store,
    ideas: list[ImportedIdea],
    *,
    receipt_key: bytes,
    zone: ZoneInfo,
    actor: str,
    at: int,
    on_idea: Callable[[], None],
) -> int:
    """Keep every idea in one transaction and return how many are new."""
    new = 0
    with writing(db):
        for idea in ideas:
            if not any(proposals.by_key(db, key) for key in idea.former_keys):
                added = receiving.add(
                    db, idea.new, Arrival(idea.received_at, idea.received_at, registered_at=at),
                    key=idea.key, fingerprint="", receipt_key=receipt_key, zone=zone, actor=actor,
                )  # fmt: skip
                new += added.is_new
            on_idea()
    return new


# ── One row ──────────────────────────────────────────────────────────────────────────────────────


def _read_row(
    row: TableRow, at: int, zone: ZoneInfo, first_day: date
) -> ImportedIdea | list[WrongRow]:
    wrong = list(_unreadable(row))
    received = written_days.read_moment(row.cells.get("received", ""), zone, first_day)
    if received is None or _is_to_come(received, at, zone):
        wrong.append(_wrong(row, "received", "day_wrong"))
    said = row.cells.get("participant", "")
    participant = _participants().get(columns.folded(said)) if said else NOT_ASKED
    if participant is None:
        wrong.append(_wrong(row, "participant", "participant_wrong"))
    ticked = {name: ticks.read(row.cells.get(name, "")) for name in _TICKED}
    wrong += [_wrong(row, name, "tick_wrong") for name, is_so in ticked.items() if is_so is None]
    given = _given(row.cells, participant, ticked)
    new = read_proposal(given, "paper")
    if isinstance(new, list):
        wrong += [_of_problem(row, one) for one in new]
    if wrong or isinstance(new, list) or received is None:
        return wrong
    day, hour = received
    moment = clock.from_local(datetime.combine(day, hour or _LAST_MINUTE, tzinfo=zone))
    former = (moment, clock.start_of_day(day, zone)) if hour is None else (moment,)
    return ImportedIdea(
        new,
        # A day without an hour counts to its last minute, so that nobody gets ahead of a person
        # with a similar idea on that day. Today is not over, so today's counts to now.
        min(moment, at),
        f"import|{_key(new, moment)}",
        tuple(f"import|{_former_key(row.cells, given, one)}" for one in former),
    )


def _given(
    cells: Mapping[str, str], participant: str | None, ticked: Mapping[str, bool | None]
) -> dict[str, Any]:
    consents = {name: bool(ticked[column]) for column, name in _CONSENTS.items()}
    plain = {name: cells[name] for name in _PLAIN if cells.get(name)}
    if "phone" in plain:
        plain["phone"] = _digits(plain["phone"])
    category, *further = _groups(cells.get("category", ""))
    return plain | {
        "participant_type": None if participant == NOT_ASKED else participant,
        "insider": bool(ticked["insider"]),
        "under_16": bool(ticked["under_16"]),
        "category": category,
        **({"more_categories": further} if further else {}),
        "consents": {**consents, "notice": NOTICE_VERSION if any(consents.values()) else None},
    }


def _digits(cell: str) -> str:
    """Return the digits of a number that another program wrote as a fraction (912345678.0,
    9.12345678E+8). If digits are lost (9.12E+08), return it as it is; it is refused later."""
    read = _COUNTED.fullmatch(cell)
    if read is None:
        return cell
    if read["whole"]:
        return read["whole"]
    is_whole = len(read["more"]) == int(read["power"])
    return read["first"] + read["more"] if is_whole else cell


def _unreadable(row: TableRow) -> Iterator[WrongRow]:
    """Yield faults that make a row differ from what somebody wrote, whatever its columns are."""
    if row.is_too_long:
        yield WrongRow(row.number, "", _PAPER("import.row_too_long"))
    for name, cell in row.cells.items():
        if cell.upper() in table_files.FAULTS:
            yield _wrong(row, name, "cell_fault")
        elif "\ufffd" in cell:
            yield _wrong(row, name, "letters_lost")


def _is_to_come(received: tuple[date, time | None], at: int, zone: ZoneInfo) -> bool:
    day, hour = received
    now = clock.to_local(at, zone)
    return day > now.date() or (day == now.date() and hour is not None and hour > now.time())


def _groups(cell: str) -> list[str | None]:
    """Return the categories of a cell ("3; 5"), the main one first; a cell that names something
    else besides is left whole, to be refused."""
    found = [_category(part.strip()) for part in cell.split(";")]
    return found if all(one in CATEGORIES for one in found) else [_category(cell)]


def _category(cell: str) -> str | None:
    """Return a category as it is kept, found by its number ("3", "3.0", "Nhóm 3") or its name."""
    plain = columns.folded(cell)
    numbered = _NUMBERED.fullmatch(plain)
    return numbered[1] if numbered else _categories().get(plain, cell or None)


def _wrong(row: TableRow, name: str, reason: str) -> WrongRow:
    said = one_line(row.cells.get(name, ""))[:_SHOWN_LETTERS]
    return WrongRow(row.number, _heading(name), _PAPER(f"import.{reason}", gia_tri=said))


def _of_problem(row: TableRow, problem: Problem) -> WrongRow:
    sentence = _WORDS(problem.text, **dict(problem.blanks or {}))
    return WrongRow(row.number, _heading(problem.field), sentence)


# ── The same row ─────────────────────────────────────────────────────────────────────────────────


def _key(new: NewProposal, moment: int) -> str:
    """Return a key for what a row means; it does not depend on how its file was saved or on today's
    version of the notice."""
    said = (
        new.participant_type, new.title, new.current_state, new.solution, new.expected_effect,
        new.category or "", new.hamlet, new.mobiliser, new.unit, new.position, new.name,
        new.phone or "", new.guardian,
    )  # fmt: skip
    consents = new.consents
    boxes = [new.insider, new.under_16, consents.store, consents.sms, consents.name_me]
    return _hash({"moment": moment, "said": [one_line(text) for text in said], "boxes": boxes})


def _former_key(cells: Mapping[str, str], given: Mapping[str, Any], moment: int) -> str:
    """Return the key that the first version gave a row, from its cells as they were written."""
    consents = dict(given["consents"])
    consents["notice"] = _FIRST_NOTICE if consents["notice"] else None
    return _hash(
        {
            "received": moment,
            **given,
            "category": cells.get("category") or None,
            "consents": consents,
        }
    )


def _hash(said: Mapping[str, Any]) -> str:
    return sha256(canonical(said)).hexdigest()


# ── Words ────────────────────────────────────────────────────────────────────────────────────────


@cache
def _known() -> columns.KnownColumns:
    names = (*_PLAIN, *_TICKED, "received", "participant", "category")
    headings = {name: _PAPER(f"column.{name}") for name in names}
    return columns.known(headings, lambda name: _PAPER(f"also.register.{name}"), _NEEDED)


@cache
def _participants() -> dict[str, str]:
    return {
        columns.folded(word): one
        for one in KEPT_TYPES
        for word in (
            _WORDS(f"choice.participant_type.{one}"),
            *_PAPER(f"also.participant.{one}").split(";"),
        )
    }


@cache
def _categories() -> dict[str, str | None]:
    named: dict[str, str | None] = {
        columns.folded(_WORDS(f"choice.category.{one}")): one for one in CATEGORIES
    }
    return named | {columns.folded(_WORDS("choice.category.none")): None}


def _heading(field: str) -> str:
    """Return the heading of a field's column."""
    kept = field.partition(".")[2]
    name = next((column for column, one in _CONSENTS.items() if one == kept), field)
    name = "participant" if name == "participant_type" else name
    return _known().shown.get(name, name)
