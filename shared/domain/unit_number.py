"""A unit's number: the five-digit administrative code of the commune whose office this is.

It is given once and never changes, whatever the commune is called later: checksums, event hashes,
daily sheets and the secrets of QR codes are made with it. Nothing here opens the store.
"""

import re

LEAST, MOST = 1, 99_999
# A demo's number; no commune has it.
DEMO = 99_999
# How an error describes it.
ALLOWED = "five digits from 00001 to 99999, such as 26068"
_FIVE_DIGITS = re.compile(r"[0-9]{5}")


def read(text: str) -> int | None:
    """Return the number in `text`, or None when it is not five digits from 00001 to 99999."""
    text = text.strip()
    if not _FIVE_DIGITS.fullmatch(text):
        return None
    number = int(text)
    return number if LEAST <= number <= MOST else None


def shown(number: int) -> str:
    """Return a number as people read it: always five digits."""
    return f"{number:05d}"
