"""Where an internet gateway calls us: a signed message (doors.py) is kept once, handled and
answered (inbound.py)."""

from functools import cache

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from shared.domain import clock
from shared.runtime.base_app import Finished, headers_of, site, store, this_request
from sms import inbound, reports
from sms.doors import TWILIO
from sms.gateways import twilio_webhooks

bp = Blueprint("webhooks", __name__)

_NO_REPLY = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'


@bp.post("/twilio/sms", allow=TWILIO)
def sms() -> ResponseReturnValue:
    """An SMS came in."""
    asked, here = this_request(), site()
    arrived = twilio_webhooks.read_message(asked.form, at=clock.now())
    if arrived is None:
        abort(400)
    inbound.take(here.store(), inbound.InboundContext.of(here), arrived)
    return Finished(_NO_REPLY, headers=_no_reply_headers(asked.is_secure))


@bp.post(twilio_webhooks.STATUS_PATH, allow=TWILIO)
def status() -> ResponseReturnValue:
    """A report about an SMS of ours."""
    report = twilio_webhooks.read_report(request.form, request.args.get("ref", ""))
    if report is None:
        abort(400)
    reports.apply(store(), twilio_webhooks.NAME, report, at=clock.now())
    return Response(status=204)


@cache
def _no_reply_headers(_is_secure: bool) -> tuple[tuple[str, str], ...]:
    """Return the headers of that answer, which are always the same."""
    return headers_of(Response(mimetype="text/xml"))
