"""The kiosk as a device: enrolled by its link, and wiped between two visitors."""

from flask import current_app, g, redirect, render_template, request
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
from shared.store.connection import StoreUnavailable
from shared.store.devices import LinkUsed

# How long a screen waits before it asks whether anybody is there; typing takes longest.
IDLE_SECONDS = 180
IDLE_TYPING_SECONDS = 600
RECEIPT_SECONDS = 60
WIPE_SECONDS = 30
# A kiosk that asks for pages is written down this often, not more: it costs the disk a write.
SEEN_EVERY = clock.MINUTE


def wait(seconds: int) -> None:
    """Let a kiosk show this page for `seconds` before it asks whether anybody is there."""
    g.idle_seconds = seconds


@bp.get("/kiosk/<secret>")
def enrol(secret: str) -> ResponseReturnValue:
    """Make this browser the kiosk that the link was made for; the link works once."""
    if _only_looks():
        return Response(status=204)
    try:
        device = devices.enrol(store(), codes.secret_hash(secret), at=clock.now())
    except LinkUsed as used:
        if this_kiosk() == used.device:
            return redirect("/", 303)
        return fault_page(410, key="device_used")
    if device is None:
        return fault_page(404, key="device")
    log.info("kiosk_enrolled device=%s", device.id)
    answer = redirect("/", 303)
    make_kiosk(answer, device)
    return answer


def _only_looks() -> bool:
    """Say whether nobody opens this page: a preview asks for its head, a browser fetches it ahead.
    Neither may use up a link."""
    return request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", "")


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


@bp.after_app_request
def _note_that_it_is_seen(answer: Response) -> Response:
    """Let staff see that a kiosk is in use."""
    kiosk: devices.Device | None = g.get("kiosk")
    if kiosk is None:
        return answer
    noted: dict[str, int] = current_app.extensions.setdefault("hienke.seen", {})
    at = clock.now()
    if abs(at - noted.get(kiosk.id, 0)) >= SEEN_EVERY:
        noted[kiosk.id] = at
        try:
            devices.note_seen(store(), kiosk.id, at=at)
        except StoreUnavailable as fault:
            log.warning("kiosk_not_noted device=%s reason=%s", kiosk.id, fault)
    return answer
