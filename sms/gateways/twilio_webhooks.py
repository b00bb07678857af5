"""What Twilio's webhooks bring: their signature, the SMS they carry, and reports about ours."""

import base64
import binascii
import hmac
import json
import re
from functools import lru_cache
from urllib.parse import urlsplit, urlunsplit

from twilio.request_validator import RequestValidator, get_signature_algorithm
from werkzeug.datastructures import Headers, MultiDict

from shared.domain import phone
from shared.domain.vietnamese import is_readable
from shared.store.messages.inbox import Arrived
from sms.gateways import DeliveryReport
from sms.gateways.twilio_codes import NUMBER_IS_WRONG, OPTED_OUT, PASSES

NAME = "twilio"
STATUS_PATH = "/twilio/status"

_STATES = {"delivered": "delivered", "read": "delivered"} | dict.fromkeys(
    ("failed", "undelivered", "canceled"), "failed"
)
# Twilio sometimes sends a joined SMS as base64; a shorter word only looks like it.
_AS_IT_CAME = json.JSONEncoder(ensure_ascii=False, sort_keys=True)
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4}){20,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


def is_signed(auth_token: str, url: str, params: MultiDict[str, str], headers: Headers) -> bool:
    """Say whether Twilio signed a request.

    `url` is our own public address of the route, never what the request says of itself;
    `params` are the form as it came, blank ones too.
    """
    algorithm = get_signature_algorithm(headers.get("X-Twilio-Webhooks-Signature-Settings"))
    given = (headers.get("X-Twilio-Signature") or "").encode("utf-8", "replace")
    validator = _Validator(auth_token)
    try:
        return any(
            hmac.compare_digest(validator.compute_signature(one, params, algorithm).encode(), given)
            for one in _ports(url)
        )
    except ValueError:  # an algorithm nobody knows
        return False


def read_message(params: MultiDict[str, str], *, at: int) -> Arrived | None:
    """Return the SMS of a webhook, or None if it has no name to be kept under."""
    name = params.get("MessageSid", "")
    if not name:
        return None
    sender = phone.read_sender(params.get("From", ""))
    return Arrived(
        gateway=NAME,
        gateway_id=name[:64],
        sender=sender.number[:40],
        sender_kind=sender.kind,
        text=_decoded(params.get("Body", "")),
        raw=_AS_IT_CAME.encode(params.to_dict()),
        sent_at=None,
        arrived_at=at,
    )


def read_report(params: MultiDict[str, str], ref: str) -> DeliveryReport | None:
    """Return the report of a status callback, or None if it names no message."""
    name = params.get("MessageSid") or params.get("SmsSid") or ""
    if not name:
        return None
    status = (params.get("MessageStatus") or params.get("SmsStatus") or "").lower()
    error = params.get("ErrorCode", "")
    code = int(error) if error.isascii() and error.isdigit() and len(error) < 7 else 0
    return DeliveryReport(
        gateway_id=name[:64],
        ref=ref,
        state=_STATES.get(status, "on_its_way"),  # type: ignore[arg-type]
        error=str(code or ""),
        may_try_again=code in PASSES,
        suppress=code == OPTED_OUT or code in NUMBER_IS_WRONG,
    )


class _Validator(RequestValidator):  # type: ignore[misc]
    def get_values(self, params: MultiDict[str, str], name: str) -> list[str]:
        """Return a field's values. The library tries out which kind of mapping it was given, by a
        fault for each field."""
        return params.getlist(name)


@lru_cache(16)
def _ports(url: str) -> list[str]:
    """Return the address with and without its port: Twilio signs one or the other."""
    parts = urlsplit(url)
    host = parts.netloc.removesuffix(f":{parts.port}")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return [urlunsplit(parts._replace(netloc=netloc)) for netloc in (host, f"{host}:{port}")]


def _decoded(body: str) -> str:
    if not _BASE64.fullmatch(body):
        return body
    try:
        text = base64.b64decode(body, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return body
    return text if is_readable(text) else body
