"""The page of a receipt. It is drawn once for what its words follow from; what is its holder's own,
nearly all that one reads there, is drawn for each request and stays nowhere (decision 85)."""

from collections.abc import Hashable, Sequence

from flask import g, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from kiosk import paper, qr, receipts
from kiosk.aloud import Aloud
from kiosk.citizen import questions
from kiosk.citizen.device import IDLE_SHORT_SECONDS, WIPE_SECONDS, wait
from kiosk.citizen.sending import sent_as
from kiosk.dialling import linked
from kiosk.drawn_once import is_drawn_anew, page
from kiosk.pieces import macro
from kiosk.speaking import counted_year, vietnamese
from kiosk.status.standing import promises, told
from kiosk.visitor import this_kiosk, visit
from kiosk.web import say, settings, site, store
from shared.db.event_log import new_id
from shared.domain import clock, codes, status_message
from shared.domain.addresses import opens_here_alone
from shared.domain.proposal import Standing, Status, following
from shared.store.awards import printed_names
from shared.store.cases import (
    authors,
    conversation,
    drafts,
    later_answers,
    moves,
    proven_numbers,
    public_status,
)
from shared.store.cases.authors import Author
from shared.store.cases.beside import tables_of
from shared.store.cases.moves import Move
from shared.store.cases.proposals import Proposal
from shared.store.files import attachments, uploads
from shared.store.models import lasting_questions, registry
from shared.store.people import devices

# What was just done, as the address names it after the redirect → its sentence.
_JUST_DONE = {
    "1": "receipt.got",
    "2": "receipt.got",
    "them": "receipt.more_done",
    "tep": "upload.done",
    "rut": "receipt.withdraw_ok",
    "lay-lai": "receipt.kept",
    "muon": "receipt.withdraw_late",
    "xet-lai": "receipt.again_done",
    "in-nhieu": "receipt.print_enough",
    "ten": "praise.done",
    "hoi-them": "later.done",
    "con-dung": "lasting.thanks",
}

_PARTS = "status/receipt_parts.html"

_Given = dict[str, Hashable]


def receipt_page(
    found: Proposal, secret: str, *, typed: str = "", problem: str | None = None
) -> Response:
    """Return the page; `typed` is what could not be added, for a `problem` (a key)."""
    db = store()
    standing, beside, made, sender, _ = db.at_once(
        lambda: public_status.by_code(db, found.code),
        lambda: tables_of(db, found.id),
        lambda: moves.of_proposal(db, found.id),
        lambda: authors.of(db, found.id),
        promises,
    )
    own, given = told(standing)
    place = devices.name_of(db, found.device_id)
    own |= _own(found, secret, beside, made) | {"typed": typed, "place": place or ""}
    given |= _given(found, own, sender) | {
        "name_asked": "honour" in beside and bool(printed_names.asked_of(db, found.id)),
        "has_files": "attachment" in beside,
        "has_place": bool(place),
        "problem": problem,
    }
    g.shows_files = given["has_files"]
    wait(IDLE_SHORT_SECONDS)
    if is_drawn_anew():
        given |= _at_kiosk(found, standing, own, is_new=given["just_done"] == "receipt.got")
    else:
        sms = f"BS%20{found.code}%20"
        own |= {name: linked(own[name], sms) for name in status_message.TYPED if own[name]}
    return page("status/receipt.html", own, is_asked_again=False, **given)


def _own(
    found: Proposal, secret: str, beside: frozenset[str], made: Sequence[Move]
) -> dict[str, str]:
    """Return what is its holder's own beside what a status tells."""
    return _parts(found, secret, beside, made) | {
        "secret": secret,
        "here": codes.receipt_path(codes.tidy_secret(secret) or ""),
        "title": found.title,
        "year": counted_year(found),
        "model": model_of(found) if "model" in beside else "",
        "qr": _qr_of(found, secret),
        "form_key": _sent_key() or new_id(),
    }


def _sent_key() -> str:
    """Return the key of the form that was sent, "" for none. The page that is only opened has no
    form, and Flask would look for one."""
    return request.form.get("key", "")[:64] if request.method == "POST" else ""


