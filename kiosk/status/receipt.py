"""The receipt behind the QR: one's own words, the office's answers, add, withdraw, ask again."""

import hashlib

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from kiosk import files, paper, qr, receipts
from kiosk.callers import RECEIPT
from kiosk.citizen import questions
from kiosk.citizen.device import IDLE_SHORT_SECONDS, WIPE_SECONDS, wait
from kiosk.citizen.sending import sent_as
from kiosk.status import bp
from kiosk.status.standing import told, waiting_page
from kiosk.visitor import this_kiosk, visit
from kiosk.web import busy, fault_page, say, settings, site, store
from shared.db.connection import Store, StoreUnavailable
from shared.db.event_log import CITIZEN, new_id
from shared.domain import clock, codes
from shared.domain.addresses import opens_here_alone
from shared.domain.proposal import TEXT_LETTERS, MoveRefused, Status, following
from shared.domain.vietnamese import clean
from shared.store.awards import printed_names
from shared.store.cases import (
    authors,
    conversation,
    drafts,
    later_answers,
    moves,
    pending_acts,
    proposals,
    proven_numbers,
    public_status,
)
from shared.store.cases.moves import MoveStale
from shared.store.cases.proposals import Proposal
from shared.store.cases.receipts import code_behind, unused
from shared.store.files import attachments, uploads
from shared.store.jobs import print_jobs
from shared.store.models import lasting_questions, registry
from shared.store.people import devices
from shared.store.privacy.data_requests import Door
from shared.workflows import pending

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

# What became of a wish to withdraw → how the address names it; while it waits, the page says so.
_TOLD = {"withdraw_waits": "", "withdraw_late": "muon", "st_withdrawn": "rut"}


@bp.get("/R/<secret>", allow=RECEIPT)
@bp.get("/r/<secret>", allow=RECEIPT)
def receipt(secret: str) -> ResponseReturnValue:
    """Show the receipt."""
    found = behind(secret)
    return _receipt_page(found, secret) if isinstance(found, Proposal) else found


@bp.get("/R/<secret>/phieu", allow=RECEIPT)
@bp.get("/r/<secret>/phieu", allow=RECEIPT)
def slip(secret: str) -> ResponseReturnValue:
    """Show the receipt as it is printed: never a name, a number or the text."""
    found = behind(secret)
    if not isinstance(found, Proposal):
        return found
    return render_template(
        "print/slip.html",
        proposal=found,
        secret=codes.tidy_secret(secret),
        place=devices.name_of(store(), found.device_id),
        model=_model_of(found),
        **_drawn_qr(found),
    )


@bp.post("/r/<secret>/in", allow=RECEIPT)
def print_slip(secret: str) -> ResponseReturnValue:
    """Have the receipt printed beside the kiosk; if that is not possible, lead to the page that a
    browser prints."""
    found = behind(secret)
    if not isinstance(found, Proposal):
        return found
    if not paper.is_printed_here():
        return redirect(url_for("status.slip", secret=secret), 303)
    try:
        print_jobs.ask_as_citizen(store(), found.id, at=clock.now())
    except print_jobs.TooManyPrints:
        return _back(secret, "in-nhieu")
    return redirect(url_for("status.receipt", secret=secret), 303)


@bp.get("/R/<secret>/tep/<file_id>", allow=RECEIPT)
@bp.get("/r/<secret>/tep/<file_id>", allow=RECEIPT)
def own_file(secret: str, file_id: str) -> ResponseReturnValue:
    """Send a recording, a clip or a picture to the holder of its receipt."""
    found = behind(secret)
    if not isinstance(found, Proposal):
        return found
    file = attachments.by_id(store(), file_id)
    if file is None or file.proposal_id != found.id:
        return fault_page(404)
    return files.send(file)


@bp.post("/r/<secret>/them", allow=RECEIPT)
def add_more(secret: str) -> ResponseReturnValue:
    """Keep what the sender adds, once; other words from the same page, after Back, count as
    more."""
    found = behind(secret)
    if not isinstance(found, Proposal):
        return found
    text = clean(request.form.get("text", ""))
    if "stay" in request.form:
        return _receipt_page(found, secret, typed=text)
    if not text or len(text) > TEXT_LETTERS:
        problem = "err.too_long" if text else "err.more_empty"
        answer = _receipt_page(found, secret, typed=text, problem=problem)
        answer.status_code = 422
        return answer
    channel = "kiosk" if this_kiosk() else "web"
    said = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    key = f"web|{found.id}|{request.form.get('key', '')[:64] or new_id()}|{said}"
    try:
        conversation.add_more(store(), found.code, text, channel=channel, key=key, at=clock.now())
    except StoreUnavailable as fault:
        return busy(fault, _receipt_page(found, secret, typed=text, problem="err.busy"))
    except conversation.AdditionRefused:
        return _status(_receipt_page(found, secret, typed=text, problem="receipt.refused"), 409)
    return _back(secret, "them")


@bp.get("/r/<secret>/rut", allow=RECEIPT)
def ask_withdraw(secret: str) -> ResponseReturnValue:
    """Ask once more before withdrawing."""
    found = behind(secret)
    if not isinstance(found, Proposal):
        return found
    return render_template("status/withdraw.html", proposal=found, secret=secret)


@bp.post("/r/<secret>/rut", allow=RECEIPT)
def withdraw(secret: str) -> ResponseReturnValue:
    """Withdraw the proposal, after a while in which it can be taken back."""
    found = behind(secret)
    if not isinstance(found, Proposal):
        return found
    door = Door("receipt", settings().office.zone)
    told = pending.ask_to_withdraw(store(), found.code, door, at=clock.now())
    return _back(secret, _TOLD[told])


