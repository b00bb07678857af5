"""Papers of the office as DOCX, in the layout of Decree 30/2020, appendix I.

The layout stands in templates/documents/*.docx, which a word processor opens; here the blanks
that every paper has are filled in: the office's name of that day, its bases, number and date,
signer, recipients. Numbers and dates are the records clerk's: until both are there a paper says
"DỰ THẢO". No seal or signature is ever drawn.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from shared.spreadsheet import writable
from shared.store import office
from shared.store.communes import Campaign
from shared.store.connection import Store
from shared.tables import Cell, Table

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "documents"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# Longer texts ask for no more room than this; beside a word stand the cell's own margins.
WIDE_LETTERS = 80
PADDING_LETTERS = 4
# The mean width of a letter of Times, in parts of its size.
LETTER_WIDTH = 0.5


@dataclass(frozen=True)
class Registered:
    """What the records clerk gives a paper. Without a number and a day it is a draft."""

    number: str = ""
    day: date | None = None

    @property
    def is_draft(self) -> bool:
        """True until both are there."""
        return not (self.number and self.day)


def fill(template: str, blanks: Mapping[str, Any]) -> bytes:
    """Return the paper of a template with its blanks filled; a blank that is missing raises
    jinja2.UndefinedError. What is filled in is text and never part of the template."""
    from docxtpl import DocxTemplate  # late: the programs must start fast
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    paper = DocxTemplate(str(FOLDER / f"{template}.docx"))
    paper.render(
        _written(blanks),
        SandboxedEnvironment(autoescape=True, undefined=StrictUndefined),
        autoescape=True,
    )
    _fit_columns(paper.docx)
    made = io.BytesIO()
    paper.save(made)
    return made.getvalue()


def frame(
    db: Store, campaign: Campaign, registered: Registered, *, today: date, name: str
) -> dict[str, Any]:
    """Return the blanks of every paper of a campaign. Name and bases are those of the paper's
    day, or of `today` for a draft; `name` is the setting's, where the store holds none."""
    day = registered.day or today
    profile = office.profile_on(db, day, name=name)
    full = profile.name.replace("UBND", "Ủy ban nhân dân")
    first, _, rest = full.partition("Ủy ban nhân dân ")
    return {
        "parent": profile.parent_name.replace("UBND", "Ủy ban nhân dân").upper(),
        "office": profile.name,
        "office_first": "ỦY BAN NHÂN DÂN" if rest else first.upper(),
        "office_rest": rest.upper(),
        "place": profile.place,
        "drafting_unit": profile.drafting_unit,
        "number": registered.number,
        "day_words": day_words(registered.day, today.year),
        "is_draft": registered.is_draft,
        "year": campaign.year,
        "plan": plan_of(campaign),
        "bases": bases(db, campaign, day),
        "distribution": campaign.distribution or (f"Lưu: VT, {profile.drafting_unit}",),
        "signer_title": campaign.signer_title or "CHỦ TỊCH",
        "signer": campaign.signer,
        "chairman": f"CHỦ TỊCH {full.upper()}",
        "chairman_words": f"Chủ tịch {profile.name}",
        "council_name": campaign.council_name,
    }


def day_words(day: date | None, year: int) -> str:
    """Return a date as Decree 30/2020 writes it: a nought before days under 10 and before
    January and February, none before March. Without a day, room to write it."""
    if day is None:
        return f"ngày     tháng     năm {year}"
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def plan_of(campaign: Campaign) -> str:
    """Return how papers name the campaign's own plan."""
    if not campaign.number:
        return campaign.legal_basis
    words = f"Kế hoạch số {campaign.number}"
    if campaign.issued_on:
        issued = date.fromisoformat(campaign.issued_on)
        words += f" {day_words(issued, issued.year)}"
    return words


def bases(db: Store, campaign: Campaign, day: date) -> list[str]:
    """Return the "Căn cứ …" lines of a paper of that day, without their last sign."""
    named = [*(basis.text for basis in office.bases_on(db, day)), plan_of(campaign)]
    if campaign.parent_plan:
        named.append(campaign.parent_plan)
    lines = (text.strip().rstrip(";.") for text in named)
    return [line if line.startswith("Căn cứ") else f"Căn cứ {line}" for line in lines if line]


def table_blanks(table: Table) -> dict[str, Any]:
    """Return a table as templates draw it: every cell a text."""
    return {
        "title": table.title,
        "columns": list(table.columns),
        "rows": [[cell_words(cell) for cell in row] for row in table.rows],
        "note": table.note,
    }


def cell_words(cell: Cell) -> str:
    """Return a cell as a paper shows it."""
    match cell:
        case None:
            return "–"
        case float():
            return f"{cell:.1f}".replace(".", ",")
        case date() if hasattr(cell, "hour"):
            return f"{cell:%H:%M %d/%m/%Y}"
        case date():
            return f"{cell:%d/%m/%Y}"
        case _:
            return str(cell)


def _fit_columns(paper: Any) -> None:
    """Share the width of every ruled table among its columns by what stands in them: a template
    cannot, as it does not know how many there will be."""
    section = paper.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    for table in paper.tables:
        if table.style is None or table.style.name != "Table Grid":
            continue
        size = table.cell(0, 0).paragraphs[0].runs[0].font.size
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        shares = _shares(list(zip(*rows, strict=True)), room / (size * LETTER_WIDTH))
        for place, share in enumerate(shares):
            width = int(room * share)
            table.columns[place].width = width
            for cell in table.columns[place].cells:
                cell.width = width


def _shares(columns: Sequence[Sequence[str]], room: float) -> list[float]:
    """Return each column's part of a width of `room` letters: first its longest word whole, then
    what is left by how long its texts are."""
    least = [
        max((len(word) for text in column for word in text.split()), default=0) + PADDING_LETTERS
        for column in columns
    ]
    more = [
        max(0, min(max(map(len, column[1:]), default=0), WIDE_LETTERS) - needed)
        for column, needed in zip(columns, least, strict=True)
    ]
    left = max(0.0, room - sum(least)) / max(1, sum(more))
    asked = [needed + extra * left for needed, extra in zip(least, more, strict=True)]
    return [one / sum(asked) for one in asked]


def _written(value: Any) -> Any:
    """Return blanks with only what a document can hold."""
    match value:
        case str():
            return writable(value)
        case Mapping():
            return {key: _written(one) for key, one in value.items()}
        case list() | tuple():
            return [_written(one) for one in value]
        case _:
            return value
