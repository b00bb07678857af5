"""What a caller must prove before a route of this program runs: a gateway's signature over the
exact bytes, or that the caller is on this very PC. Each route names its proof beside it."""

import logging
from collections.abc import Callable

from flask import abort, request

from shared.domain import clock
from shared.runtime import guarded, serving
from shared.runtime.base_app import is_this_machine, site, store, this_request
from shared.runtime.guarded import ANYBODY, THIS_MACHINE, Allowed
from shared.store.messages import gateway_health
from sms.gateways import android, android_events, twilio_webhooks

TWILIO: Allowed = frozenset({"Twilio's signature"})
ANDROID: Allowed = frozenset({"the phone's signature"})

log = logging.getLogger("hienke.sms")


def door() -> None:
    """Let a request pass only with the proof that its route asks for; others get 403 or 404."""
    asked = this_request()
    if asked.endpoint is not None and asked.routing_exception is None:
        _PROOFS[guarded.allowed(asked.endpoint)]()


def _nothing() -> None:
    """Ask for no proof."""


def _from_this_machine() -> None:
    if not is_this_machine():
        abort(404)


def _signed_by_twilio() -> None:
    """Refuse what Twilio did not sign; 404 if there is no Twilio account."""
    here = site()
    if not here.settings.twilio.is_configured:
        abort(404)
    asked = this_request()
    query = asked.query_string.decode("ascii", "replace")
    url = here.public_url.rstrip("/") + asked.path + (f"?{query}" if query else "")
    token = here.settings.twilio.auth_token
    if not twilio_webhooks.is_signed(token, url, asked.form, asked.headers):
        abort(403)


def _signed_by_the_phone() -> None:
    """Refuse what the phone did not sign just now; 404 if there is no such phone."""
    at, key = clock.now(), site().settings.android.signing_key
    if not key:
        abort(404)
    # An MMS comes in one request, with its pictures.
    request.max_content_length = serving.MAX_BODY
    timestamp = request.headers.get("X-Timestamp", "")
    signature = request.headers.get("X-Signature", "")
    match android_events.signed(key, request.get_data(), timestamp, signature, at=at):
        case "not":
            _note_wrong_key(at)
            abort(403)
        case "late":
            # Its clock or ours is wrong, and nothing comes in until that is corrected.
            for name in (android.NAME, gateway_health.ANDROID_EVENTS):
                gateway_health.failed(store(), name, "clock", at=at)
            log.error("clocks_differ gateway=android")
            abort(403)


def _note_wrong_key(at: int) -> None:
    """Record that somebody signed with another key, at most once a minute: anybody may try."""
    last = gateway_health.health(store(), gateway_health.ANDROID_EVENTS).fault_at
    if last is None or abs(at - last) >= clock.MINUTE:
        gateway_health.failed(store(), gateway_health.ANDROID_EVENTS, "signature", at=at)
        log.warning("signature_wrong gateway=android")


_PROOFS: dict[Allowed, Callable[[], None]] = {
    ANYBODY: _nothing,
    THIS_MACHINE: _from_this_machine,
    TWILIO: _signed_by_twilio,
    ANDROID: _signed_by_the_phone,
}