def _parts(
    found: Proposal, secret: str, beside: frozenset[str], made: Sequence[Move]
) -> dict[str, str]:
    """Return what was sent, said and asked since, each part as it is drawn, "" for none."""
    db = store()
    files = attachments.of_proposal(db, found.id) if "attachment" in beside else []
    coming = uploads.open_of(db, found.id) if "upload" in beside else []
    added = conversation.additions(db, found.id) if "addition" in beside else []
    replies = conversation.replies(db, found.id) if "reply" in beside else []
    asked = lasting_questions.open_for_author(db, found.id) if "adoption" in beside else []
    return {
        "words": macro(_PARTS, "words", found),
        "sent": macro(_PARTS, "sent", files, coming, secret) if files or coming else "",
        "answers": macro(_PARTS, "answers", replies, vietnamese()) if replies else "",
        "added": macro(_PARTS, "added", added) if added else "",
        "moves": macro(_PARTS, "timeline", made),
        "asked": macro(_PARTS, "still_used", asked, secret, vietnamese()) if asked else "",
    }


def _given(found: Proposal, own: dict[str, str], sender: Author) -> _Given:
    """Return what the page's own words follow from beside what a status gives."""
    return {
        "has_title": bool(found.title),
        "title_is_own": found.title_is_own,
        "has_model": bool(own["model"]),
        "channel": found.channel,
        "can_add": found.status is not Status.WITHDRAWN,
        "can_withdraw": Status.WITHDRAWN in following(found.status),
        "can_ask_again": found.status is Status.NOT_RECOGNISED,
        "later": bool(later_answers.unanswered(found)),
        "just_done": _JUST_DONE.get(request.args.get("moi", "")),
        "may_confirm": _may_confirm(sender),
        "only_here": opens_here_alone(site().public_url),
        "printing": paper.standing(found),
        "by_browser": paper.is_printed_by_browser(),
        "look_seconds": paper.LOOK_SECONDS,
        "wipe_seconds": IDLE_SHORT_SECONDS + WIPE_SECONDS,
    }


def _at_kiosk(found: Proposal, standing: Standing, own: dict[str, str], *, is_new: bool) -> _Given:
    """Return what a kiosk shows too: what is read aloud, takes to hand in, the sheet it prints."""
    if this_kiosk() is None:
        return {}
    return {
        "reads": Aloud(settings().office.zone).receipt(standing, is_new=is_new),
        "recorded": _recorded_by_this_visit(found),
        "proposal": found,
        "place": own["place"],
        "qr": own["qr"],
    }


def _may_confirm(sender: Author) -> bool:
    """Say whether the sender's number gets our SMS and has not confirmed that it is theirs."""
    return sender.is_told and proven_numbers.of_author(store(), sender) is None


def model_of(found: Proposal) -> str:
    """Return the address of the public model that an idea became, "" for none."""
    entry = registry.of_proposal(store(), found.id)
    is_public = entry is not None and registry.by_slug(store(), entry.slug) is not None
    return f"/mo-hinh/{entry.slug}" if entry is not None and is_public else ""


def _recorded_by_this_visit(found: Proposal) -> str:
    """Return which of this browser's takes belong to the proposal (slots of static/js/takes.js):
    none unless this very visit sent it. A receipt that was only scanned gets none."""
    known = visit()
    draft = drafts.of_visit(store(), known, at=clock.now()) if known and this_kiosk() else None
    sent = sent_as(draft.form_key) if draft else None
    if draft is None or sent is None or sent.id != found.id:
        return ""
    return " ".join(questions.takes(draft.answers))


def drawn_qr(found: Proposal, secret: str) -> dict[str, object]:
    """Return the QR of a receipt, and whether its address opens on this PC alone."""
    return {"qr": _qr_of(found, secret), "only_here": opens_here_alone(site().public_url)}


def _qr_of(found: Proposal, secret: str) -> Markup:
    text = receipts.qr_text_of(codes.tidy_secret(secret) or "")
    return qr.svg(text, say("receipt.qr_alt", ma=codes.grouped(found.code)))
