"""The papers of a year that the program writes itself: its report, the table for the council, the
decisions, the minutes; in an archive with names also awards and letters.

The office filed what was sent with a number and a seal (store/office/dispatches.py), and that comes
from there. A paper here bears a number if the store knows it; otherwise it is a draft.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from shared import texts
from shared.documents import campaign_papers, council_papers, honour_papers, year_report
from shared.documents.idea_papers import GenuineCheck
from shared.documents.write import Desk, Registered
from shared.domain import numbering
from shared.domain.honours import State, is_in_force
from shared.domain.proposal import Status
from shared.domain.record import Record
from shared.store.awards import awards as awards_awards
from shared.store.awards.awards import Honour
from shared.store.cases import proposals
from shared.store.council import judging, minutes
from shared.store.council import sessions as council_sessions
from shared.store.council.minutes import Minutes
from shared.store.reports import case_rows
from shared.store.reports.year_rows import codes_of

_DRAFT = Registered()
_NOBODY = ""
_PAPER = texts.load("papers.vi").say


class ArchivePaper(Record):
    """A paper to write: its file's name without ending, what it is, its number and day (YYYY-MM-DD)
    or "", and the function that writes it (DOCX). `write` raises TemplateUnusable."""

    name: str
    what: str
    number: str
    day: str
    write: Callable[[], bytes]


def of_year(desk: Desk, year: int) -> Iterator[ArchivePaper]:
    """Yield the papers that name only people who agreed to it."""
    yield _paper(f"bao-cao-{year}", "report", partial(year_report.paper, desk, year, _DRAFT))
    written = partial(campaign_papers.of_campaign, desk, year)
    yield _paper(f"bang-tong-hop-{year}", "summary", partial(written, "bang-tong-hop", _DRAFT))
    for turn, (number, day) in enumerate(_decisions(desk, year), start=1):
        given = Registered(number, date.fromisoformat(day))
        write = partial(written, "quyet-dinh-cong-nhan", given)
        yield _paper(f"quyet-dinh-cong-nhan-{turn}", "decision", write, number, day)
    sessions = [one for one in council_sessions.sessions(desk.db) if one.year == year]
    for turn, session in enumerate(reversed(sessions), start=1):
        said = minutes.of_session(desk.db, session.id) or Minutes()
        whole = judging.whole(desk.db, session.id)
        write = partial(council_papers.minutes, desk, whole, said, _DRAFT)
        yield _paper(f"bien-ban-hop-{turn}", "minutes", write, "", session.held_on)


def of_honours(desk: Desk, year: int, public_url: str) -> Iterator[ArchivePaper]:
    """Yield the issued letters and the decisions on awards; they contain names. `public_url` is the
    office's public address, "" if it has none."""
    codes = codes_of(desk.db, year)
    given = [
        one
        for one in awards_awards.every(desk.db)
        if is_in_force(one.kind, State(one.state)) and _is_of(desk, one, codes)
    ]
    where = honour_papers.check_where(f"{public_url}/xac-minh") if public_url else ""
    letters = [one for one in given if one.kind == "letter"]
    for turn, one in enumerate(letters, start=1):
        write = partial(honour_papers.letters, desk, [one], lambda code: GenuineCheck(code, where))
        yield _paper(f"thu-khen-{turn:03}", "letter", write, one.number, one.day)
    together: dict[tuple[str, str], list[Honour]] = {}
    for one in given:
        if one.kind == "award":
            together.setdefault((one.number, one.day), []).append(one)
    for turn, ((number, day), awards) in enumerate(together.items(), start=1):
        write = partial(honour_papers.decisions, desk, awards)
        yield _paper(f"quyet-dinh-khen-thuong-{turn}", "award", write, number, day)


def _paper(
    name: str, what: str, write: Callable[[], bytes], number: str = "", day: str = ""
) -> ArchivePaper:
    return ArchivePaper(name, _PAPER(f"archive.paper.{what}"), number, day, write)


def _decisions(desk: Desk, year: int) -> list[tuple[str, str]]:
    """Return the number and day of each decision that recognised an idea of the year."""
    codes = codes_of(desk.db, year)
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for step in case_rows.steps(desk.db, _NOBODY):
        if step.to_status == Status.RECOGNISED and step.code in codes and not step.is_veiled:
            number, day = step.details["decision_number"], step.details["decision_date"]
            found.setdefault(numbering.key_of(number), (number, day))
    return list(found.values())


def _is_of(desk: Desk, one: Honour, codes: frozenset[str]) -> bool:
    """Say whether a letter or an award is for one of these ideas and for no confidential case."""
    idea = proposals.by_id(desk.db, one.proposal_id)
    return idea.code in codes and idea.is_open_to_all
