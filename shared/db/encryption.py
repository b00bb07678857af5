"""Texts that lie hidden in the store: telephone numbers, under a key that lies outside of it.

AES-SIV (RFC 5297) without a nonce: the same text is hidden the same way each time, so the store
can look a number up and keep it unique. Who has the file alone learns which rows belong to one
number, and no number (decision 0035). What is hidden and what is not: `shared/db/checksums.py`.
"""

import base64
import binascii
from typing import Any, overload

# Stands in front of every hidden text; another letter would be another way of hiding.
_MARK = "~"
_FOR = [b"hienke"]


class Hiding:
    """Hides and reveals texts under one key of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        # Late: the library is loaded with the first store that is opened.
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV

        self._cipher = AESSIV(key)
        self._faults = (InvalidTag, ValueError, binascii.Error)

    @overload
    def hide(self, text: str) -> str: ...
    @overload
    def hide(self, text: str | None) -> str | None: ...
    def hide(self, text: str | None) -> str | None:
        """Return a text as the store keeps it; what is empty or None stays so."""
        if not text:
            return text
        hidden = self._cipher.encrypt(text.encode("utf-8", "surrogatepass"), _FOR)
        return _MARK + base64.urlsafe_b64encode(hidden).decode("ascii")

    @overload
    def reveal(self, hidden: str) -> str: ...
    @overload
    def reveal(self, hidden: str | None) -> str | None: ...
    def reveal(self, hidden: str | None) -> str | None:
        """Return the text that was hidden; "" where the row is damaged or the key is another,
        so that one broken row closes no list. `verify` names it."""
        if not hidden:
            return hidden
        try:
            content = base64.urlsafe_b64decode(hidden.removeprefix(_MARK))
            return self._cipher.decrypt(content, _FOR).decode("utf-8", "surrogatepass")
        except self._faults:
            return ""


class KeyIsAnother(Exception):
    """The numbers in the store were hidden under another key than the one that is there."""


class KeyMissing(Exception):
    """A store that was opened without its key was asked for what is hidden in it."""


class NoKey(Hiding):
    """What a store is opened with that nobody asks for anything hidden."""

    def __init__(self) -> None:
        pass

    def hide(self, text: Any) -> Any:
        """Raise KeyMissing."""
        raise KeyMissing

    def reveal(self, hidden: Any) -> Any:
        """Raise KeyMissing."""
        raise KeyMissing
