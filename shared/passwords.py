"""Passwords of staff: hashed with argon2id, checked against a rule, made up when one is lost.

Nothing here opens the store or knows what a session is for; whoever keeps a hash or a token
does it elsewhere.
"""

import hashlib
import secrets
import threading
from functools import cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from shared import codes

FEWEST_LETTERS = 8
MOST_LETTERS = 200
ADVISED_LETTERS = 15
RECOVERY_CODES = 10
# Digits, as a Vietnamese keyboard makes other letters of letters; 66 bits, which nobody guesses.
RECOVERY_DIGITS = 20

# Letters and digits nobody mistakes for another, on paper or over the phone.
_EASY = "abcdefghkmnpqrstuvwxyz23456789"
# argon2id at OWASP's first setting: 19 MiB and 2 rounds, about a quarter second on an office PC.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
# Each hash takes 19 MiB and a core: without a bound, a stream of logins would stop the office.
_at_once = threading.BoundedSemaphore(2)

# What is tried first here; what is tried first everywhere, a library lists.
_COMMON_HERE = frozenset(
    """00000000 0123456789 0987654321 123123123 12341234 66666666 87654321 88888888 987654321
    abc@1234 abc@12345 admin1234 admin@123 administrator canbo123 canbo@123 congchuc hienke123
    hienke2026 kocomatkhau matkhau1 matkhau123 matkhau@123 motconvit p@ssword saigon123 sangkien1
    ubnd1234 ubnd@123 ubndxa123 vietnam1 vietnam123 yeuemnhieu""".split()  # noqa: SIM905
)


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password, salt and costs inside it."""
    with _at_once:
        return _HASHER.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Say whether a password is the one behind a kept hash. Without a hash (an unknown login, a
    spent password) the answer is no, after as much work: the time tells nobody who exists."""
    sound = kept if kept is not None and kept.startswith("$argon2id$") else None
    with _at_once:
        nobodys = _hash_of_nobody()  # for a known login too, as the first look costs a hash
        try:
            return _HASHER.verify(sound or nobodys, password) and sound is not None
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Say whether a hash was made at other costs than today's."""
    return _HASHER.check_needs_rehash(kept)


def fault_of(password: str, login: str) -> str | None:
    """Return what is wrong with a password somebody chose, as a key of the texts, or None: at
    least 8 letters, at most 200, none of those everyone tries first (ASVS 5.0 V6.2.1, .4, .9)."""
    plain = password.casefold().strip()
    if len(password) < FEWEST_LETTERS:
        return "password.too_short"
    if len(password) > MOST_LETTERS:
        return "password.too_long"
    if (
        _is_common(plain)
        or len(set(plain)) < 3
        or plain.strip("0123456789@!._-") == login.casefold()
    ):
        return "password.too_common"
    return None


def new_one_time_password() -> str:
    """Return a password to be read aloud and typed once: 12 letters and digits, 59 bits."""
    letters = "".join(secrets.choice(_EASY) for _ in range(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def new_recovery_codes() -> list[str]:
    """Return the codes that stand in for a lost telephone: ten of twenty digits."""
    return [
        "".join(secrets.choice("0123456789") for _ in range(RECOVERY_DIGITS))
        for _ in range(RECOVERY_CODES)
    ]


def recovery_code(typed: str) -> str | None:
    """Return the recovery code in what somebody typed, whatever stands between its digits; None
    where it is none."""
    digits = codes.bare(typed)
    is_one = len(digits) == RECOVERY_DIGITS and digits.isascii() and digits.isdigit()
    return digits if is_one else None


def recovery_hash(staff_id: str, code: str) -> str:
    """Return what is kept of a member's recovery code. It was drawn, not thought of, so it needs
    no slow hash; with the member in it, no two are found by one search."""
    return hashlib.sha256(f"recovery|{staff_id}|{code}".encode()).hexdigest()


def new_token() -> str:
    """Return the secret of a session or a link: 256 random bits, fit for a cookie and a path."""
    return secrets.token_urlsafe(32)


def _is_common(password: str) -> bool:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # a third of a megabyte, seldom needed

    return password in _COMMON_HERE or password in FREQUENCY_LISTS["passwords"]


@cache
def _hash_of_nobody() -> str:
    return _HASHER.hash(secrets.token_hex(16))
