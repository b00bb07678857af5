"""Reads a field in which people type a code, or a handheld scanner types a QR's whole text.

For the PC a scanner is a keyboard: a Vietnamese input method that is on changes what it types
(shared/domain/input_method.py).
"""

import re

from kiosk.web import store
from shared.domain import codes, input_method
from shared.store.cases import receipts

# The QR at the head of a paper form.
_FORM = re.compile(r"/G/([^/?#]+)$", re.IGNORECASE)


def secret_in(typed: str) -> str | None:
    """Return the secret of a receipt in what a scanner typed, or None. If an input method changed
    it, return the reading for which a receipt was issued."""
    straight = codes.scanned_secret(typed)
    if straight is not None:
        return straight
    return receipts.first_issued(store(), input_method.readings(codes.scanned_part(typed)))


def code_in(typed: str) -> str:
    """Return the code in a field: as it was typed, or the code of the form or receipt whose QR was
    scanned. What is no code comes back tidied (shared/domain/codes.py)."""
    code = codes.read(typed)
    if codes.is_code(code):
        return code
    form = _FORM.search(typed.strip())
    if form:
        return codes.tidy(form[1])
    secret = secret_in(typed)
    return (code_of(secret) if secret else "") or code


def code_of(secret: str) -> str:
    """Return the code of the receipt with this secret, used or not; "" if there is none."""
    db = store()
    return receipts.code_behind(db, secret) or receipts.unused(db, secret) or ""
