"""The papers of letters and awards: letters one by one or in a batch, the decision, the words on a
certificate, the list of a conference.

A letter and a decision show the name of their person. The list of a conference is read aloud, so it
names only organisations and people who agreed to be named (decision 25).
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from shared import texts
from shared.documents import batch, idea_papers, overlay, write
from shared.documents.write import Desk, Registered
from shared.domain import clock, codes
from shared.domain.honours import State
from shared.domain.record import replace
from shared.store.awards import conferences, printed_names
from shared.store.awards import rules as kept_rules
from shared.store.awards.awards import Honour
from shared.store.awards.conferences import Conference
from shared.store.cases import authors, paper_titles, proposals, redactions
from shared.store.cases.authors import Author
from shared.store.office import campaigns

# Printed width of a letter's QR, in mm.
QR_MM = 22
_NOBODY = ""

_PAPER = texts.load("papers.vi").say

# By a letter's code: the text of the QR that leads to its check, and the address in words; by a
# text: its picture.
Checked = Callable[[str], idea_papers.GenuineCheck]


def letters(desk: Desk, given: Sequence[Honour], check: Checked) -> bytes:
    """Return letters as one DOCX, each on a new sheet, in the order given. A letter without
    number and day is a draft."""
    return batch.join([_letter(desk, one, check) for one in given])


def decisions(desk: Desk, given: Sequence[Honour]) -> bytes:
    """Return the decisions on these awards as one DOCX; one number and day is one decision."""
    together: dict[tuple[str, str], list[Honour]] = {}
    for one in given:
        together.setdefault((one.number, one.day), []).append(one)
    return batch.join([_decision(desk, awards) for awards in together.values()])


def certificates(desk: Desk, given: Sequence[Honour]) -> bytes:
    """Return the words for the certificates of these awards as one DOCX, one sheet each."""
    return batch.join([_certificate(desk, one) for one in given])


def trial_certificate(desk: Desk) -> bytes:
    """Return a sheet with a ruler and each line's name where it will stand."""
    set_up = kept_rules.of(desk.db).overlay
    labels = {
        name: f"{_PAPER(f'overlay.{name}')}: {box.x:g} – {box.y:g} – {box.width:g}"
        for name, box in set_up.boxes.items()
    }
    blanks = _frame(desk, desk.today.year, Registered("0", desk.today), "giay-khen") | {
        **dict.fromkeys(("name", "address", "merit", "decision", "book", "check"), ""),
        **labels,
        "place": labels.get("place_day", ""),
        "day_words": "",
    }
    blanks.pop("place_day", None)
    paper = write.write(desk, "giay-khen", blanks)
    return overlay.ruler(overlay.set_out(paper, set_up), set_up)


def call_sheet(desk: Desk, conference: Conference, called: Sequence[Honour]) -> bytes:
    """Return the list of a conference in the order of calling, with space to sign."""
    year = int(conference.held_on[:4])
    deliveries = {one.honour_id: one for one in conferences.list_of(desk.db, conference.id)}
    blanks = _frame(desk, year, Registered("", desk.today), "danh-sach-trao") | {
        "is_draft": False,  # a list of the office's own has no number
        "conference": conference.name,
        "where": _PAPER(
            "award.where", noi=conference.place, ngay=clock.written_day(conference.held_on)
        ),
        "count": len(called),
        "total": dong(sum(one.amount for one in called)) or "0",
        "called": [
            {
                "turn": turn, "name": called_name(desk, one), "form": form_of(one),
                "merit": one.merit or _title(desk, one),
                "numbered": _numbered(one), "amount": dong(one.amount),
                "signed": _PAPER("award.absent")
                if deliveries[one.id].presence == "absent"
                else "",
            }
            for turn, one in enumerate(called, start=1)
        ],
    }  # fmt: skip
    return write.write(desk, "danh-sach-trao", blanks)


def form_of(one: Honour) -> str:
    """Return its name: a letter, or the form of the award."""
    return _PAPER("award.letter") if one.kind == "letter" else one.form


def called_name(desk: Desk, one: Honour) -> str:
    """Return how somebody is called up: by name if they agreed to be named or are an
    organisation."""
    name = printed_names.of(desk.db, one.id).name
    author = authors.at_place(desk.db, one.proposal_id, one.place)
    if name and (one.is_collective or author.consent_name):
        return name
    return _PAPER("award.unnamed", ma=codes.grouped(proposals.by_id(desk.db, one.proposal_id).code))


def check_where(address: str) -> str:
    """Return where a letter is checked, as printed after its code."""
    return _PAPER("award.check_where", url=address)


