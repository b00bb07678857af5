"""The pages that ask nothing: home, help, the privacy notice, the language."""

from textwrap import shorten

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from kiosk.citizen import bp
from kiosk.citizen.device import end_after
from kiosk.drawn_once import page
from kiosk.visitor import came_from, is_anybody_here, is_own_path, this_kiosk
from kiosk.web import fault_page, has_text, language, log, say, settings, spoken_in, store
from shared import texts
from shared.db.connection import StoreUnavailable
from shared.domain.vietnamese import one_line
from shared.runtime.guarded import ANYBODY
from shared.store.models import registry
from shared.texts import NOTICE_VERSION, NOTICE_VERSIONS

# How long home waits for the visitor who left it open.
HOME_SECONDS = 30
_TOLD_LETTERS = 60


@bp.get("/", allow=ANYBODY)
def home() -> ResponseReturnValue:
    """Show what one can do here; a kiosk's ends the visit that is going on."""
    end_after(HOME_SECONDS)
    if not this_kiosk():
        return page("citizen/home.html")
    return render_template("citizen/home.html", nobody_here=not is_anybody_here(), told=_told())


def _told() -> dict[str, str] | None:
    """Return what became of the newest idea that the office published, in a line; None if there
    is none, or the store cannot say."""
    try:
        found = registry.find(store(), registry.ModelFilter(), limit=1).models
    except StoreUnavailable as fault:
        log.warning("models_unknown reason=%s", fault)
        return None
    if not found:
        return None
    words = found[0].entry.words
    return {
        "title": words.title,
        "effect": shorten(one_line(words.effect).rstrip("."), _TOLD_LETTERS, placeholder=" …"),
    }


@bp.get("/tro-giup", allow=ANYBODY)
def help_page() -> ResponseReturnValue:
    """Say who helps, how to send and how to see the result."""
    return page("citizen/help.html")


@bp.get("/rt", allow=ANYBODY)
def privacy() -> ResponseReturnValue:
    """Show the privacy notice; its address is short because an SMS carries it."""
    return page(
        "citizen/privacy.html", version=NOTICE_VERSION, older=NOTICE_VERSIONS[-2::-1], said=_say_now
    )


def _say_now(key: str) -> str:
    return say(key) if has_text(key) and _concerns_us(key) else ""


def _concerns_us(key: str) -> bool:
    """Say whether a part of the notice is true here: a server forgets later than a file."""
    return key != "notice.on_server" or bool(settings().store.url)


@bp.get("/rt/<version>", allow=ANYBODY)
def privacy_before(version: str) -> ResponseReturnValue:
    """Show the notice as an earlier version said it: what people agreed to stays readable."""
    if version == NOTICE_VERSION:
        return redirect("/rt", 303)
    if version not in NOTICE_VERSIONS:
        return fault_page(404)
    office = spoken_in(language()).office
    words = texts.load(f"notice-{version}.{language()}")
    return render_template(
        "citizen/privacy.html",
        version=version,
        older=(),
        said=lambda key: words.say(key, **office) if key in words and _concerns_us(key) else "",
    )


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
