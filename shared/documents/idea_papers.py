"""The papers of one idea: the letter to its author, and the slip that sends it to another office.
The layout is write.py's; what only a person can write is left open.
"""

from collections.abc import Iterable
from typing import Any

from shared import texts
from shared.documents import fill, write
from shared.documents.write import Desk, Registered
from shared.domain import clock, codes
from shared.domain.proposal import PUBLIC, Status
from shared.domain.record import Record
from shared.store.cases import authors, moves, paper_titles
from shared.store.cases.moves import Move
from shared.store.cases.proposals import Proposal
from shared.store.office import campaigns

_WORDS, _PAPER = texts.load("vi").say, texts.load("papers.vi").say


class GenuineCheck(Record):
    """How the reader of a letter learns whether it is genuine: its code, where to ask in words,
    and the picture of a QR that leads there."""

    code: str
    where: str
    qr: fill.Picture | str = ""


class Given(Record):
    """What a letter says after the chair agreed to it: the address, how it addresses its reader,
    its number, an officer's sentence, and how to check it once it is issued."""

    author: str
    author_short: str
    number: str = ""
    merit: str = ""
    check: GenuineCheck | None = None


def letter(desk: Desk, here: Proposal, registered: Registered, given: Given | None = None) -> bytes:
    """Return the THƯ KHEN to the author of an idea: no money, no legal basis. Without `given` it is
    the draft that a case's page offers."""
    if given is None:
        author = authors.of(desk.db, here.id)
        called = author.name or author.unit or _PAPER("letter.unnamed")
        given = Given(called, _PAPER("letter.you"))
    check = given.check or GenuineCheck("", "")
    blanks = _frame_of(desk, here, registered, "thu-khen") | {
        "is_draft": registered.day is None,  # a letter may have no number
        "author": given.author,
        "author_short": given.author_short,
        "letter_number": given.number,
        "code": codes.grouped(here.code),
        "title": paper_titles.of(desk.db, here),
        "day_received": _PAPER("letter.on", ngay=clock.day_words(here.received_at, desk.zone)),
        "merit": given.merit,
        "result": _result(moves.of_proposal(desk.db, here.id)),
        "effect": here.expected_effect if here.status in PUBLIC else "",
        "check_code": codes.grouped(check.code) if check.code else "",
        "check_where": check.where,
        "check_qr": check.qr,
    }
    return write.write(desk, "thu-khen", blanks)


def referral(desk: Desk, here: Proposal, registered: Registered) -> bytes:
    """Return the PHIẾU CHUYỂN of a redirected idea to the office it was sent to."""
    said = moves.of_proposal(desk.db, here.id)[-1].details
    blanks = _frame_of(desk, here, registered, "phieu-chuyen") | {
        "code": codes.grouped(here.code),
        "title": paper_titles.of(desk.db, here),
        "content": [text for text in (here.current_state, here.solution) if text],
        "channel": _WORDS(f"choice.channel.{here.channel}"),
        "day_received": clock.day_words(here.received_at, desk.zone),
        "to_office": said["to_office"],
        "reason": said["reason"].rstrip("."),
    }
    return write.write(desk, "phieu-chuyen", blanks)


def _frame_of(desk: Desk, here: Proposal, registered: Registered, paper: str) -> dict[str, Any]:
    campaign = campaigns.campaign_of(desk.db, here.evaluation_year)
    return write.frame(desk, campaign, registered, paper)


def _result(made: Iterable[Move]) -> str:
    """Return in sentences the outcome of a recognised idea; "" for any other."""
    sentences = []
    for move in made:
        said = move.details
        if move.to_status is Status.RECOGNISED:
            number, day = said["decision_number"], clock.written_day(said["decision_date"])
            sentences.append(_PAPER("letter.recognised", so=number, ngay=day))
        elif move.to_status is Status.REPLICATED:
            sentences.append(_PAPER("letter.replicated", noi=said["where"]))
    return " ".join(sentences)
