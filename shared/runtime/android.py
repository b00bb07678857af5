"""What the Android phone's app (SMS Gateway, capcom6) and we must agree on: the address it calls,
the events it tells, how it is asked to.

Values alone: the SMS program speaks with the phone, the staff app shows how to set it up.
"""

PATH = "/android"
CLOUD_URL = "https://api.sms-gate.app/3rdparty/v1"
# The app refuses to call anything else.
CALLABLE = ("https://", "http://127.0.0.1:", "http://127.0.0.1/")
RECEIVED = ("sms:received", "sms:data-received", "mms:received", "mms:downloaded")
REPORTED = ("sms:sent", "sms:delivered", "sms:failed", "sms:cancelled")
SIGNS_OF_LIFE = ("system:ping", "app:started")
EVENTS = (*RECEIVED, *REPORTED, *SIGNS_OF_LIFE)


def call_address(public_url: str) -> str:
    """Return where the phone calls us."""
    return public_url.rstrip("/") + PATH


def webhook(url: str, event: str) -> dict[str, str]:
    """Return what registers our address for an event; its name stays the same each time."""
    return {"id": "hienke-" + event.replace(":", "-"), "url": url, "event": event}
