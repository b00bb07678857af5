"""The receipt behind the QR: one's own words, the office's answers, add, withdraw, ask again."""

import hashlib

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from kiosk import files, paper, receipts
from kiosk.callers import RECEIPT
from kiosk.status import bp
from kiosk.status.receipt_page import drawn_qr, model_of, receipt_page
from kiosk.status.standing import waiting_page
from kiosk.visitor import this_kiosk
from kiosk.web import busy, fault_page, settings, store
from shared.db.connection import StoreUnavailable
from shared.db.event_log import CITIZEN, new_id
from shared.domain import clock, codes
from shared.domain.proposal import TEXT_LETTERS, MoveRefused
from shared.domain.vietnamese import clean
from shared.store.cases import conversation, moves, pending_acts
from shared.store.cases.moves import MoveStale
from shared.store.cases.proposals import Proposal
from shared.store.cases.receipts import proposal_behind, unused
from shared.store.files import attachments
from shared.store.jobs import print_jobs
from shared.store.models import lasting_questions
from shared.store.people import devices
from shared.store.privacy.data_requests import Door
from shared.workflows import pending

# What became of a wish to withdraw → how the address names it; while it waits, the page says so.
_TOLD = {"withdraw_waits": "", "withdraw_late": "muon", "st_withdrawn": "rut"}


@bp.get("/R/<secret>", allow=RECEIPT)
@bp.get("/r/<secret>", allow=RECEIPT)
def receipt(secret: str) -> ResponseReturnValue:
    """Show the receipt."""
    found = behind(secret)
    return receipt_page(found, secret) if isinstance(found, Proposal) else found


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
        model=model_of(found),
        **drawn_qr(found, secret),
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
        return receipt_page(found, secret, typed=text)
    if not text or len(text) > TEXT_LETTERS:
        problem = "err.too_long" if text else "err.more_empty"
        answer = receipt_page(found, secret, typed=text, problem=problem)
        answer.status_code = 422
        return answer
    channel = "kiosk" if this_kiosk() else "web"
    said = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    key = f"web|{found.id}|{request.form.get('key', '')[:64] or new_id()}|{said}"
    try:
        conversation.add_more(store(), found.code, text, channel=channel, key=key, at=clock.now())
    except StoreUnavailable as fault:
        return busy(fault, receipt_page(found, secret, typed=text, problem="err.busy"))
    except conversation.AdditionRefused:
        return _status(receipt_page(found, secret, typed=text, problem="receipt.refused"), 409)
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
            return busy(fault, receipt_page(found, secret, problem="err.busy"))
        return _back(secret, "con-dung")
    return _back(secret, "")


def behind(secret: str) -> Proposal | ResponseReturnValue:
    """Return the proposal behind a receipt's secret, or the page that says why not. 80 bits need no
    limit: a person who mistyped twelve digits can still read their own receipt."""
    tidy = codes.tidy_secret(secret)
    if tidy and not receipts.is_shown_here(tidy):
        return redirect("/", 303)
    found = proposal_behind(store(), tidy) if tidy else None
    if found is None:
        given_away = unused(store(), tidy) if tidy else None
        return waiting_page(given_away) if given_away else fault_page(404)
    return found


def _back(secret: str, done: str) -> ResponseReturnValue:
    return redirect(url_for("status.receipt", secret=secret, moi=done or None), 303)


def _status(answer: Response, status: int) -> Response:
    answer.status_code = status
    return answer
