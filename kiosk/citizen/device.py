"""The kiosk as a device: enrolled by its link, and wiped between two visitors."""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from kiosk.citizen import bp
from kiosk.visitor import VISIT_COOKIE, is_own_path, make_kiosk, this_kiosk, visit
from kiosk.web import fault_page, log, store
from shared import clock, codes
from shared.store import devices, drafts

# How long a screen waits before it asks whether anybody is there; typing takes longest.
IDLE_SECONDS = 180
IDLE_TYPING_SECONDS = 600
RECEIPT_SECONDS = 60
WIPE_SECONDS = 30


def ask_who_is_there(answer: Response, seconds: int) -> None:
    """At a kiosk, let the browser turn to the idle question by itself after `seconds`; the header
    works without script."""
    if this_kiosk():
        answer.headers["Refresh"] = f"{seconds}; url=/con-do-khong?ve={request.path}"


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
    answer = Response(
        render_template("citizen/idle.html", back=back, seconds=WIPE_SECONDS), mimetype="text/html"
    )
    answer.headers["Refresh"] = f"{WIPE_SECONDS}; url=/xong"
    return answer


@bp.route("/xong", methods=["GET", "POST"])
def end_visit() -> ResponseReturnValue:
    """Forget this visit and go home; the next person finds nothing of it."""
    known = visit()
    if known:
        drafts.end(store(), known)
    answer = redirect("/", 303)
    answer.delete_cookie(VISIT_COOKIE)
    answer.delete_cookie("lang")
    return answer


@bp.app_context_processor
def _kiosk_in_every_page() -> dict[str, object]:
    here = request.full_path.rstrip("?") if request.method == "GET" else request.path
    return {"kiosk": this_kiosk(), "here": here}
