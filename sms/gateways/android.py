"""An Android phone with the app SMS Gateway (capcom6): its HTTP API, on the office's network or
through its cloud.

Each message has our own name, so sending twice does no harm: the phone answers 409 to a name it
has. android_events.py reads what the phone reports by itself.
"""

import base64
import http.client
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from shared.domain import clock, phone
from shared.domain.record import Record
from shared.runtime.android import webhook
from shared.settings import AndroidSettings
from sms.gateways import Found, LookUpFailed, Outcome, Reject, Retry, Sent, Taken, Unknown

NAME = "android"
TIMEOUT_SECONDS = 10
# After this time the phone drops what it could not send.
TTL_SECONDS = 24 * 60 * 60
# A message that failed for good on the phone needs another name for another try.
MOST_NAMES = 8
_AGAIN = re.compile(r"([0-9a-f]{32})-[2-9]")
_LONGEST_ANSWER = 1024 * 1024
# Answers of a phone without login, permission or such an address: nothing can be sent.
_CHANNEL_DOWN = frozenset({401, 403, 404, 405})
_INDISPENSABLE = "sms:received"
_NO_SUCH_ROAD = frozenset({404, 405, 501})


class NoConnection(Exception):
    """No connection was made, so nothing was asked."""


class NoAnswer(Exception):
    """The connection was made, but no complete answer came in time."""


class PhoneRefused(Exception):
    """An unexpected answer; the message is the HTTP status or a word."""


class Answer(Record):
    """An HTTP answer; `body` is None when it is no JSON. `retry_after` is in ms, 0 for none."""

    status: int
    body: Any
    retry_after: int

    @property
    def is_ok(self) -> bool:
        """True for 2xx."""
        return 200 <= self.status < 300


class Android:
    """Sends through the phone, and asks it how it is."""

    name = NAME

    def __init__(self, settings: AndroidSettings) -> None:
        base = urlsplit(settings.url)
        self._is_secure = base.scheme == "https"
        self._host, self._port = base.hostname or "", base.port
        self._path = base.path.rstrip("/")
        # The cloud (or an office's own copy of it) has an API path; the phone itself has not.
        self._is_cloud = "3rdparty" in self._path
        login = f"{settings.username}:{settings.password}".encode()
        self._login = "Basic " + base64.b64encode(login).decode()

    def send(self, to: str, text: str, ref: str) -> Outcome:
        """Send one SMS under our name; under the next name if an earlier try failed."""
        try:
            for name in _names(ref):
                outcome = self._hand_over(to, text, name)
                if outcome is not None:
                    return outcome
        except NoConnection as fault:
            return Retry(str(fault))
        except NoAnswer as fault:
            return Unknown(str(fault))
        return Reject("failed on the phone each time")

    def look_up(self, to: str, text: str, since: int, ref: str) -> list[Found]:
        """Return the results of the message under our names, the newest try first."""
        found: list[Found] = []
        try:
            for name in _names(ref):
                state = self._state_of(name)
                if state is None:
                    break
                found.insert(0, state)
        except (NoConnection, NoAnswer, PhoneRefused) as fault:
            raise LookUpFailed(str(fault)) from fault
        return found

    def last_sign(self, at: int) -> int:
        """Return when the phone was last there (ms UTC); on our own network that is now.

        Raises NoConnection, NoAnswer, PhoneRefused: unwell, wrong login, or no phone behind it.
        """
        health = self._ask("GET", "/health")
        if not health.is_ok:
            raise PhoneRefused(_ailing(health))
        phones = self._ask("GET", "/devices" if self._is_cloud else "/device")
        if not phones.is_ok:
            raise PhoneRefused(str(phones.status))
        if not isinstance(phones.body, list) or not phones.body:
            raise PhoneRefused("no phone")
        if not self._is_cloud:
            return at
        visits = [_instant(one.get("lastSeen")) for one in phones.body if isinstance(one, dict)]
        seen = [visit for visit in visits if visit is not None]
        if not seen:
            raise PhoneRefused("no phone")
        return min(at, max(seen))

    def tell_again(self, since: int, until: int) -> None:
        """Let the phone repeat what came between two instants (ms UTC) and was not reported.

        Raises NoConnection, NoAnswer, PhoneRefused.
        """
        asked = {
            "since": _written(since),
            "until": _written(until),
            "messageTypes": ["SMS", "MMS"],
            "triggerWebhooks": True,
        }
        answer = self._ask("POST", "/inbox/refresh", asked)
        if answer.status in _NO_SUCH_ROAD:  # an app from before 2026
            answer = self._ask("POST", "/messages/inbox/export", asked)
        if not answer.is_ok:
            raise PhoneRefused(str(answer.status))

    def register(self, url: str, events: tuple[str, ...]) -> int:
        """Let the phone call `url` for each of these events; return how many were new to it.

        Raises NoConnection, NoAnswer, PhoneRefused.
        """
        known = self._ask("GET", "/webhooks")
        if not known.is_ok or not isinstance(known.body, list):
            raise PhoneRefused(str(known.status))
        there = {(one.get("event"), one.get("url")) for one in known.body if isinstance(one, dict)}
        missing = [event for event in events if (event, url) not in there]
        for event in missing:
            answer = self._ask("POST", "/webhooks", webhook(url, event))
            # An older app does not know every event; without this one nothing is received.
            if not answer.is_ok and (answer.status != 400 or event == _INDISPENSABLE):
                raise PhoneRefused(str(answer.status))
        return len(missing)

    def _hand_over(self, to: str, text: str, name: str) -> Outcome | None:
        """Send under one name and return the outcome; None if that name failed before."""
        answer = self._ask(
            "POST",
            # The phone's own rule does not know every new prefix.
            "/messages?skipPhoneValidation=true",
            {
                "id": name,
                "textMessage": {"text": text},
                "phoneNumbers": [to],
                "withDeliveryReport": True,
                "ttl": TTL_SECONDS,
            },
        )
        if answer.is_ok:
            is_ours = isinstance(answer.body, dict) and answer.body.get("id") == name
            return Taken(name) if is_ours else Unknown("unreadable answer")
        if answer.status == 409:
            return self._taken_before(name)
        error = str(answer.status)
        if answer.status in _CHANNEL_DOWN or answer.status < 400:
            return Retry(error, is_channel_down=True)
        if answer.status in (408, 425, 429) or answer.status >= 500:
            return Retry(error, after=answer.retry_after)
        return Reject(error)

    def _taken_before(self, name: str) -> Outcome | None:
        try:
            found = self._state_of(name)
        except (NoConnection, NoAnswer, PhoneRefused):
            return Taken(name)
        return None if isinstance(found, Reject) else found or Taken(name)

    def _state_of(self, name: str) -> Found | None:
        """Return the state of the message with that name; None if the phone does not know it."""
        answer = self._ask("GET", f"/messages/{name}")
        if answer.status == 404:
            return None
        if not answer.is_ok or not isinstance(answer.body, dict):
            raise PhoneRefused(str(answer.status))
        match answer.body.get("state"):
            case "Sent":
                return Sent(name)
            case "Delivered":
                return Sent(name, is_delivered=True)
            case "Failed" | "Cancelled":
                return Reject(reason_of(answer.body))
            case "Pending" | "Processed" | "Cancelling":
                return Taken(name)
        raise PhoneRefused("unreadable answer")

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Answer:
        """Return the answer of the phone or its cloud. Raises NoConnection, NoAnswer."""
        kind = http.client.HTTPSConnection if self._is_secure else http.client.HTTPConnection
        line = kind(self._host, self._port, timeout=TIMEOUT_SECONDS)
        try:
            line.connect()
        except OSError as fault:
            raise NoConnection(f"no connection: {type(fault).__name__}") from fault
        try:
            sent = None if body is None else json.dumps(body, ensure_ascii=False).encode()
            headers = {"Authorization": self._login, "Content-Type": "application/json"}
            line.request(method, self._path + path, sent, headers)
            answer = line.getresponse()
            return Answer(answer.status, _json(answer.read(_LONGEST_ANSWER)), _wait(answer))
        except (OSError, http.client.HTTPException) as fault:
            raise NoAnswer(f"no answer: {type(fault).__name__}") from fault
        finally:
            line.close()


