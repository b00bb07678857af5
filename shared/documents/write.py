"""Fills the papers of the office: the blanks that all papers have, and how each is written.

The layout is that of Decree 30/2020, appendix I; the templates in templates/documents hold it.
Numbers and dates are the records clerk's: until both are there a paper says "DỰ THẢO". No seal or
signature is ever drawn.
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from shared import texts
from shared.db.connection import Store
from shared.documents import catalogue, fill, trial_mark
from shared.documents.catalogue import Paper
from shared.documents.tables import Cell, PaperTable
from shared.domain import clock
from shared.domain.record import Record
from shared.files.media import path_of
from shared.store.files import paper_templates
from shared.store.files.paper_templates import Version
from shared.store.office import profile as office_profile
from shared.store.office.campaigns import Campaign
from shared.store.office.profile import Profile
from shared.store.people import staff
from shared.store.people.staff import StaffUnknown

_PAPER = texts.load("papers.vi").say

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# Stands where the clerk has not written a number yet.
OPEN_NUMBER = "……"
# One line of a paper's head holds this many capital letters.
_HEAD_LETTERS = 22
# From this number on thousands are separated: a year is not.
_THOUSANDS = 10_000


class Registered(Record):
    """What the records clerk gives a paper. Without a number and a day it is a draft."""

    number: str = ""
    day: date | None = None

    @property
    def is_draft(self) -> bool:
        """True until both are there."""
        return not (self.number and self.day)


class Desk(Record):
    """Where and for whom papers are written: `media` is the folder of the office's own templates,
    `viewer` a staff id, `name` the office's name in the settings, `at` this instant (ms UTC)."""

    db: Store
    media: Path
    viewer: str
    name: str
    zone: ZoneInfo
    at: int

    @property
    def today(self) -> date:
        """The local day."""
        return clock.to_local(self.at, self.zone).date()


class TemplateUnusable(Exception):
    """The office's own template of a paper cannot be used: its file is missing or was changed, or
    the paper has other blanks now. `paper` is the paper's name."""

    def __init__(self, paper: str) -> None:
        super().__init__(paper)
        self.paper = paper


def write(desk: Desk, name: str, blanks: Mapping[str, Any]) -> bytes:
    """Return a paper as DOCX, by the office's own template if it has one. `blanks` are exactly
    those that catalogue.py lists for it, because a template may use any of them. Raises
    TemplateUnusable."""
    from jinja2 import UndefinedError  # imported late: the programs must start fast

    paper = catalogue.paper(name)
    if blanks.keys() != paper.outer:
        raise ValueError(f"{name}: {sorted(blanks.keys() ^ paper.outer)}")
    own, mark = paper_templates.in_use(desk.db, name), trial_mark.of(desk.db)
    if own is None:
        return trial_mark.marked(fill.fill(paper.original.read_bytes(), blanks), mark)
    try:
        return trial_mark.marked(fill.fill(kept_template(desk.media, own), blanks), mark)
    except UndefinedError:
        raise TemplateUnusable(name) from None


def kept_template(media: Path, version: Version) -> bytes:
    """Return the file of an uploaded template. Raises TemplateUnusable."""
    try:
        content = path_of(media, version.sha256).read_bytes()
    except OSError:
        raise TemplateUnusable(version.paper) from None
    if hashlib.sha256(content).hexdigest() != version.sha256:
        raise TemplateUnusable(version.paper)
    return content


def frame(desk: Desk, campaign: Campaign, registered: Registered, name: str) -> dict[str, Any]:
    """Return the blanks that every paper of a campaign has (frame.toml). The office's name and
    legal bases are those of the paper's day; for a draft, of today."""
    day = registered.day or desk.today
    profile = office_profile.profile_on(desk.db, day, name=desk.name)
    committee = _PAPER("paper.committee")
    full = profile.name.replace("UBND", committee)
    paper = catalogue.paper(name)
    return {
        **_issuer(paper.issuer, profile, full, campaign.council_name),
        "office": profile.name,
        "place": profile.place,
        "drafting_unit": profile.drafting_unit,
        "number": numbered(registered.number, paper.symbol),
        "day_words": day_words(registered.day, desk.today.year),
        "is_draft": registered.is_draft,
        "year": campaign.year,
        "plan": plan_of(campaign),
        "bases": bases(desk.db, campaign, day),
        "distribution": _recipients(paper, campaign, profile.drafting_unit),
        **_signer(paper.issuer, campaign, profile.drafting_unit),
        **_maker(desk),
        "chairman": _PAPER("paper.chairman", coquan=full).upper(),
        "chairman_words": _PAPER("paper.chairman", coquan=profile.name),
        "council_name": campaign.council_name,
    }


