"""The pages that ask nothing: home, help, the privacy notice, the language."""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from kiosk.citizen import bp
from kiosk.citizen.device import IDLE_SHORT_SECONDS, wait
from kiosk.visitor import came_from, is_anybody_here, is_own_path
from shared import texts
from shared.runtime.guarded import ANYBODY
from shared.texts import NOTICE_VERSION


@bp.get("/", allow=ANYBODY)
def home() -> ResponseReturnValue:
    """Show what one can do here."""
    wait(IDLE_SHORT_SECONDS)
    return render_template("citizen/home.html", nobody_here=not is_anybody_here())


@bp.get("/tro-giup", allow=ANYBODY)
def help_page() -> ResponseReturnValue:
    """Say who helps, how to send and how to see the result."""
    return render_template("citizen/help.html")


@bp.get("/rt", allow=ANYBODY)
def privacy() -> ResponseReturnValue:
    """Show the privacy notice; its address is short because an SMS carries it."""
    return render_template("citizen/privacy.html", version=NOTICE_VERSION)


@bp.post("/ngon-ngu", allow=ANYBODY)
def choose_language() -> ResponseReturnValue:
    """Remember the language and go back to the page it was chosen on."""
    back = request.form.get("back") or came_from()
    answer = redirect(back if is_own_path(back) else "/", 303)
    remember_language(answer, request.form.get("to", "vi"))
    return answer


def remember_language(answer: Response, wanted: str) -> None:
    """Let `answer` make the browser remember a language, if it is one of ours."""
    if wanted in texts.LANGUAGES:
        answer.set_cookie("lang", wanted, samesite="Lax", secure=request.is_secure)
