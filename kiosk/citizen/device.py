"""The kiosk as a device: enrolled by its link, and cleared between two visitors."""

from flask import current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from kiosk.callers import KIOSK_LINK
from kiosk.citizen import bp
from kiosk.visitor import (
    VISITORS_COOKIES,
    is_anybody_here,
    is_own_path,
    make_kiosk,
    this_kiosk,
    visit,
)
from kiosk.web import fault_page, log, store
from shared.db.connection import StoreUnavailable
from shared.domain import clock, codes
from shared.runtime.guarded import ANYBODY
from shared.store.cases import drafts
from shared.store.people import devices, help_calls
from shared.store.people.devices import LinkUsed

# How long a screen waits before it asks whether anybody is there; typing takes longest. The style
# sheet components/idle has the same numbers.
IDLE_SECONDS = 180
IDLE_TYPING_SECONDS = 600
IDLE_SHORT_SECONDS = 60
WIPE_SECONDS = 30
# How often it is recorded that a kiosk asks for pages; each record is a write to the disk.
SEEN_EVERY = clock.MINUTE


def wait(seconds: int) -> None:
    """Let a kiosk show this page for `seconds` before it asks whether anybody is there; 0 means for
    ever."""
    g.idle_seconds = seconds


def end_after(seconds: int) -> None:
    """Let a kiosk show this page without a question, and end after `seconds` the visit that is
    going on."""
    g.idle_seconds, g.ends_after = 0, seconds


@bp.get("/kiosk/<secret>", allow=KIOSK_LINK)
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
    """Say whether nobody really opens this page: a preview asks for its head, a browser fetches it
    ahead. Neither may use up a link."""
    return request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", "")


@bp.route("/xong", methods=["GET", "POST"], allow=ANYBODY)
def end_visit() -> ResponseReturnValue:
    """Forget this visit and go home; the next person finds nothing of it."""
    known = visit()
    if known:
        drafts.end(store(), known)
    kiosk = this_kiosk()
    if kiosk is not None:
        help_calls.end(store(), kiosk.id)
    answer = redirect("/", 303)
    for name in VISITORS_COOKIES:
        answer.delete_cookie(name)
    return answer


@bp.app_context_processor
def _kiosk_in_every_page() -> dict[str, object]:
    # Of the addresses that take a form, only the questions can also be opened.
    can_be_opened = request.method in ("GET", "HEAD") or request.path.startswith("/gui")
    here = request.full_path.removesuffix("?")
    return {
        "kiosk": this_kiosk(),
        "can_be_opened": can_be_opened,
        "idle_after": _idle_seconds(),
        "idle_back": here if can_be_opened and is_own_path(here) else "/",
        "wipe_after": WIPE_SECONDS,
    }


def _idle_seconds() -> int:
    """Return after how many seconds this page asks whether anybody is there; 0 if it holds nothing
    personal."""
    if this_kiosk() is None:
        return 0
    seconds: int = g.get("idle_seconds", IDLE_SECONDS)
    return seconds


@bp.after_app_request
def _wipe_by_itself(answer: Response) -> Response:
    """Let a kiosk's page end the visit when nobody answers its question. A header does it without
    script; idle.js stops it and counts itself."""
    if g.get("kiosk") is None:  # every page asks which one it is
        return answer
    if answer.mimetype == "text/html" and answer.status_code not in (302, 303):
        seconds = _idle_seconds() + WIPE_SECONDS if _idle_seconds() else _ends_after()
        if seconds:
            answer.headers["Refresh"] = f"{seconds}; url=/xong"
    return answer


def _ends_after() -> int:
    seconds: int = g.get("ends_after", 0)
    return seconds if this_kiosk() and is_anybody_here() else 0


@bp.after_app_request
def _note_that_it_is_seen(answer: Response) -> Response:
    """Record that a kiosk is in use, for staff."""
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
