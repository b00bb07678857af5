"""What helps everybody at a kiosk: larger letters, stronger colours, reading aloud, a person.

All except the voice works without script (components/aids.html).
"""

import flask
from flask import Response, g, redirect, request
from flask.typing import ResponseReturnValue

from kiosk import readings
from kiosk.aloud import Aloud
from kiosk.callers import KIOSK
from kiosk.citizen import bp
from kiosk.visitor import DISPLAY_COOKIE, begin_visit, came_from, is_own_path, this_kiosk, visit
from kiosk.web import log, say, settings, store
from shared.db.connection import StoreUnavailable
from shared.domain import clock
from shared.runtime.guarded import ANYBODY
from shared.store.people import help_calls, staff
from shared.store.people.help_calls import NO_CALL, HelpCall

# The other ways to draw a page; each is a class of <html>.
DISPLAYS = ("larger", "contrast")


@bp.post("/hien-thi", allow=ANYBODY)
def choose_display() -> ResponseReturnValue:
    """Remember how this visitor wants the pages drawn, and go back to the page they were on."""
    chosen = [way for way in DISPLAYS if request.form.get(way, str(int(way in _displays()))) == "1"]
    answer = _back()
    answer.set_cookie(
        DISPLAY_COOKIE, ".".join(chosen), samesite="Lax", httponly=True, secure=request.is_secure
    )
    return answer


@bp.post("/nho-can-bo", allow=KIOSK)
def call_a_person() -> ResponseReturnValue:
    """Call a person to this kiosk; one call, however often the button is pressed."""
    kiosk = this_kiosk()
    if kiosk is None:
        return redirect("/tro-giup", 303)
    help_calls.ring(store(), kiosk.id, at=clock.now())
    answer = _back()
    if visit() is None:
        begin_visit(answer)  # so that home ends the call with it
    return answer


@bp.get("/nho-can-bo", allow=ANYBODY)
def who_comes() -> ResponseReturnValue:
    """Return the state of this kiosk's call: "rung", "coming" or "" if nobody called, and the words
    for its screen."""
    now = call()
    return flask.jsonify(call=now.state, words=words_of(now))


@bp.get("/nghe/<version>/<lang>/<name>.ogg", allow=ANYBODY)
def reading(version: str, lang: str, name: str) -> ResponseReturnValue:
    """Serve the recording of a screen's words, under an address that changes with it."""
    if not readings.is_reading(lang, name):
        flask.abort(404)
    answer = Response(readings.sound(lang, name), mimetype="audio/ogg")
    if version == readings.version(lang, name):
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


@bp.app_context_processor
def _aids_of_every_page() -> dict[str, object]:
    return {
        "displays": _displays(),
        "call_of_kiosk": call,
        "words_of_call": words_of,
        "reading_of": readings.addresses,
        "aloud": Aloud(settings().office.zone),
    }


def _displays() -> list[str]:
    """Return the ways of DISPLAYS that this visitor chose, at a kiosk; none elsewhere."""
    if not request.cookies.get(DISPLAY_COOKIE) or this_kiosk() is None:
        return []
    kept = request.cookies[DISPLAY_COOKIE].split(".")
    return [way for way in DISPLAYS if way in kept]


def call() -> HelpCall:
    """Return this kiosk's call; none also while the store cannot say."""
    kiosk = this_kiosk()
    if kiosk is None:
        return NO_CALL
    if "call_of_kiosk" not in g:
        g.call_of_kiosk = NO_CALL  # for the error page, if this very question fails
        try:
            g.call_of_kiosk = help_calls.standing(store(), kiosk.id, now=clock.now())
        except StoreUnavailable as fault:
            log.warning("call_unknown device=%s reason=%s", kiosk.id, fault)
    found: HelpCall = g.call_of_kiosk
    return found


def words_of(standing: HelpCall) -> str:
    """Return what a kiosk's screen says of its call."""
    if not standing.state:
        return ""
    who = staff.names(store()).get(standing.by or "")
    return say(f"aids.{standing.state}", ten=who or say("aids.somebody"))


def _back() -> Response:
    back = request.form.get("back") or came_from()
    answer = redirect(back if is_own_path(back) else "/", 303)
    assert isinstance(answer, Response)
    return answer
