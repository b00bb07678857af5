"""Where the Android phone calls us: authenticate what came byte for byte, keep it once, answer.

The phone waits five seconds and then tells it again, so nothing is asked of anybody here.
"""

import logging

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from shared.domain import clock
from shared.domain.kept_file import Kept
from shared.files import media
from shared.runtime import serving
from shared.runtime.android import PATH, RECEIVED, REPORTED, SIGNS_OF_LIFE
from shared.runtime.base_app import site, store
from shared.store.messages import gateway_health, inbox
from sms import reports
from sms.gateways import android, android_events
from sms.gateways.android_events import Event

bp = Blueprint("android", __name__)

log = logging.getLogger("hienke.sms")


@bp.post(PATH)
def event() -> ResponseReturnValue:
    """The phone tells us something."""
    at = clock.now()
    told = android_events.read_event(_signed_body(at))
    if told is None:
        abort(400)
    gateway_health.heard(store(), android.NAME, at=at)
    gateway_health.heard(store(), gateway_health.ANDROID_EVENTS, at=at)
    _keep(told, at)
    return Response("ok\n", mimetype="text/plain")


def _signed_body(at: int) -> bytes:
    """Return the raw body the phone signed; whatever is not signed ends here."""
    key = site().settings.android.signing_key
    if not key:
        abort(404)
    # An MMS comes whole, with its pictures.
    request.max_content_length = serving.MAX_BODY
    body = request.get_data(cache=False)
    timestamp = request.headers.get("X-Timestamp", "")
    signature = request.headers.get("X-Signature", "")
    match android_events.signed(key, body, timestamp, signature, at=at):
        case "not":
            _note_wrong_key(at)
            abort(403)
        case "late":
            # Its clock or ours is wrong, and until that is mended nothing comes in.
            for name in (android.NAME, gateway_health.ANDROID_EVENTS):
                gateway_health.failed(store(), name, "clock", at=at)
            log.error("clocks_differ gateway=android")
            abort(403)
    return body


def _note_wrong_key(at: int) -> None:
    """Note that somebody signed with another key, at most once a minute: anybody may knock."""
    last = gateway_health.health(store(), gateway_health.ANDROID_EVENTS).fault_at
    if last is None or abs(at - last) >= clock.MINUTE:
        gateway_health.failed(store(), gateway_health.ANDROID_EVENTS, "signature", at=at)
        log.warning("signature_wrong gateway=android")


def _keep(told: Event, at: int) -> None:
    if told.name in RECEIVED:
        # The files of a message told again are not put on disk again.
        if inbox.is_kept(store(), android.NAME, android_events.permanent_name(told)):
            return
        inbox.keep(store(), android_events.read_message(told, _keep_file, at=at))
    elif told.name in REPORTED:
        report = android_events.read_report(told)
        if report is not None:
            reports.apply(store(), android.NAME, report, at=at)
    elif told.name not in SIGNS_OF_LIFE:
        log.info("event_unknown gateway=android")


def _keep_file(content: bytes) -> Kept:
    return media.keep(site().instance.media, [content])
