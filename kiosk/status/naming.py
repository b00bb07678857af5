"""The spelling of the name on a letter or a certificate, confirmed by the holder of the receipt."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.callers import RECEIPT
from kiosk.status import bp
from kiosk.status.receipt import behind
from kiosk.web import busy, store
from shared.db.connection import StoreUnavailable
from shared.domain import clock
from shared.domain.honours import NAME_LETTERS, what_is_wrong
from shared.domain.vietnamese import one_line
from shared.store.awards import awards, printed_names
from shared.store.awards.printed_names import PrintedName
from shared.store.cases import authors
from shared.store.cases.proposals import Proposal
from shared.texts import NOTICE_VERSION


@bp.get("/r/<secret>/ten-in", allow=RECEIPT)
def ask_name(secret: str) -> ResponseReturnValue:
    """Show the name as it would be printed, to be confirmed or corrected."""
    found = behind(secret)
    if not isinstance(found, Proposal):
        return found
    asked = printed_names.asked_of(store(), found.id)
    return _page(found, secret, asked) if asked else _back(secret)


@bp.post("/r/<secret>/ten-in", allow=RECEIPT)
def confirm_name(secret: str) -> ResponseReturnValue:
    """Keep the answer of the receipt's holder: exactly this name is confirmed; another one waits
    for an officer."""
    found = behind(secret)
    if not isinstance(found, Proposal):
        return found
    asked = printed_names.asked_of(store(), found.id)
    if not asked:
        return _back(secret)
    name = one_line(request.form.get("name", ""))
    is_collective = awards.by_id(store(), asked[0].honour_id).is_collective
    wrong = what_is_wrong(name, is_collective=is_collective)
    needs_consent = _needs_consent(found, is_collective=is_collective)
    if wrong or (needs_consent and request.form.get("agreed") != "yes"):
        return _page(found, secret, asked, name, wrong or "agreed"), 422
    notice = NOTICE_VERSION if needs_consent else ""
    try:
        for one in asked:
            printed_names.answer_by_receipt(
                store(), one.honour_id, name, at=clock.now(), notice=notice
            )
    except StoreUnavailable as fault:
        return busy(fault, _page(found, secret, asked, name, "busy"))
    return redirect(url_for("status.receipt", secret=secret, moi="ten"), 303)


def _needs_consent(found: Proposal, *, is_collective: bool) -> bool:
    return not is_collective and not authors.of(store(), found.id).consent_store


def _page(
    found: Proposal, secret: str, asked: list[PrintedName], name: str = "", wrong: str = ""
) -> str:
    honour = awards.by_id(store(), asked[0].honour_id)
    return render_template(
        "status/name.html",
        proposal=found,
        secret=secret,
        name=name or asked[0].suggested or asked[0].name,
        needs_consent=_needs_consent(found, is_collective=honour.is_collective),
        wrong=wrong,
        most=NAME_LETTERS,
    )


def _back(secret: str) -> ResponseReturnValue:
    return redirect(url_for("status.receipt", secret=secret), 303)
