"""Encrypted texts in the store: telephone numbers, under a key that lies outside of it.

AES-SIV (RFC 5297) without a nonce: the same text is encrypted the same way each time, so the store
can look a number up and keep it unique. A thief of the file alone learns which rows belong to one
number, but no number (decision 35). `shared/db/checksums.py` says what is encrypted.
"""

import base64
import binascii
import hmac
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

# Stands before every encrypted text; another way of encrypting would use another letter.
_MARK = "~"
_FOR = [b"hienke"]
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_KEY_BYTES = 32
# What a key proves itself with.
_PROVEN = "hienke"


class Cipher:
    """Encrypts and decrypts texts under one key of 32 bytes. Raises ValueError if it has others."""

    def __init__(self, key: bytes) -> None:
        if len(key) != _KEY_BYTES:
            raise ValueError("a key that is too short or too long")
        self._key = key

    @cached_property
    def _cipher(self) -> "AESSIV":
        # Imported late: it takes 9 MiB, and a program may wait for the first number for days.
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV

        return AESSIV(self._key)

    @cached_property
    def _faults(self) -> tuple[type[Exception], ...]:
        from cryptography.exceptions import InvalidTag

        return InvalidTag, ValueError, binascii.Error

    def proof(self) -> str:
        """Return what a store keeps to know this key again; it tells nothing of it."""
        return hmac.new(self._key, _PROVEN.encode(), "sha256").hexdigest()

    def is_proven_by(self, proof: str) -> bool:
        """Say whether a store's proof is of this key. Stores made by a version before have an
        encrypted text instead."""
        if proof.startswith(_MARK):
            return self.decrypt(proof) == _PROVEN
        return hmac.compare_digest(proof, self.proof())

    @overload
    def encrypt(self, text: str) -> str: ...
    @overload
    def encrypt(self, text: str | None) -> str | None: ...
    def encrypt(self, text: str | None) -> str | None:
        """Return a text as the store keeps it, encrypted; None and "" stay as they are."""
        if not text:
            return text
        encrypted = self._cipher.encrypt(text.encode("utf-8", "surrogatepass"), _FOR)
        # As base64.urlsafe_b64encode does in three calls: an SMS has nine texts to encrypt.
        spelled = binascii.b2a_base64(encrypted, newline=False).translate(_URL_SAFE)
        return _MARK + spelled.decode("ascii")

    @overload
    def decrypt(self, encrypted: str) -> str: ...
    @overload
    def decrypt(self, encrypted: str | None) -> str | None: ...
    def decrypt(self, encrypted: str | None) -> str | None:
        """Return the decrypted text; "" if the row is damaged or the key is another one, so that
        one broken row does not stop a whole list. `verify` names it."""
        if not encrypted:
            return encrypted
        try:
            content = base64.urlsafe_b64decode(encrypted.removeprefix(_MARK))
            return self._cipher.decrypt(content, _FOR).decode("utf-8", "surrogatepass")
        except self._faults:
            return ""


class KeyIsAnother(Exception):
    """The numbers in the store were encrypted under another key than the present one."""


class KeyMissing(Exception):
    """A store that was opened without its key was asked for encrypted texts."""


class NoCipher(Cipher):
    """Stands in for a key in a store that is opened without one."""

    def __init__(self) -> None:
        pass

    def encrypt(self, text: Any) -> Any:
        """Raise KeyMissing."""
        raise KeyMissing

    def proof(self) -> str:
        """Raise KeyMissing."""
        raise KeyMissing

    def decrypt(self, encrypted: Any) -> Any:
        """Raise KeyMissing."""
        raise KeyMissing
