"""The PHIẾU ĐỀ XUẤT as a file: the form for an idea that came without paper, for its sender to
sign.

It has the same words as the printed page (print/twin.html). It is the sender's own paper: it has no
number of the office's and is never a draft.
"""

from collections.abc import Iterable
from typing import Any

from shared.documents import fill
from shared.documents import write as documents_write
from shared.documents.write import Desk, Registered
from shared.domain import clock, codes, phone
from shared.domain.evaluation_year import is_provisional
from shared.domain.proposal import CONSENTS, EFFECTS, PARTICIPANT_TYPES, RESIDENCES
from shared.store.cases import authors
from shared.store.cases.authors import Author
from shared.store.cases.proposals import Proposal
from shared.store.office import campaigns
from shared.texts import Spoken

# The name of its template.
PAPER = "phieu-de-xuat"
# As wide as on the printed form, in mm.
QR_MM = 27
_NOTICE = ("what", "why", "how_long", "rights")
_TICKED, _OPEN = "[x]", "[  ]"  # letters every typeface has


def write(desk: Desk, here: Proposal, words: Spoken, qr_png: bytes) -> bytes:
    """Return the form of an idea as DOCX, with its sender's name and number. `here` is the idea as
    the desk's reader may read it, `words` the office's Vietnamese texts, `qr_png` the QR of its
    receipt, b"" for none. Raises TemplateUnusable."""
    author, say = authors.of(desk.db, here.id), words.say
    given = {
        "store": author.consent_store, "sms": author.consent_sms, "name_me": author.consent_name,
    }  # fmt: skip
    campaign = campaigns.campaign_of(desk.db, here.evaluation_year)
    blanks = documents_write.frame(desk, campaign, Registered(), PAPER) | {
        "is_draft": False,
        "code": codes.grouped(here.code),
        "channel": say(f"choice.channel.{here.channel}"),
        "hour_received": clock.hour_words(here.received_at, desk.zone),
        "day_received": clock.day_words(here.received_at, desk.zone),
        "counted_year": _year(here, words),
        "participants": _boxes(
            (one == here.participant_type, say(f"choice.participant_type.{one}"))
            for one in PARTICIPANT_TYPES
        ),
        "title": here.title or say("staff.case.no_title"),
        "current_state": _lines(here.current_state or say("staff.case.empty")),
        "solution": _lines(here.solution or say("staff.case.empty")),
        "effects": _boxes((one in here.effects, say(f"choice.effects.{one}")) for one in EFFECTS),
        "expected_effect": _lines(here.expected_effect),
        **_who(author, here, words),
        "notice": " ".join(say(f"notice.{name}") for name in _NOTICE),
        "consents": _boxes((given[one], say(f"ask.consents.{one}")) for one in CONSENTS),
        "qr": fill.Picture(qr_png, QR_MM) if qr_png else "",
    }
    return documents_write.write(desk, PAPER, blanks)


def _who(author: Author, here: Proposal, words: Spoken) -> dict[str, Any]:
    """Return what the form says of the sender."""
    say = words.say
    return {
        "name": author.name or "",
        "phone": phone.shown(author.phone) if author.phone else "",
        "has_unit": bool(author.unit or author.position or here.insider),
        "insider": _boxes(
            ((one == "yes") == here.insider, say(f"choice.insider.{one}")) for one in ("yes", "no")
        ),
        "unit": author.unit or "",
        "position": author.position or "",
        "residences": _boxes(
            (one == here.residence, say(f"choice.residence.{one}")) for one in RESIDENCES
        ),
        "hamlet": here.hamlet or "",
        "has_guardian": bool(author.guardian or author.under_16),
        "guardian": author.guardian or "",
    }


def _year(here: Proposal, words: Spoken) -> str:
    if is_provisional(here.participant_type, here.evaluation_rule):
        return words.say("year.provisional", nam=here.evaluation_year)
    return str(here.evaluation_year)


def _boxes(choices: Iterable[tuple[bool, str]]) -> list[str]:
    """Return choices, each after its box; a box never stands alone at the end of a line."""
    return [f"{_TICKED if is_on else _OPEN}\N{NO-BREAK SPACE}{words}" for is_on, words in choices]


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]
