"""A browser that was here before: it looks codes up on a count of its own, not on that which it
shares with everybody behind its address (decision 0058).

The cookie holds a random name and when it was given, signed. It is given where codes are typed,
counts from its eleventh minute on and is over after a week. The store keeps nothing of it but the
hash of a name that mistyped, for an hour. A kiosk, which is everybody's, gets none.
"""

import secrets

from flask import current_app, request
from itsdangerous import BadSignature, Signer
from werkzeug.wrappers import Response

from kiosk.visitor import this_kiosk
from kiosk.web import asker, site
from shared.domain import clock
from shared.runtime.lately import Lately

COOKIE = "device"
# Whoever throws cookies away to guess on waits this long for the next one to count.
RIPENS = 10 * clock.MINUTE
LASTS = 7 * clock.DAY
# So many an hour to one address: whoever collects them there gets no further than this.
AN_HOUR = 30


def name(at: int) -> str | None:
    """Return the name of this browser, if its cookie is ours and old enough to count."""
    found = _read()
    return found[0] if found and RIPENS <= at - found[1] <= LASTS else None


def ripens_in(at: int) -> int | None:
    """Return in how many ms this browser's cookie counts; None where it has none."""
    found = _read()
    return RIPENS - (at - found[1]) if found and 0 <= at - found[1] < RIPENS else None


def give(answer: Response) -> None:
    """Give this browser its cookie, where it has none that lasts."""
    at, found = clock.now(), _read()
    if this_kiosk() or (found and 0 <= at - found[1] <= LASTS) or _given().take(asker().group, at):
        return
    answer.set_cookie(
        COOKIE,
        _signer().sign(f"{secrets.token_urlsafe(9)}.{at // 1000:x}").decode(),
        max_age=LASTS // 1000,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )


def _read() -> tuple[str, int] | None:
    """Return the name in this browser's cookie, and when it was given (ms UTC)."""
    try:
        said = _signer().unsign(request.cookies.get(COOKIE, "")).decode()
        token, _, began = said.rpartition(".")
        return token, int(began, 16) * 1000
    except (BadSignature, ValueError):
        return None


def _given() -> Lately:
    given: Lately = current_app.extensions.setdefault(
        "hienke.devices_given", Lately(AN_HOUR, clock.HOUR)
    )
    return given


def _signer() -> Signer:
    return Signer(site().secrets.cookie_keys, salt="returning device")
