"""What the Android phone's app (SMS Gateway, capcom6) and we must agree on: the address it calls,
the events it reports, and how we register for them.

Only values: the SMS program speaks with the phone, the staff app shows how to set it up.
"""

PATH = "/android"
CLOUD_URL = "https://api.sms-gate.app/3rdparty/v1"
# The app refuses to call any other address.
CALLABLE = ("https://", "http://127.0.0.1:", "http://127.0.0.1/")
RECEIVED = ("sms:received", "sms:data-received", "mms:received", "mms:downloaded")
REPORTED = ("sms:sent", "sms:delivered", "sms:failed", "sms:cancelled")
SIGNS_OF_LIFE = ("system:ping", "app:started")
EVENTS = (*RECEIVED, *REPORTED, *SIGNS_OF_LIFE)


def call_address(public_url: str) -> str:
    """Return the address that the phone calls."""
    return public_url.rstrip("/") + PATH


def webhook(url: str, event: str) -> dict[str, str]:
    """Return the registration of our address for an event; its name is always the same."""
    return {"id": "hienke-" + event.replace(":", "-"), "url": url, "event": event}
