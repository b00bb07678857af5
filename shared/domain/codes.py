"""The two names of a proposal: the public code people say aloud, and the QR's secret.

A public code is 12 digits, 10 random and 2 ISO 7064 mod 97-10 check digits. A QR secret is
16 Crockford base32 characters derived from the receipt key, so that a reprint gives the same
QR and a stolen database alone opens nothing. Nothing here opens the store.
"""

import base64
import hashlib
import hmac
import re
import secrets
from functools import lru_cache
from urllib.parse import urlsplit

from shared.domain.vietnamese import BETWEEN_DIGITS, visible

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SECRET_LETTERS = 16
_SECRET = re.compile(rf"[{CROCKFORD}]{{{SECRET_LETTERS}}}")
# The secret alone, as people group it.
_MOST_ALONE = 24
_SEPARATORS = re.compile(rf"[{BETWEEN_DIGITS}_·•]+")
# A code as hands write it, perhaps among words: twelve digits and whatever stands between them.
_DIGIT = "[0-9OoQqIiLl]"
TYPED = re.compile(rf"(?<![0-9]){_DIGIT}(?:[{BETWEEN_DIGITS}_·•]*{_DIGIT}){{11}}(?![0-9])")
# How hands and worn paper change digits, in a code that has none of these letters.
_LOOKALIKE = str.maketrans("OoQqIiLl", "00001111")
# Crockford's own reading of the letters it leaves out.
_AS_CROCKFORD = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", CROCKFORD.encode())
_CROCKFORD_READ = str.maketrans("OIL", "011")


def new_code() -> str:
    """Return a fresh public code: 12 digits, the last two ISO 7064 mod 97-10."""
    body = f"{secrets.randbelow(10**10):010d}"
    return f"{body}{98 - int(body) * 100 % 97:02d}"


def bare(typed: str) -> str:
    """Return `typed` without spaces, dots, dashes and letters nobody sees."""
    return _SEPARATORS.sub("", typed)


def tidy(typed: str) -> str:
    """Return a code as bare digits, with O and I read as 0 and 1."""
    return bare(typed).translate(_LOOKALIKE)


def read(typed: str) -> str:
    """Return the code in a field that asks for one: alone, or as the only one among words, as they
    are copied from a receipt ("Mã số: 4821 7395 0688", "TT 482173950688") or an address. What is
    none comes back tidied. In a QR's text nothing is looked for: its host may be digits."""
    alone = tidy(typed)
    if is_code(alone) or "/R/" in typed.upper():
        return alone
    among = set(filter(is_code, map(tidy, TYPED.findall(visible(typed)))))
    return among.pop() if len(among) == 1 else alone


def is_code(text: str) -> bool:
    """Say whether `text` is 12 ASCII digits whose check digits fit."""
    return len(text) == 12 and text.isascii() and text.isdigit() and int(text) % 97 == 1


def grouped(code: str) -> str:
    """Return a code as it is shown: 4821 7395 0688."""
    return f"{code[:4]} {code[4:8]} {code[8:]}"


def secret_of(code: str, *, key: bytes, commune_id: int, copy: int = 1) -> str:
    """Return the QR secret of a code: 16 Crockford characters, the first 80 bits of
    HMAC-SHA-256(key, "receipt|commune_id|code|copy"). A higher `copy` blocks a lost receipt."""
    return _secret(code, key, commune_id, copy)


@lru_cache(8)  # a receipt that is issued is shown at once; whoever asks, it is one question
def _secret(code: str, key: bytes, commune_id: int, copy: int) -> str:
    message = f"receipt|{commune_id}|{code}|{copy}".encode()
    bits = hmac.digest(key, message, "sha256")[:10]
    return base64.b32encode(bits).translate(_AS_CROCKFORD).decode("ascii")


def secret_hash(secret: str) -> str:
    """Return what the store keeps of a secret: its SHA-256 in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def tidy_secret(typed: str) -> str | None:
    """Return the secret in `typed`, whatever its letter case, or None if it is none."""
    secret = bare(typed).upper().translate(_CROCKFORD_READ)
    return secret if _SECRET.fullmatch(secret) else None


def scanned_secret(typed: str) -> str | None:
    """Return the secret in what a handheld scanner types: the QR's whole text or its 16
    characters. None when it is neither."""
    return tidy_secret(scanned_part(typed))


def scanned_part(typed: str) -> str:
    """Return the part of a scanner's text where the secret stands, as it was typed: what follows
    the QR's address, or the whole text. Return "" when neither fits."""
    typed = visible(typed).strip()
    before, slash, after = typed.rpartition("/")
    if slash and before.upper().endswith("/R"):
        return urlsplit(after).path
    return typed if len(typed) <= _MOST_ALONE else ""


def receipt_url(public_url: str, secret: str) -> str:
    """Return the QR's text."""
    return qr_address(public_url.rstrip("/") + receipt_path(secret))


def receipt_path(secret: str) -> str:
    """Return the path of a receipt's page."""
    return f"/r/{secret}"


def qr_address(address: str) -> str:
    """Return an address as a printed QR holds it: the scheme in small letters, because some
    telephones take no other for a link, and the rest in capitals, which take less room in a QR
    (ISO/IEC 18004)."""
    scheme, colon, rest = address.partition(":")
    return f"{scheme.lower()}{colon}{rest.upper()}"
