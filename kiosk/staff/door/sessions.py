"""Proves who is at the other end, remembers it in a cookie, forgets it.

The browser holds a random token, the store its HMAC, so a stolen database opens no session. The
cookie goes only to this host, never to a script, never along with another site's request.
"""

import base64
import hashlib
import hmac

from flask import Response, request

from kiosk import logins
from kiosk.staff.door.browsers import browser_of
from kiosk.web import remote, site
from shared.db import throttle
from shared.db.connection import Store
from shared.domain import clock, codes
from shared.runtime import passwords
from shared.store.people import recovery_codes, sessions, staff
from shared.store.people.sessions import Where
from shared.store.people.staff import StaffMember, StaffUnknown

LOGIN_LETTERS = 64
STEP_SECONDS = 30


class LoginRefused(Exception):
    """Login, password or code is wrong; it is not said which."""


class CodeNeeded(Exception):
    """Login and password are right; the code of the second factor is missing."""


class TooManyTries(Exception):
    """Wait `minutes` before the next try."""

    def __init__(self, milliseconds: int) -> None:
        super().__init__(milliseconds)
        self.minutes = max(1, -(-milliseconds // clock.MINUTE))


def prove(db: Store, login: str, password: str, code: str, *, at: int) -> StaffMember:
    """Return the member whom these words prove. Raises LoginRefused, CodeNeeded, TooManyTries."""
    login = tidy(login)
    pulled = logins.brakes(login, at)
    _begin_try(db, pulled, at)
    try:
        member = _with_password(db, login, password)
        if member.totp_secret is not None:
            _check_code(db, member, code, at)
    except CodeNeeded:
        throttle.give_back(db, pulled)
        raise
    throttle.give_back(db, pulled[1:])
    throttle.forgive(db, *pulled[0])
    if not member.must_change and passwords.is_outdated(member.password_hash, password):
        return staff.keep_hash(db, member, passwords.hash_password(password))
    return member


def knows_password(db: Store, member: StaffMember, password: str, *, at: int) -> bool:
    """Say whether a logged-in member knows their password; nobody may guess it at a session that
    was left open. Raises TooManyTries."""
    pulled = ((logins.AGAIN, member.id),)
    _begin_try(db, pulled, at)
    known = passwords.matches(password, member.password_hash)
    if known:
        throttle.give_back(db, pulled)
    return known


def prove_again(db: Store, member: StaffMember, password: str, code: str, *, at: int) -> None:
    """Ask a logged-in member for both factors again. Raises LoginRefused, TooManyTries, and
    CodeNeeded if a member with a second factor gave no code."""
    pulled = ((logins.AGAIN, member.id),)
    _begin_try(db, pulled, at)
    if not passwords.matches(password, member.password_hash):
        raise LoginRefused
    try:
        if member.totp_secret is not None:
            _check_code(db, member, code, at)
    except CodeNeeded:
        throttle.give_back(db, pulled)
        raise
    throttle.give_back(db, pulled)


def tidy(login: str) -> str:
    """Return a login as it is kept."""
    return login.strip().casefold()


def step_of(secret: str, code: str, at: int) -> int | None:
    """Return the half minute that a code belongs to (now or one beside it), or None."""
    typed = codes.bare(code)
    now = at // 1000 // STEP_SECONDS
    import pyotp  # who enters with a code needs it

    totp = pyotp.TOTP(secret)
    for step in (now, now - 1, now + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed.encode()):
            return step
    return None


def new_token() -> tuple[str, str]:
    """Return a new token and what the store keeps of it."""
    token = passwords.new_token()
    return token, _kept_name(token)


def here() -> Where:
    """Return where this request comes from, as the list of sessions shows it."""
    return Where(remote(), browser_of(request.headers.get("User-Agent", "")))


def this_one() -> str:
    """Return what the store keeps of this request's token, "" if it has none."""
    token = request.cookies.get(_cookie_name())
    return _kept_name(token) if token else ""


def who(db: Store) -> StaffMember | None:
    """Return the member of this request's session, or None."""
    kept = this_one()
    return staff.who_has(db, kept, at=clock.now()) if kept else None


def give(answer: Response, token: str) -> None:
    """Give the browser its session."""
    answer.set_cookie(
        _cookie_name(),
        token,
        max_age=sessions.ABSOLUTE // 1000,
        path="/",
        secure=request.is_secure,
        httponly=True,
        samesite="Strict",
    )


def forget(db: Store) -> None:
    """End the session that this browser came with, in the store."""
    kept = this_one()
    if kept:
        sessions.end(db, kept)


def end(db: Store, answer: Response) -> None:
    """End this request's session, in the store and in the browser."""
    forget(db)
    answer.delete_cookie(
        _cookie_name(), path="/", secure=request.is_secure, httponly=True, samesite="Strict"
    )
    # Not "cookies": that would delete those of all ports of this host, and a kiosk's enrolment.
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'


def totp_to_enrol(member: StaffMember) -> str:
    """Return the secret that is offered to a member without one: the same until it is confirmed,
    stored nowhere, different after each change of password."""
    bits = hmac.new(
        site().secrets.staff_key,
        f"totp|{member.id}|{member.password_hash}".encode(),
        hashlib.sha256,
    ).digest()
    return base64.b32encode(bits[:20]).decode()


def _begin_try(db: Store, pulled: tuple[throttle.Pulled, ...], at: int) -> None:
    """Count a try before its outcome is known. Raises TooManyTries."""
    wait = throttle.take(db, pulled, at)
    if wait:
        raise TooManyTries(wait)


def _with_password(db: Store, login: str, password: str) -> StaffMember:
    try:
        member = staff.by_login(db, login) if len(login) <= LOGIN_LETTERS else None
    except StaffUnknown:
        member = None
    kept = member.password_hash if member and member.is_active else None
    if not passwords.matches(password, kept) or member is None:
        raise LoginRefused
    return member


def _check_code(db: Store, member: StaffMember, code: str, at: int) -> None:
    if not code.strip():
        raise CodeNeeded
    spare = passwords.recovery_code(code)
    if spare is not None:
        if not recovery_codes.spend(
            db, member.id, passwords.recovery_hash(member.id, spare), at=at
        ):
            raise LoginRefused
        return
    step = step_of(member.totp_secret or "", code, at)
    if step is None or not staff.spend_totp_step(db, member.id, step):
        raise LoginRefused


def _kept_name(text: str) -> str:
    return logins.hashed(site().secrets.staff_key, text)


def _cookie_name() -> str:
    # Browsers accept a __Host- cookie only over TLS; on the office's PC itself there is none.
    return "__Host-hk_staff" if request.is_secure else "hk_staff"
