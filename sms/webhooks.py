"""Where a gateway in the net calls us: authenticate what came byte for byte, keep it once,
answer. What a message asks is done later (inbound.py)."""

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from shared.domain import clock
from shared.runtime.base_app import site, store
from shared.store.messages import inbox
from sms import reports
from sms.gateways import twilio

bp = Blueprint("webhooks", __name__)

_NO_REPLY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


@bp.before_request
def only_signed() -> None:
    """Refuse what Twilio did not sign; 404 where there is no Twilio account."""
    here = site()
    if not here.settings.twilio.is_configured:
        abort(404)
    query = request.query_string.decode("ascii", "replace")
    url = here.public_url.rstrip("/") + request.path + (f"?{query}" if query else "")
    if not twilio.is_signed(here.settings.twilio.auth_token, url, request.form, request.headers):
        abort(403)


@bp.post("/twilio/sms")
def sms() -> ResponseReturnValue:
    """An SMS came in."""
    arrived = twilio.read_message(request.form, at=clock.now())
    if arrived is None:
        abort(400)
    inbox.keep(store(), arrived)
    return Response(_NO_REPLY, mimetype="text/xml")


@bp.post(twilio.STATUS_PATH)
def status() -> ResponseReturnValue:
    """How an SMS of ours fared."""
    report = twilio.read_report(request.form, request.args.get("ref", ""))
    if report is None:
        abort(400)
    reports.apply(store(), twilio.NAME, report, at=clock.now())
    return Response(status=204)
