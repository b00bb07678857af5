"""The Android phone that carries the SMS: its state now, and how to set it up, step by step."""

import json

from flask import render_template
from flask.typing import ResponseReturnValue

from kiosk.staff.blueprint import bp
from kiosk.web import settings, site, store
from shared.domain import clock
from shared.domain.record import Record
from shared.domain.roles import ADMIN
from shared.runtime import android
from shared.store.messages import gateway_health
from shared.store.messages.gateway_health import ANDROID_EVENTS, State

# How a fault begins → what to do about it (`staff.phone.fault.*`).
_FAULTS = {
    "401": "login",
    "403": "login",
    "404": "address",
    "405": "address",
    "clock": "clock",
    "signature": "signature",
    "no connection": "no_connection",
    "no answer": "no_connection",
    "no phone": "no_phone",
    "battery": "battery",
    "public_url": "public_url",
}


class PhoneStanding(Record):
    """The state of one direction: that we reach the phone, or that it calls us. `fault` is a key
    under `staff.phone.fault`, "" for none; `raw_fault` is what the phone itself said."""

    state: State
    heard_at: int | None
    fault: str
    raw_fault: str
    fault_at: int | None


@bp.get("/dien-thoai-sms", allow=ADMIN)
def gateway_phone() -> ResponseReturnValue:
    """Show the state of the phone and the steps to set it up."""
    at, keys = clock.now(), settings().android
    url = android.call_address(site().public_url)
    return render_template(
        "staff/gateway_phone.html",
        reached=_standing("android", at) if keys.is_configured else None,
        calling=_standing(ANDROID_EVENTS, at) if keys.signing_key else None,
        sends=settings().sms.gateway == "android",
        phone_url=keys.url,
        cloud_url=android.CLOUD_URL,
        call_url=url,
        is_callable=url.startswith(android.CALLABLE),
        registration=_registration(url),
        events=len(android.EVENTS),
    )


def _standing(gateway: str, at: int) -> PhoneStanding:
    health = gateway_health.health(store(), gateway)
    is_open = bool(health.fault) and (health.fault_at or 0) > (health.heard_at or 0)
    fault = next((key for start, key in _FAULTS.items() if health.fault.startswith(start)), "other")
    return PhoneStanding(
        state=health.state(at),
        heard_at=health.heard_at,
        fault=fault if is_open else "",
        raw_fault=health.fault,
        fault_at=health.fault_at,
    )


def _registration(url: str) -> str:
    """Return the registration, as a person may send it to `/webhooks` by hand."""
    return "\n".join(json.dumps(android.webhook(url, event)) for event in android.EVENTS)
