"""The limit for codes that are guessed by SMS: one number may ask for as many unknown codes an hour
as one address on the web. Above it every code that is not the sender's own gets the same answer
(decision 58). The answer goes to the number in the message, even if that is forged."""

import hashlib
import hmac

from shared.db import throttle
from shared.db.connection import Store
from shared.domain import clock
from shared.store.cases import proposals, proven_numbers


def is_over(db: Store, sender: str, code: str, *, most: int, key: bytes, at: int) -> bool:
    """Say whether this number guessed too often to be told about a code. It is always told about
    codes it sent itself."""
    left = throttle.wait_left(db, _brake(most), _who(sender, key), at)
    return left > 0 and not _is_own(db, sender, code)


def count(db: Store, sender: str, *, most: int, key: bytes, at: int) -> None:
    """Count an unknown code of a number (E.164); only inside `writing`."""
    throttle.count(db, _brake(most), _who(sender, key), at)


def _brake(most: int) -> throttle.Brake:
    return throttle.Brake("sms_lookup_miss", most, clock.HOUR)


def _who(sender: str, key: bytes) -> str:
    """Return a number as a limit keeps it: a keyed hash."""
    return hmac.new(key, f"guesses|{sender}".encode(), hashlib.sha256).hexdigest()[:32]


def _is_own(db: Store, sender: str, code: str) -> bool:
    try:
        return proven_numbers.is_proven(db, proposals.by_code(db, code).id, sender)
    except proposals.ProposalUnknown:
        return False
