"""Twilio's API: sends SMS, and asks what Twilio took or received.

twilio_webhooks.py reads what its webhooks bring. In Vietnam Twilio only sends (an alphanumeric
sender, no replies), so receiving is for numbers in other countries.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from werkzeug.datastructures import MultiDict

from shared.domain import clock
from shared.domain.record import replace
from shared.settings import TwilioSettings
from shared.store.messages.inbox import Arrived
from sms.gateways import Found, LookUpFailed, Outcome, Reject, Retry, Sent, Unknown
from sms.gateways.twilio_codes import CHANNEL_DOWN, NUMBER_IS_WRONG, OPTED_OUT, PASSES
from sms.gateways.twilio_webhooks import NAME, STATUS_PATH, read_message

TIMEOUT_SECONDS = 10
# Twilio accepts no longer text (its error 21617).
BODY_LETTERS = 1600
# The most SMS that one reconciliation asks for; the next one continues.
MOST_LISTED = 1000

log = logging.getLogger("hienke.sms")
# At its own log level the library logs each request with its telephone numbers.
logging.getLogger("twilio.http_client").setLevel(logging.WARNING)


class Twilio:
    """Sends through Twilio's API."""

    name = NAME

    def __init__(self, settings: TwilioSettings, public_url: str) -> None:
        self._settings = settings
        self._status_url = public_url.rstrip("/") + STATUS_PATH
        self._client: Any = None

    def send(self, to: str, text: str, ref: str) -> Outcome:
        """Send one SMS; its reports come to the status address under `ref`."""
        from requests import RequestException
        from twilio.base.exceptions import TwilioException, TwilioRestException

        if len(text) > BODY_LETTERS:
            return Reject(f"longer than {BODY_LETTERS}")
        try:
            taken = self._api().messages.create(
                to=to,
                body=text,
                status_callback=f"{self._status_url}?ref={ref}",
                **self._sender(),
            )
        except TwilioRestException as fault:
            return self._refused(fault)
        except RequestException as fault:
            return _unanswered(fault)
        except (TwilioException, ValueError, TypeError, AttributeError) as fault:
            # It answered 2xx with something unreadable: it may well have taken it.
            return Unknown(f"unreadable answer: {type(fault).__name__}")
        return Sent(taken.sid) if taken.sid else Unknown("answer without sid")

    def look_up(self, to: str, text: str, since: int, ref: str) -> list[Found]:
        """Return what Twilio took to this number with this text since an instant (ms UTC)."""
        with _asking():
            found = self._api().messages.list(to=to, limit=50, page_size=50)
            since -= self._api().http_client.clock_ahead
            return [
                Sent(one.sid, is_delivered=str(one.status) in ("delivered", "read"))
                for one in found
                # A trial account adds a line of its own in front.
                if (one.body or "").endswith(text)
                and str(one.direction).startswith("outbound")
                and one.date_created is not None
                and one.date_created.timestamp() * 1000 >= since
            ]

    def received(self, since: int, *, at: int) -> list[Arrived]:
        """Return the SMS that Twilio received since an instant (ms UTC), oldest first, as its
        webhook would have brought them at `at`. Raises LookUpFailed."""
        number = self._settings.from_
        ours = {"to": number} if number.startswith("+") else {}
        with _asking():
            found = self._api().messages.list(
                date_sent_after=datetime.fromtimestamp(since / 1000, UTC),
                limit=MOST_LISTED,
                page_size=MOST_LISTED,
                **ours,
            )
            came = [one for one in found if str(one.direction) == "inbound" and one.sid]
            return [self._arrived(one, at) for one in reversed(came)]

    def _arrived(self, one: Any, at: int) -> Arrived:
        form = MultiDict(
            {
                "MessageSid": one.sid,
                "From": one.from_ or "",
                "To": one.to or "",
                "Body": one.body or "",
                "NumMedia": str(one.num_media or "0"),
            }
        )
        if form["NumMedia"] != "0":
            for place, url in enumerate(self._media_of(one)):
                form[f"MediaUrl{place}"] = url
        sent_at = int(one.date_sent.timestamp() * 1000) if one.date_sent else None
        arrived = read_message(form, at=at)
        if arrived is None:
            raise ValueError("an SMS without a name")
        return replace(arrived, sent_at=sent_at)

    def _media_of(self, one: Any) -> list[str]:
        """Return the addresses of a message's files; if we cannot, only its words are kept."""
        try:
            with _asking():
                files = one.media.list(limit=10)
        except LookUpFailed as fault:
            log.warning("media_not_listed message=%s reason=%s", one.sid, fault)
            return []
        base = self._settings.api_url.rstrip("/")
        return [base + file.uri.removesuffix(".json") for file in files]

    def _sender(self) -> dict[str, str]:
        sender = self._settings.from_
        return {"messaging_service_sid" if sender.startswith("MG") else "from_": sender}

    def _refused(self, fault: Any) -> Outcome:
        code, status = int(fault.code or 0), int(fault.status)
        error = f"{status}/{code}" if code and code != status else str(status)
        if code in CHANNEL_DOWN or status in (401, 403, 404):
            return Retry(error, is_channel_down=True)
        if code == OPTED_OUT or code in NUMBER_IS_WRONG:
            return Reject(error, suppress=True)
        if code in PASSES or status == 429 or status >= 500:
            return Retry(error, after=self._api().http_client.retry_after)
        # A redirect is not followed, so nothing was taken; anything else is a fault of ours.
        return Retry(error, is_channel_down=True) if status < 400 else Reject(error)

    def _api(self) -> Any:
        """Return Twilio's client; the library is loaded when the first SMS is sent."""
        if self._client is None:
            from twilio.rest import Client

            self._client = Client(
                self._settings.account_sid,
                self._settings.auth_token,
                http_client=_http_client(self._settings.api_url),
            )
        return self._client


