"""Recognises a browser that was here before. It gets a count of its own for looking codes up, not
the one it shares with everybody behind its address (decision 58).

The cookie holds a random name and the time it was given, signed. It is given on pages where codes
are typed, counts from its eleventh minute on, and expires after a week. The store keeps only the
hash of a name that mistyped, for an hour. A kiosk gets none, because everybody uses it.
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
# Who deletes cookies to go on guessing must wait this long until the next one counts.
RIPENS = 10 * clock.MINUTE
LASTS = 7 * clock.DAY
# So many an hour for one address: collecting them gains nothing more.
AN_HOUR = 30


def name(at: int) -> str | None:
    """Return the name of this browser, if its cookie is ours and old enough to count."""
    found = _read()
    return found[0] if found and RIPENS <= at - found[1] <= LASTS else None


def ripens_in(at: int) -> int | None:
    """Return in how many ms this browser's cookie counts; None if it has none."""
    found = _read()
    return RIPENS - (at - found[1]) if found and 0 <= at - found[1] < RIPENS else None


def give(answer: Response) -> None:
    """Give this browser its cookie, if it has none that lasts."""
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
    shown = request.cookies.get(COOKIE)
    if not shown:
        return None
    try:
        said = _signer().unsign(shown).decode()
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
