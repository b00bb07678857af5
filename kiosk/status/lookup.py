"""Looking up a code: twelve digits as people type them, or what a handheld scanner types."""

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import receipts, returning, scanning
from kiosk.drawn_once import page
from kiosk.status import bp
from shared.domain import codes
from shared.domain.vietnamese import one_line
from shared.runtime.guarded import ANYBODY

# Endpoints where codes are typed.
_ASKS_FOR_CODE = frozenset({"status.look_up", "status.verify_receipt"})


@bp.get("/tra-cuu", allow=ANYBODY)
def look_up() -> ResponseReturnValue:
    """Ask for the code, and lead to its page."""
    typed = request.args.get("ma")
    if typed is None:
        return page("status/lookup.html")
    code = codes.read(typed)
    if codes.is_code(code):
        return redirect(url_for("status.standing", code=code), 303)
    secret = scanning.secret_in(typed)
    if secret:
        return receipts.lead_to(secret)
    problem = "err.code_typing" if code else "err.code_empty"
    return render_template("status/lookup.html", typed=one_line(typed)[:80], problem=problem), 422


@bp.after_request
def _know_again(answer: Response) -> Response:
    """Let a browser that types codes be recognised later; one that opens its own page need not
    be."""
    is_missed = request.endpoint == "status.standing" and answer.status_code >= 400
    if answer.mimetype == "text/html" and (is_missed or request.endpoint in _ASKS_FOR_CODE):
        returning.give(answer)
    return answer
