"""What is in a field into which people type a code, or a handheld scanner a QR's whole text.

A scanner is a keyboard to the PC: whatever Vietnamese input method is on bends what it types
(shared/domain/input_method.py).
"""

import re

from kiosk.web import store
from shared.domain import codes, input_method
from shared.store.cases import receipts

# The QR on the head of a paper form.
_FORM = re.compile(r"/G/([^/?#]+)$", re.IGNORECASE)


def secret_in(typed: str) -> str | None:
    """Return the secret of a receipt in what a scanner typed, or None. Where an input method bent
    it, that of a receipt which was issued."""
    straight = codes.scanned_secret(typed)
    if straight is not None:
        return straight
    return receipts.first_issued(store(), input_method.readings(codes.scanned_part(typed)))


def code_in(typed: str) -> str:
    """Return the code in a field for one: as it was typed, that of the form or of the receipt whose
    QR was scanned. What is no code comes back tidied (shared/domain/codes.py)."""
    code = codes.tidy(typed)
    if codes.is_code(code):
        return code
    form = _FORM.search(typed.strip())
    if form:
        return codes.tidy(form[1])
    secret = secret_in(typed)
    return (code_of(secret) if secret else "") or code


def code_of(secret: str) -> str:
    """Return the code of the receipt with this secret, used or not; "" for none."""
    db = store()
    return receipts.code_behind(db, secret) or receipts.unused(db, secret) or ""
