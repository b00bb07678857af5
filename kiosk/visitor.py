"""Who uses this browser: the kiosk it is enrolled as, and the present visit.

Both are cookies; user agents are never examined. A visit is a random token that names its draft in
the store; it ends with the visit.
"""

import secrets
from urllib.parse import urlsplit

import flask
from flask import after_this_request, g, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from kiosk.web import site, store
from shared.domain import codes
from shared.store.people import devices

KIOSK_COOKIE = "kiosk"
VISIT_COOKIE = "visit"
RECEIPT_COOKIE = "receipt"
DISPLAY_COOKIE = "display"
# What a visitor leaves in a browser; deleted when the visit ends.
VISITORS_COOKIES = (VISIT_COOKIE, RECEIPT_COOKIE, "lang", DISPLAY_COOKIE)
TEN_YEARS = 10 * 365 * 24 * 3600


def this_kiosk() -> devices.Device | None:
    """Return the kiosk that this browser is enrolled as, or None."""
    here = g._get_current_object()
    if "kiosk" not in here:
        here.kiosk = None  # for the error page, if this very question fails
        here.kiosk = _kiosk_of_cookie()
    found: devices.Device | None = here.kiosk
    return found


def make_kiosk(answer: Response, device: devices.Device) -> None:
    """Make the browser that gets `answer` this kiosk, until its device gets a new link."""
    answer.set_cookie(
        KIOSK_COOKIE,
        _signer().dumps(device.enrolment),
        max_age=TEN_YEARS,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )


def pass_of(device: devices.Device) -> str:
    """Return the proof, valid even after the device was revoked, that a kiosk took an idea."""
    return _passes().dumps(device.id)


def kiosk_of_pass(shown: str) -> devices.Device | None:
    """Return the kiosk of a pass, revoked or not; None if the pass is not ours."""
    try:
        device_id = _passes().loads(shown)
    except BadSignature:
        return None
    return devices.by_id(store(), device_id) if isinstance(device_id, str) else None


def visit() -> str | None:
    """Return the hash that names this visit in the store, or None before it began."""
    token = request.cookies.get(VISIT_COOKIE)
    return codes.secret_hash(token) if token and len(token) <= 64 else None


def begin_visit(answer: Response) -> str:
    """Give the browser a fresh visit and return its hash."""
    token = secrets.token_urlsafe(24)
    answer.set_cookie(VISIT_COOKIE, token, httponly=True, samesite="Lax", secure=request.is_secure)
    return codes.secret_hash(token)


def is_anybody_here() -> bool:
    """Say whether somebody has left something in this browser: answers, a receipt, a choice."""
    return any(name in request.cookies for name in VISITORS_COOKIES)


def is_own_path(path: str) -> bool:
    """Say whether `path` leads to a page of this site and nowhere else."""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()


def came_from() -> str:
    """Return the path of our page that sent a form; home if a browser hides it."""
    page = urlsplit(request.referrer or "")
    path = page.path + (f"?{page.query}" if page.query else "") or "/"
    return path if is_own_path(path) else "/"


def _kiosk_of_cookie() -> devices.Device | None:
    signed = request.cookies.get(KIOSK_COOKIE)
    if not signed:
        return None
    try:
        enrolment = _signer().loads(signed)
    except BadSignature:
        return None
    kiosk = devices.of_enrolment(store(), enrolment) if isinstance(enrolment, str) else None
    if kiosk is not None and signed != _signer().dumps(enrolment):  # by the previous key

        @after_this_request
        def sign_anew(answer: flask.Response) -> flask.Response:
            make_kiosk(answer, kiosk)
            return answer

    return kiosk


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(site().secrets.cookie_keys, salt="kiosk device")


def _passes() -> URLSafeSerializer:
    return URLSafeSerializer(site().secrets.cookie_keys, salt="idea taken at a kiosk")