@contextmanager
def _asking() -> Iterator[None]:
    """Turn every failure of a question to Twilio into LookUpFailed."""
    from requests import RequestException
    from twilio.base.exceptions import TwilioException

    try:
        yield
    except (TwilioException, RequestException) as fault:
        raise LookUpFailed(type(fault).__name__) from fault
    except (ValueError, TypeError, AttributeError, KeyError) as fault:
        raise LookUpFailed("unreadable answer") from fault


def _unanswered(fault: Exception) -> Outcome:
    """Return the outcome of a broken connection: before it was made, nothing was taken."""
    from requests import ConnectTimeout
    from requests.exceptions import InvalidURL, ProxyError, SSLError
    from urllib3.exceptions import MaxRetryError, NewConnectionError

    if isinstance(fault, ConnectTimeout | SSLError | ProxyError | InvalidURL):
        return Retry(type(fault).__name__)
    cause = fault.args[0] if fault.args else None
    if isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError):
        return Retry("no connection")
    return Unknown(type(fault).__name__)


def _http_client(api_url: str) -> Any:
    """Return the library's HTTP client, bound to `api_url` and to a time limit.

    `retry_after` is how long the last answer asked us to wait, in ms. `clock_ahead` is how far our
    clock is ahead of the answerer's, in ms: with a wrong clock a list shows nothing.
    """
    from twilio.http.http_client import TwilioHttpClient

    base = urlsplit(api_url)

    class BoundClient(TwilioHttpClient):  # type: ignore[misc]
        retry_after = 0
        clock_ahead = 0

        def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
            there = urlsplit(url)._replace(scheme=base.scheme, netloc=base.netloc)
            self.retry_after = 0
            answer = super().request(method, urlunsplit(there), *args, **kwargs)
            self.clock_ahead = _clock_ahead(str((answer.headers or {}).get("Date", "")))
            asked = str((answer.headers or {}).get("Retry-After", ""))
            if asked.isascii() and asked.isdigit():
                self.retry_after = min(int(asked), 86_400) * 1000
            return answer

    # A new connection each time: a kept one that was closed meanwhile looks like a broken one.
    return BoundClient(pool_connections=False, timeout=TIMEOUT_SECONDS)


def _clock_ahead(date: str) -> int:
    """Return how far our clock is ahead of an HTTP date, in ms; 0 if it is not ahead."""
    try:
        theirs = parsedate_to_datetime(date).timestamp()
    except ValueError:
        return 0
    return max(0, clock.now() - int(theirs * 1000))