def dong(amount: int) -> str:
    """Return an amount as papers write it: 1.500.000; "" for none."""
    return f"{amount:,}".replace(",", ".") if amount else ""


def _letter(desk: Desk, one: Honour, check: Checked) -> bytes:
    idea = proposals.by_id(desk.db, one.proposal_id)
    author = authors.at_place(desk.db, one.proposal_id, one.place)
    name = printed_names.of(desk.db, one.id).name
    given = idea_papers.Given(
        *_addressed(name, author, one), one.number, one.merit, check(one.code) if one.code else None
    )
    return idea_papers.letter(desk, idea, _registered(one), given)


def _addressed(name: str, author: Author, one: Honour) -> tuple[str, str]:
    """Return how a letter is addressed, and how it addresses its reader in the text."""
    if not name:
        return _PAPER("letter.unnamed"), _PAPER("letter.you")
    if one.is_collective:
        return name, name
    form, _, rest = name.partition(" ")
    if rest and form in _PAPER("letter.forms").split("; "):  # the officer wrote how to address
        return name, form
    key = "letter.child" if author.under_16 else "letter.you"
    return f"{_PAPER(key)} {name}", _PAPER(key)


def _decision(desk: Desk, awards: Sequence[Honour]) -> bytes:
    first = awards[0]
    year = proposals.by_id(desk.db, first.proposal_id).evaluation_year
    blanks = _frame(desk, year, _registered(first), "quyet-dinh-khen-thuong")
    plan = write.plan_of(campaigns.campaign_of(desk.db, year))
    lines = dict.fromkeys(line for one in awards for line in one.basis.splitlines())
    bases = [write.as_basis(line) for line in (*lines, plan) if line.strip()]
    total = sum(one.amount for one in awards)
    blanks |= {
        "bases": [*bases, _PAPER("award.asked_by", hoidong=blanks["council_name"])],
        "forms": ", ".join(dict.fromkeys(one.form for one in awards)),
        "whom": _whom(awards),
        "total": dong(total),
        "sources": "; ".join(dict.fromkeys(one.source for one in awards if one.amount)),
        "awards": [
            {
                "name": printed_names.of(desk.db, one.id).name or _PAPER("award.erased"),
                "form": one.form, "merit": one.merit, "amount": dong(one.amount),
            }
            for one in awards
        ],
    }  # fmt: skip
    return write.write(desk, "quyet-dinh-khen-thuong", blanks)


def _certificate(desk: Desk, one: Honour) -> bytes:
    idea = proposals.by_id(desk.db, one.proposal_id)
    author = authors.at_place(desk.db, one.proposal_id, one.place)
    place = idea.hamlet if one.is_collective else author.unit or idea.hamlet
    blanks = _frame(desk, idea.evaluation_year, _registered(one), "giay-khen") | {
        "name": printed_names.of(desk.db, one.id).name,
        "address": place or "",
        "merit": _PAPER("award.merit", viec=one.merit),
        "decision": _PAPER("award.decision", so=one.number, ngay=clock.written_day(one.day)),
        "book": _PAPER("award.book", n=f"{one.book_number or 0:02}"),
        "check": _PAPER("award.check", ma=codes.grouped(one.code)) if one.code else "",
    }
    paper = write.write(desk, "giay-khen", blanks)
    return overlay.set_out(paper, kept_rules.of(desk.db).overlay)


def _frame(desk: Desk, year: int, registered: Registered, paper: str) -> dict[str, Any]:
    campaign = replace(campaigns.campaign_of(desk.db, year), year=year)
    return write.frame(desk, campaign, registered, paper)


def _registered(one: Honour) -> Registered:
    """Return its number and day; a draft if it was not decided or was withdrawn."""
    if not one.day or one.state is State.WITHDRAWN:
        return Registered()
    return Registered(one.number, date.fromisoformat(one.day))


def _numbered(one: Honour) -> str:
    return _PAPER("award.numbered", so=one.number, ngay=clock.written_day(one.day))


def _title(desk: Desk, one: Honour) -> str:
    idea = proposals.by_id(desk.db, one.proposal_id)
    return paper_titles.of(desk.db, redactions.as_read_by(desk.db, idea, _NOBODY))


def _whom(awards: Sequence[Honour]) -> str:
    """Return the number of collectives and persons: 01 tập thể, 02 cá nhân."""
    bodies = sum(one.is_collective for one in awards)
    counted = (("award.collectives", bodies), ("award.individuals", len(awards) - bodies))
    return ", ".join(_PAPER(key, n=f"{count:02}") for key, count in counted if count)
