"""Passwords of staff: hashed with argon2id, checked against rules, made up when one is lost.

Nothing here opens the store or knows what a session is for; hashes and tokens are kept elsewhere.

A password is its letters, not the bytes of a keyboard's code table. So it is composed (NFC, as NIST
SP 800-63B 3.1.1.2 advises) before it is hashed.
"""

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

from shared.domain import codes
from shared.domain.vietnamese import fold
from shared.runtime.places import Places

FEWEST_LETTERS = 8
PASSWORD_LETTERS = 200
ADVISED_LETTERS = 15
# A password without its owner's login and names must have this many letters left; otherwise it can
# be guessed from them.
_OWN_LETTERS = 4
RECOVERY_CODES = 10
# Digits, because a Vietnamese keyboard changes letters; 66 bits, which nobody guesses.
RECOVERY_DIGITS = 20

# Letters and digits that nobody confuses, on paper or over the phone.
_EASY = "abcdefghkmnpqrstuvwxyz23456789"
# Each hash takes 19 MiB and a core: without a limit, many logins at once would stop the office.
_at_once = Places(2)

# What guessers try first here; a library lists what they try first everywhere.
_COMMON_HERE = frozenset(
    """00000000 0123456789 0987654321 123123123 12341234 66666666 87654321 88888888 987654321
    abc@1234 abc@12345 admin1234 admin@123 administrator canbo123 canbo@123 congchuc hienke123
    hienke2026 kocomatkhau matkhau1 matkhau123 matkhau@123 motconvit p@ssword saigon123 sangkien1
    ubnd1234 ubnd@123 ubndxa123 vietnam1 vietnam123 yeuemnhieu""".split()  # noqa: SIM905
)


def composed(password: str) -> str:
    """Return a password as it is counted, compared and hashed, whatever code table it came in."""
    # Half of a broken pair, which a form may hold, is no letter.
    whole = password.encode("utf-8", "replace").decode()
    return unicodedata.normalize("NFC", whole)


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password, salt and costs inside it."""
    with _at_once.one():
        return _hasher().hash(composed(password))


def matches(password: str, kept: str | None) -> bool:
    """Say whether a password fits a kept hash. Without a hash (an unknown login, a used password)
    the answer is no after the same work, so the time tells nobody who exists. A password that is
    longer than allowed never fits."""
    sound = kept if kept is not None and kept.startswith("$argon2id$") else None
    is_short = len(password) <= 4 * PASSWORD_LETTERS and len(composed(password)) <= PASSWORD_LETTERS
    with _at_once.one():
        nobodys = _hash_of_nobody()  # for a known login too, because the first call costs a hash
        if not is_short:
            _verify(nobodys, "")
            return False
        spellings = _spellings(password)
        return any(_verify(sound or nobodys, one) for one in spellings) and sound is not None


def is_outdated(kept: str, password: str) -> bool:
    """Say whether the hash of a matching password was made with other costs than today's, or from
    the letters of another code table."""
    if _hasher().check_needs_rehash(kept):
        return True
    if password.isascii():
        return False
    with _at_once.one():
        return not _verify(kept, composed(password))


def fault_of(password: str, login: str, names: Iterable[str] = ()) -> str | None:
    """Return what is wrong with a chosen password, as a key of the texts, or None. It needs 8 to
    200 letters, must not be one of the most common (ASVS 5.0 V6.2.1, .4, .9), and must not be made
    of the login or of these names (the office's, the person's)."""
    password = composed(password)
    plain = password.casefold().strip()
    if len(password) < FEWEST_LETTERS:
        return "password.too_short"
    if len(password) > PASSWORD_LETTERS:
        return "password.too_long"
    unmarked = "".join(fold(plain).split())
    if (
        _is_common(plain)
        or _is_common(unmarked)
        or len(set(plain)) < 3
        or _REPEATED.fullmatch(unmarked)
        or _is_made_of(unmarked, login, names)
    ):
        return "password.too_common"
    return None


def new_one_time_password() -> str:
    """Return a password to be read aloud and typed once: 12 letters and digits, 59 bits."""
    letters = "".join(secrets.choice(_EASY) for _ in range(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def new_recovery_codes() -> list[str]:
    """Return the codes that replace a lost telephone: ten of twenty digits."""
    return [
        "".join(secrets.choice("0123456789") for _ in range(RECOVERY_DIGITS))
        for _ in range(RECOVERY_CODES)
    ]


def recovery_code(typed: str) -> str | None:
    """Return the recovery code in what somebody typed, whatever separates its digits; None if it is
    none."""
    digits = codes.bare(typed)
    is_one = len(digits) == RECOVERY_DIGITS and digits.isascii() and digits.isdigit()
    return digits if is_one else None


def recovery_hash(staff_id: str, code: str) -> str:
    """Return what is kept of a member's recovery code. The code is random, so it needs no slow
    hash. The hash includes the member, so one search cannot find codes of two members."""
    return hashlib.sha256(f"recovery|{staff_id}|{code}".encode()).hexdigest()


def new_token() -> str:
    """Return the secret of a session or a link: 256 random bits, fit for a cookie and a path."""
    return secrets.token_urlsafe(32)


def _verify(kept: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def _spellings(password: str) -> list[str]:
    """Return a password in each spelling that an older hash may have been made of: composed, as it
    was typed, fully decomposed, and with only its tones apart ("Unicode tổ hợp")."""
    whole = password.encode("utf-8", "replace").decode()
    nfc = composed(password)
    spelled = (nfc, whole, unicodedata.normalize("NFD", nfc), _TONED.sub(_with_tone_apart, nfc))
    return list(dict.fromkeys(spelled))


_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TONED = re.compile(r"[^\x00-\x7f]")


def _with_tone_apart(letter: re.Match[str]) -> str:
    apart = unicodedata.normalize("NFD", letter[0])
    tone = "".join(mark for mark in apart if mark in _TONES)
    return unicodedata.normalize("NFC", "".join(one for one in apart if one not in tone)) + tone


# Every office here calls this program so.
_OURS = ("hienke", "sangkien")
# "rec1rec1", "abcabcabc": a few letters over and over.
_REPEATED = re.compile(r"(.{1,4})\1+")


def _is_made_of(unmarked: str, login: str, names: Iterable[str]) -> bool:
    """Say whether almost nothing is left of a password without its owner's login, forwards or
    backwards, and without these names or two words of them."""
    known = {"".join(fold(login).split()), *_OURS}
    known |= {one[::-1] for one in known}
    for name in names:
        words = re.findall(r"\w+", fold(name))
        known |= {
            "".join(words[begin:end])
            for begin in range(len(words))
            for end in range(begin + 2, len(words) + 1)
        }
    left = unmarked
    for one in sorted(known - {""}, key=len, reverse=True):
        left = left.replace(one, " ")
    return left != unmarked and sum(letter.isalpha() for letter in left) < _OWN_LETTERS


def _is_common(password: str) -> bool:
    return password in _COMMON_HERE or password in _common_everywhere()


@cache
def _common_everywhere() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # a third of a megabyte, seldom needed

    return frozenset(FREQUENCY_LISTS["passwords"])


@cache
def _hash_of_nobody() -> str:
    return _hasher().hash(secrets.token_hex(16))


@cache
def _hasher() -> "PasswordHasher":
    """Return argon2id at OWASP's first setting: 19 MiB and 2 rounds, about a quarter second on an
    office PC."""
    from argon2 import PasswordHasher, Type  # nobody logs in at a start

    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