def _issuer(issuer: str, profile: Profile, full: str, council_name: str) -> dict[str, str]:
    """Return whose paper it is, in the two or three lines at its head."""
    committee = _PAPER("paper.committee")
    if issuer == "committee":
        first, _, rest = full.partition(f"{committee} ")
        parent = profile.parent_name.replace("UBND", committee)
        first, rest = (committee, rest) if rest else (first, "")
    else:
        parent = profile.name
        first, rest = _in_two(council_name if issuer == "council" else profile.drafting_unit)
    return {
        "parent": parent.upper(), "office_first": first.upper(), "office_rest": rest.upper(),
    }  # fmt: skip


def _in_two(name: str) -> tuple[str, str]:
    """Return a name as the lines of a head: two of about the same length if one cannot hold it."""
    if len(name) <= _HEAD_LETTERS or " " not in name:
        return name, ""
    words = name.split()
    halves = ((" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words)))
    return min(halves, key=lambda two: max(map(len, two)))


def _signer(issuer: str, campaign: Campaign, unit: str) -> dict[str, str]:
    """Return who signs: the chair, or for a unit's paper its head, who writes the name."""
    if issuer != "unit":
        return {"signer_title": signer_lines(campaign.signer_title), "signer": campaign.signer}
    heads = (line.split("|") for line in _PAPER("paper.heads").splitlines())
    title = next((head for begins, head in heads if unit.startswith(begins)), "")
    return {"signer_title": title or _PAPER("paper.head"), "signer": ""}


def _maker(desk: Desk) -> dict[str, str]:
    """Return who writes the paper: nobody for a command of the operator's."""
    try:
        maker = staff.by_id(desk.db, desk.viewer)
    except StaffUnknown:
        return {"maker": "", "maker_position": ""}
    return {"maker": maker.name, "maker_position": maker.position}


def _recipients(paper: Paper, campaign: Campaign, unit: str) -> tuple[str, ...]:
    """Return who gets a paper: its own first ("Như Điều 4"), then those of the campaign's list, and
    at last where it is kept."""
    refers, kept = _PAPER("paper.refers"), _PAPER("paper.kept")
    others = [one for one in campaign.distribution if not one.startswith((refers, kept))]
    last = [one for one in campaign.distribution if one.startswith(kept)]
    last = last or [_PAPER("paper.kept_at", donvi=unit)]
    return (*paper.recipients, *(() if paper.is_own_list else others), *last)


def numbered(number: str, symbol: str) -> str:
    """Return a paper's number with its symbol: 12/TTr-UBND. A number that already has a symbol
    stays as it is; without a number there is room for one."""
    if "/" in number or not symbol:
        return number or OPEN_NUMBER
    return f"{number or OPEN_NUMBER}/{symbol}"


def signer_lines(title: str) -> str:
    """Return a signer's power and office, each on its line: KT. CHỦ TỊCH – PHÓ CHỦ TỊCH."""
    return "\n".join(part.strip() for part in (title or _PAPER("paper.signer")).split("–"))


def day_words(day: date | None, year: int) -> str:
    """Return a date as Decree 30/2020 writes it: a zero before days under 10 and before months 1
    and 2, none before month 3. Without a day, room to write it."""
    if day is None:
        return _PAPER("paper.day", ngay="   ", thang="   ", nam=year)
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return _PAPER("paper.day", ngay=f"{day.day:02}", thang=month, nam=day.year)


def dated(day: str) -> str:
    """Return a day (YYYY-MM-DD) in words: ngày 05 tháng 01 năm 2026."""
    written = date.fromisoformat(day)
    return day_words(written, written.year)


def plan_of(campaign: Campaign) -> str:
    """Return how papers name the campaign's own plan."""
    if not campaign.number:
        return campaign.legal_basis
    words = _PAPER("paper.plan", so=campaign.number)
    if campaign.issued_on:
        words += f" {dated(campaign.issued_on)}"
    return words


def bases(db: Store, campaign: Campaign, day: date) -> list[str]:
    """Return the "Căn cứ …" lines of a paper of that day, without their final punctuation."""
    named = [*(basis.text for basis in office_profile.bases_on(db, day)), plan_of(campaign)]
    if campaign.parent_plan:
        named.append(campaign.parent_plan)
    return [as_basis(text) for text in named if text.strip(" ;.")]


def as_basis(text: str) -> str:
    """Return a "Căn cứ …" line without its final punctuation."""
    line = text.strip().rstrip(";.")
    begins = _PAPER("paper.basis")
    return line if line.startswith(begins) else f"{begins} {line}"


def table_blanks(table: PaperTable) -> dict[str, Any]:
    """Return a table for a template: every cell is a text."""
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
        case int() if cell >= _THOUSANDS:
            return f"{cell:,}".replace(",", ".")
        case _:
            return str(cell)
