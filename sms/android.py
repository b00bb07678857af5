"""Where the Android phone calls us: a signed event (doors.py) is kept once, handled and answered.

The phone waits five seconds and then sends it again, so nothing slow is done here.
"""

import logging

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from shared.domain import clock
from shared.domain.kept_file import KeptFile
from shared.files import media
from shared.runtime.android import PATH, RECEIVED, REPORTED, SIGNS_OF_LIFE
from shared.runtime.base_app import site, store
from shared.store.messages import gateway_health, inbox
from sms import inbound, reports
from sms.doors import ANDROID
from sms.gateways import android, android_events
from sms.gateways.android_events import PhoneEvent

bp = Blueprint("android", __name__)

log = logging.getLogger("hienke.sms")


@bp.post(PATH, allow=ANDROID)
def event() -> ResponseReturnValue:
    """The phone reports an event."""
    at = clock.now()
    told = android_events.read_event(request.get_data())
    if told is None:
        abort(400)
    gateway_health.heard(store(), android.NAME, at=at)
    gateway_health.heard(store(), gateway_health.ANDROID_EVENTS, at=at)
    _keep(told, at)
    return Response("ok\n", mimetype="text/plain")


def _keep(told: PhoneEvent, at: int) -> None:
    if told.name in RECEIVED:
        # The files of a repeated message are not written again.
        if inbox.is_kept(store(), android.NAME, android_events.permanent_name(told)):
            return
        came = android_events.read_message(told, _keep_file, at=at)
        inbound.take(store(), inbound.InboundContext.of(site()), came)
    elif told.name in REPORTED:
        report = android_events.read_report(told)
        if report is not None:
            reports.apply(store(), android.NAME, report, at=at)
    elif told.name not in SIGNS_OF_LIFE:
        log.info("event_unknown gateway=android")


def _keep_file(content: bytes) -> KeptFile:
    return media.keep(site().instance.media, [content])
