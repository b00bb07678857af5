"""The page of a unit that uses an idea: whether it still does, behind an address of its own."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.registry import bp
from kiosk.visitor import this_kiosk
from kiosk.web import fault_page, store
from shared.db.connection import StoreUnavailable
from shared.domain import clock, codes
from shared.runtime.guarded import ANYBODY
from shared.store.models import lasting_questions
from shared.store.models.lasting_questions import AskedOfSomebody


@bp.get("/con-dung/<secret>", allow=ANYBODY)
def lasting(secret: str) -> ResponseReturnValue:
    """Ask a unit whether it still uses an idea, or thank it."""
    return render_template("registry/lasting.html", asked=_asked(secret), secret=secret)


@bp.post("/con-dung/<secret>", allow=ANYBODY)
def tell_lasting(secret: str) -> ResponseReturnValue:
    """Keep a unit's answer, once."""
    found, outcome = _asked(secret), request.form.get("con", "")
    if outcome in lasting_questions.ANSWERS:
        try:
            lasting_questions.answer(store(), found.question.id, outcome, "page", at=clock.now())
        except StoreUnavailable:
            return fault_page(503, retry_after=5)
    return redirect(url_for("registry.lasting", secret=secret), 303)


def _asked(secret: str) -> AskedOfSomebody:
    """Return the question behind a secret of 80 bits, or 404: nobody guesses one. A kiosk, which
    answers for no unit, has no such page."""
    tidy = "" if this_kiosk() else codes.tidy_secret(secret)
    found = lasting_questions.behind(store(), codes.secret_hash(tidy)) if tidy else None
    return found or abort(404)