@bp.post("/r/<secret>/lay-lai", allow=RECEIPT)
def keep(secret: str) -> ResponseReturnValue:
    """Take back a withdrawal that waits, by whomever it was asked for; or an erasure that the
    sender asked for."""
    found = behind(secret)
    if not isinstance(found, Proposal):
        return found
    if request.form.get("what") == "erase":
        return _keep_details(found, secret)
    waits = pending_acts.withdrawal(store(), found.id)
    if waits is None or not pending.take_back(
        store(), found.id, waits.id, actor=CITIZEN, at=clock.now()
    ):
        return redirect(url_for("status.receipt", secret=secret), 303)
    return _back(secret, "lay-lai")


def _keep_details(found: Proposal, secret: str) -> ResponseReturnValue:
    waits = pending_acts.one_waiting(store(), found.id, "erase")
    if waits is not None and waits.actor == CITIZEN:
        pending.take_back(store(), found.id, waits.id, actor=CITIZEN, at=clock.now())
    return redirect(url_for("status.own_data", secret=secret, moi="lay-lai"), 303)


@bp.post("/r/<secret>/xet-lai", allow=RECEIPT)
def ask_again(secret: str) -> ResponseReturnValue:
    """Ask for another look at what was not recognised."""
    found = behind(secret)
    if not isinstance(found, Proposal):
        return found
    try:
        moves.ask_again(store(), found.code, at=clock.now())
    except (MoveStale, MoveRefused):  # a second tap: it is under appraisal already
        return redirect(url_for("status.receipt", secret=secret), 303)
    return _back(secret, "xet-lai")


@bp.post("/r/<secret>/con-dung", allow=RECEIPT)
def tell_lasting(secret: str) -> ResponseReturnValue:
    """Keep whether the sender's idea is still used, once."""
    found = behind(secret)
    if not isinstance(found, Proposal):
        return found
    asked = {one.question.id for one in lasting_questions.open_for_author(store(), found.id)}
    wanted, outcome = request.form.get("cau", ""), request.form.get("con", "")
    if wanted in asked and outcome in lasting_questions.ANSWERS:
        try:
            lasting_questions.answer(store(), wanted, outcome, "page", at=clock.now())
        except StoreUnavailable as fault:
            return busy(fault, _receipt_page(found, secret, problem="err.busy"))
        return _back(secret, "con-dung")
    return _back(secret, "")


def behind(secret: str) -> Proposal | ResponseReturnValue:
    """Return the proposal behind a receipt's secret, or the page that says why not. 80 bits need no
    limit: a person who mistyped twelve digits can still read their own receipt."""
    tidy = codes.tidy_secret(secret)
    if tidy and not receipts.is_shown_here(tidy):
        return redirect("/", 303)
    code = code_behind(store(), tidy) if tidy else None
    if code is None:
        given_away = unused(store(), tidy) if tidy else None
        return waiting_page(given_away) if given_away else fault_page(404)
    return proposals.by_code(store(), code)


def _receipt_page(
    found: Proposal, secret: str, *, typed: str = "", problem: str | None = None
) -> Response:
    db = store()
    standing = public_status.by_code(db, found.code)
    sent_along = attachments.of_proposal(db, found.id)
    g.shows_files = bool(sent_along)
    wait(IDLE_SHORT_SECONDS)
    own, said = told(standing)
    return Response(
        render_template(
            "status/receipt.html",
            proposal=found,
            secret=secret,
            here=url_for("status.receipt", secret=secret),
            standing=standing,
            place=devices.name_of(db, found.device_id),
            moves=moves.of_proposal(db, found.id),
            files=sent_along,
            **_talked(db, found),
            can_add=found.status is not Status.WITHDRAWN,
            can_withdraw=Status.WITHDRAWN in following(found.status),
            can_ask_again=found.status is Status.NOT_RECOGNISED,
            just_done=_JUST_DONE.get(request.args.get("moi", "")),
            form_key=request.form.get("key", "")[:64] or new_id(),
            typed=typed,
            problem=problem,
            recorded=_recorded_by_this_visit(found),
            model=_model_of(found),
            printing=paper.standing(found),
            by_browser=paper.is_printed_by_browser(),
            look_seconds=paper.LOOK_SECONDS,
            wipe_seconds=IDLE_SHORT_SECONDS + WIPE_SECONDS,
            may_confirm=_may_confirm(found),
            own=own,
            **said,
            **_drawn_qr(found),
        ),
        mimetype="text/html",
    )


def _talked(db: Store, found: Proposal) -> dict[str, object]:
    """Return what was sent and said since, and what the sender is asked."""
    return {
        "on_their_way": uploads.open_of(db, found.id),
        "additions": conversation.additions(db, found.id),
        "replies": conversation.replies(db, found.id),
        "later": bool(later_answers.unanswered(found)),
        "lasting": lasting_questions.open_for_author(db, found.id),
        "name_asked": bool(printed_names.asked_of(db, found.id)),
    }


def _may_confirm(found: Proposal) -> bool:
    """Say whether the sender's number gets our SMS and has not confirmed that it is theirs."""
    sender = authors.of(store(), found.id)
    return sender.is_told and proven_numbers.of_author(store(), sender) is None


def _model_of(found: Proposal) -> str:
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


def _drawn_qr(found: Proposal) -> dict[str, object]:
    text = receipts.qr_text_of(receipts.secret_of(found.code))
    return {
        "qr": qr.svg(text, say("receipt.qr_alt", ma=codes.grouped(found.code))),
        "only_here": opens_here_alone(site().public_url),
    }


def _back(secret: str, done: str) -> ResponseReturnValue:
    return redirect(url_for("status.receipt", secret=secret, moi=done or None), 303)


def _status(answer: Response, status: int) -> Response:
    answer.status_code = status
    return answer
