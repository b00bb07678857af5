"""Look up: twelve digits as people type them, or what a handheld scanner types."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import receipts
from kiosk.status import bp
from shared import codes
from shared.vietnamese import one_line


@bp.get("/tra-cuu")
def look_up() -> ResponseReturnValue:
    """Ask for the code, and lead to its page."""
    typed = request.args.get("ma")
    if typed is None:
        return _page("", None)
    code = codes.tidy(typed)
    if codes.is_code(code):
        return redirect(url_for("status.standing", code=code), 303)
    secret = codes.scanned_secret(typed)
    if secret:
        return receipts.lead_to(secret)
    return _page(one_line(typed)[:80], "err.code_typing" if code else "err.code_empty"), 422


def _page(typed: str, problem: str | None) -> str:
    return render_template("status/lookup.html", typed=typed, problem=problem)
