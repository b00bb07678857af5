"""The kiosk as a device: enrolled by its link, and wiped between two visitors."""

from flask import g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from kiosk.citizen import bp
from kiosk.visitor import (
    RECEIPT_COOKIE,
    VISIT_COOKIE,
    is_own_path,
    make_kiosk,
    this_kiosk,
    visit,
)
from kiosk.web import fault_page, log, store
from shared import clock, codes
from shared.store import devices, drafts

# How long a screen waits before it asks whether anybody is there; typing takes longest.
IDLE_SECONDS = 180
IDLE_TYPING_SECONDS = 600
RECEIPT_SECONDS = 60
WIPE_SECONDS = 30


def wait(seconds: int) -> None:
    """Let a kiosk show this page for `seconds` before it asks whether anybody is there."""
    g.idle_seconds = seconds


@bp.get("/kiosk/<secret>")
def enrol(secret: str) -> ResponseReturnValue:
    """Make this browser the kiosk that the link was made for."""
    device = devices.enrol(store(), codes.secret_hash(secret), at=clock.now())
    if device is None:
        return fault_page(404, key="device")
    log.info("kiosk_enrolled device=%s", device.id)
    answer = redirect("/", 303)
    make_kiosk(answer, device)
    return answer


@bp.get("/con-do-khong")
def idle() -> ResponseReturnValue:
    """Ask whether anybody is there, and wipe the visit when nobody answers."""
    back = request.args.get("ve", "/")
    if not is_own_path(back):
        back = "/"
    page = render_template("citizen/idle.html", back=back, seconds=WIPE_SECONDS)
    return page, 200, {"Refresh": f"{WIPE_SECONDS}; url=/xong"}


@bp.route("/xong", methods=["GET", "POST"])
def end_visit() -> ResponseReturnValue:
    """Forget this visit and go home; the next person finds nothing of it."""
    known = visit()
    if known:
        drafts.end(store(), known)
    answer = redirect("/", 303)
    for name in (VISIT_COOKIE, RECEIPT_COOKIE, "lang"):
        answer.delete_cookie(name)
    return answer


@bp.app_context_processor
def _kiosk_in_every_page() -> dict[str, object]:
    # Of what is posted to, only the questions can also be opened.
    can_be_opened = request.method == "GET" or request.path.startswith("/gui")
    return {"kiosk": this_kiosk(), "can_be_opened": can_be_opened}


@bp.after_app_request
def _ask_who_is_there(answer: Response) -> Response:
    """At a kiosk, every page but home turns to the idle question by itself. A header does it
    without script."""
    is_page = answer.mimetype == "text/html" and answer.status_code not in (302, 303)
    if is_page and request.path != "/" and "Refresh" not in answer.headers and this_kiosk():
        back = request.path if request.method == "GET" else "/"
        answer.headers["Refresh"] = (
            f"{g.get('idle_seconds', IDLE_SECONDS)}; url=/con-do-khong?ve={back}"
        )
    return answer