def _names(ref: str) -> Iterator[str]:
    """Yield our names of a message: its own, then one for each further try (36 letters)."""
    yield ref
    for number in range(2, MOST_NAMES + 1):
        yield f"{ref.replace('-', '')[:32]}-{number}"


def ref_of(name: str) -> str:
    """Return the outbox id that a name was made from, "" if the name is not ours."""
    if again := _AGAIN.fullmatch(name):
        return str(UUID(again[1]))
    return name if len(name) == 36 else ""


def _ailing(health: Answer) -> str:
    """Return what the phone says is wrong with it: `battery:level 4`."""
    checks = health.body.get("checks") if isinstance(health.body, dict) else None
    failing = [
        f"{name} {check.get('observedValue', '')}".strip()
        for name, check in (checks.items() if isinstance(checks, dict) else ())
        if isinstance(check, dict) and check.get("status") == "fail"
    ]
    return ", ".join(failing) or str(health.status)


def reason_of(message: Mapping[str, Any]) -> str:
    """Return why the phone could not send a message, in its own words; numbers in them are
    masked."""
    recipients = message.get("recipients")
    for one in recipients if isinstance(recipients, list) else ():
        if isinstance(one, dict) and one.get("error"):
            return phone.without_numbers(str(one["error"]))[:80]
    return str(message.get("state")).lower()


def _instant(text: object) -> int | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return clock.from_local(moment) if moment.tzinfo else None


def _written(at: int) -> str:
    """Return an instant (ms UTC) as the app reads it: 2026-03-16T02:12:44.000Z."""
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}Z"


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def _wait(answer: http.client.HTTPResponse) -> int:
    asked = answer.headers.get("Retry-After", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 9:
        return min(int(asked), 86_400) * 1000
    return 0
