"""What an Android phone reports: signed events, read as a message that came or as the state of
ours.

The signature covers the raw bytes and the phone's own time. Nothing here speaks HTTP or opens
the store.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal

from shared.domain import clock, phone
from shared.domain.kept_file import KeptFile
from shared.domain.phone import Sender
from shared.domain.record import Record
from shared.domain.vietnamese import is_readable
from shared.store.messages.inbox import Arrived
from sms.gateways import DeliveryReport
from sms.gateways.android import NAME, ref_of

# How far the phone's clock and ours may differ; an older event may be a recording.
WINDOW_SECONDS = 300
# Parts of an MMS that are no files: its layout, and its text, which comes as `body`.
_NO_FILES = ("application/smil", "text/plain")

# Passing faults: no network for the moment, radio off or busy. Reported before anything was sent.
_PASSES = (
    "NO_SERVICE",
    "RADIO_OFF",
    "RADIO_NOT_AVAILABLE",
    "NETWORK_NOT_READY",
    "LIMIT_EXCEEDED",
    "RATE_LIMITED",
    "GENERIC_FAILURE",
    "BLOCKED_DURING_EMERGENCY",
    "BLOCKED_DUE_TO_CALL",
)
_BEFORE_IT_WENT = "Send result:"

Signed = Literal["well", "late", "not"]
Keep = Callable[[bytes], KeptFile]


class PhoneEvent(Record):
    """One event; `payload` is as the phone wrote it."""

    name: str
    device: str
    payload: Mapping[str, Any]


def signed(key: str, body: bytes, timestamp: str, signature: str, *, at: int) -> Signed:
    """Say whether the phone signed these bytes: well, with a clock too far from ours (`at`, ms
    UTC), or not at all. X-Signature is hex HMAC-SHA256 of the body and X-Timestamp."""
    expected = hmac.new(key.encode(), body + timestamp.encode("utf-8", "replace"), hashlib.sha256)
    given = signature.strip().lower().encode("utf-8", "replace")
    if not hmac.compare_digest(expected.hexdigest().encode(), given):
        return "not"
    is_time = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12
    if not is_time or abs(at / 1000 - int(timestamp)) > WINDOW_SECONDS:
        return "late"
    return "well"


def read_event(body: bytes) -> PhoneEvent | None:
    """Return the event a request carries, None when it is none."""
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(given, dict):
        return None
    payload = given.get("payload")
    return PhoneEvent(
        name=_text(given.get("event")),
        device=_text(given.get("deviceId")),
        payload=payload if isinstance(payload, dict) else {},
    )


def read_message(event: PhoneEvent, keep: Keep, *, at: int) -> Arrived:
    """Return the SMS or MMS that came; `keep` puts an attached file on disk."""
    payload = event.payload
    sender, words = _sender(event), _words(event)
    rest = {name: value for name, value in payload.items() if name != "attachments"}
    raw: dict[str, Any] = {"event": event.name, "deviceId": event.device, "payload": rest}
    if event.name == "mms:downloaded":
        raw["files"] = _files(payload.get("attachments"), keep)
    return Arrived(
        gateway=NAME,
        gateway_id=permanent_name(event),
        sender=sender.number[:40],
        sender_kind=_kind(event, words) or sender.kind,
        text=words or "",
        raw=_text(json.dumps(raw, ensure_ascii=False, sort_keys=True)),
        sent_at=_instant(payload.get("receivedAt")),
        arrived_at=at,
    )


def permanent_name(event: PhoneEvent) -> str:
    """Return the name under which a message is kept for good: the phone's own name is only a hash
    of its words, and the event's name is new each time it is repeated."""
    payload, sender, words = event.payload, _sender(event), _words(event) or ""
    received = _instant(payload.get("receivedAt")) or _text(payload.get("receivedAt"))
    said = hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()
    parts = (
        event.name,
        event.device,
        _text(payload.get("messageId")),
        sender.number,
        str(received),
        said,
    )
    return hashlib.sha256("|".join(parts).encode("utf-8", "replace")).hexdigest()


def read_report(event: PhoneEvent) -> DeliveryReport | None:
    """Return what the phone reports about a message of ours, None if it names none."""
    name = _text(event.payload.get("messageId"))[:64]
    if not name:
        return None
    reason = phone.without_numbers(_text(event.payload.get("reason")))[:80]
    if event.name == "sms:delivered":
        return DeliveryReport(name, ref_of(name), "delivered", is_of_a_part=True)
    if event.name == "sms:failed":
        return DeliveryReport(
            name,
            ref_of(name),
            "failed",
            error=reason or "failed",
            may_try_again=reason.startswith(_BEFORE_IT_WENT)
            and any(word in reason for word in _PASSES),
            is_of_a_part=True,
        )
    if event.name == "sms:cancelled":
        return DeliveryReport(name, ref_of(name), "failed", error="cancelled")
    return DeliveryReport(name, ref_of(name), "on_its_way")


def _sender(event: PhoneEvent) -> Sender:
    # Apps from before 2026 have no `sender`.
    given = _text(event.payload.get("sender")) or _text(event.payload.get("phoneNumber"))
    return phone.read_sender(given)


def _words(event: PhoneEvent) -> str | None:
    """Return the text that came; None if the bytes are no text."""
    payload = event.payload
    if event.name == "sms:data-received":
        return _text_in(_text(payload.get("data")))
    if event.name == "sms:received":
        return _text(payload.get("message"))
    parts = (_text(payload.get("subject")), _text(payload.get("body")))
    return "\n".join(part for part in parts if part.strip())


def _kind(event: PhoneEvent, words: str | None) -> str | None:
    """Return the kind of sender if no person waits for an answer: a machine's bytes, or the notice
    of an MMS whose content comes in another event."""
    if event.name == "mms:received":
        return "mms_notice"
    return "machine" if words is None else None


def _text_in(data: str) -> str | None:
    try:
        text = base64.b64decode(data, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    return text if is_readable(text) else None


def _files(attachments: object, keep: Keep) -> list[dict[str, Any]]:
    """Keep the files of an MMS; a part without readable bytes is recorded without them."""
    kept = []
    for one in attachments if isinstance(attachments, list) else ():
        if not isinstance(one, dict) or _text(one.get("contentType")).startswith(_NO_FILES):
            continue
        note: dict[str, Any] = {"type": _text(one.get("contentType"))[:80]}
        try:
            content = base64.b64decode(_text(one.get("data")), validate=True)
        except (binascii.Error, ValueError):
            content = b""
        if content:
            file = keep(content)
            note |= {"sha256": file.sha256, "bytes": file.bytes}
        kept.append(note)
    return kept


def _instant(text: object) -> int | None:
    """Return an ISO 8601 time with its offset as ms UTC, None for anything else."""
    try:
        moment = datetime.fromisoformat(_text(text))
        return clock.from_local(moment) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _text(value: object) -> str:
    if isinstance(value, str):
        # Half of a broken pair cannot be written to a file.
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
