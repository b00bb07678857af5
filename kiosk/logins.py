"""How often somebody may try to log in, who is not delayed by others' tries, and what `/kiem-tra`
reports of it (decision 58).

A try counts for the login at one address, for the address, and for the login from anywhere. A
browser in which somebody logged in there before is counted by itself. A login that does not exist
is counted like any other.
"""

import hashlib
import hmac
import secrets

from flask import request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from kiosk.web import asker, site
from shared.db import throttle
from shared.db.connection import Store
from shared.db.throttle import Brake, GrowingBrake, Pulled
from shared.domain import clock
from shared.domain.record import Record
from shared.store.people import staff

# A typing error costs nothing, guessing costs hours. Nobody is locked out for good, and one
# colleague does not lock out a whole office behind one address.
PER_LOGIN = Brake("login", 5, 5 * clock.MINUTE)
PER_ADDRESS = Brake("login_address", 20, 5 * clock.MINUTE)
# From any number of addresses: ten tries, and then some hundred a day.
EVERYWHERE = GrowingBrake("login_all", 10, clock.DAY, clock.MINUTE, 15 * clock.MINUTE)
KNOWN = GrowingBrake("login_known", 5, clock.DAY, clock.MINUTE, 15 * clock.MINUTE)
# Within a session: nobody may find out a password at a screen that was left open.
AGAIN = GrowingBrake("password_again", 5, 2 * clock.HOUR, clock.MINUTE, 15 * clock.MINUTE)
# From so many wrong tries a day, for all logins together, somebody should know.
MANY = 100

LASTS = 180 * clock.DAY
_MOST_LOGINS = 12


class Tried(Record):
    """The tries of one day: `names` of the members whose login it was, and the number of wrong
    tries in all."""

    names: tuple[str, ...]
    times: int

    @property
    def is_attack(self) -> bool:
        """True if somebody must look."""
        return bool(self.names) or self.times >= MANY


def brakes(login: str, at: int) -> tuple[Pulled, ...]:
    """Return the limits that a try with a login counts for; the first is this visitor's own."""
    key, group = site().secrets.staff_key, asker().group
    known = _browser_known_to(login, at)
    if known:
        return ((KNOWN, f"{_known(key, login)}|{hashed(key, known)[:16]}"),)
    return (
        (PER_LOGIN, hashed(key, f"{login}|{group}")),
        (PER_ADDRESS, hashed(key, group)),
        (EVERYWHERE, _everywhere(key, login)),
    )


def know(answer: Response, login: str, at: int) -> None:
    """Let this browser be recognised by `login` next time."""
    browser, logins, _ = _read() or (secrets.token_urlsafe(12), [], 0)
    tag = _tag(login)
    kept = [tag, *(one for one in logins if one != tag)][:_MOST_LOGINS]
    answer.set_cookie(
        _cookie_name(),
        str(_signer().dumps([browser, kept, at // 1000])),
        max_age=LASTS // 1000,
        path="/",
        secure=request.is_secure,
        httponly=True,
        samesite="Strict",
    )


def tried(db: Store, key: bytes, at: int) -> Tried:
    """Return the tries of the last day. `key` is the site's staff_key."""
    anywhere, known, within = (
        throttle.counted(db, brake.what, since=at - clock.DAY)
        for brake in (EVERYWHERE, KNOWN, AGAIN)
    )
    at_known = {who.partition("|")[0] for who, count in known.items() if count >= KNOWN.most}
    names = tuple(
        one.name
        for one in staff.everyone(db)
        if anywhere.get(_everywhere(key, one.login), 0) >= EVERYWHERE.most
        or within.get(one.id, 0) >= AGAIN.most
        or _known(key, one.login) in at_known
    )
    return Tried(names, sum((*anywhere.values(), *known.values(), *within.values())))


def hashed(key: bytes, text: str) -> str:
    """Return what the store keeps of a token or of a name typed at the login (people type passwords
    there): an HMAC, so that the store alone reveals nothing."""
    return hmac.new(key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _everywhere(key: bytes, login: str) -> str:
    return hashed(key, f"everywhere|{login}")


def _known(key: bytes, login: str) -> str:
    return hashed(key, f"from a known browser|{login}")[:40]


def _browser_known_to(login: str, at: int) -> str:
    """Return the name of this browser if it logged in there before, otherwise ""."""
    found = _read()
    if found is None or _tag(login) not in found[1] or not 0 <= at - found[2] <= LASTS:
        return ""
    return found[0]


def _read() -> tuple[str, list[str], int] | None:
    """Return this browser's name, the logins it knows, and when it last logged in (ms UTC)."""
    try:
        browser, logins, began = _signer().loads(request.cookies.get(_cookie_name(), ""))
    except BadSignature:
        return None
    return browser, logins, began * 1000


def _tag(login: str) -> str:
    return hashed(site().secrets.staff_key, f"known|{login}")[:16]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(site().secrets.staff_key, salt="known browser")


def _cookie_name() -> str:
    return "__Host-hk_known" if request.is_secure else "hk_known"
