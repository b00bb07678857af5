"""The brake on codes that are guessed by SMS: as many unknown ones an hour from one number as from
one address on the web, then the same answer for every code that is not the sender's own
(decision 0058). The answer goes to the number, whoever wrote it into the message."""

import hashlib
import hmac

from shared.db import throttle
from shared.db.connection import Store
from shared.domain import clock
from shared.store.cases import authors, proposals


def is_over(db: Store, sender: str, code: str, *, most: int, key: bytes, at: int) -> bool:
    """Say whether this number guessed too often to be told of a code. Of what it sent itself it
    is told at any time."""
    left = throttle.wait_left(db, _brake(most), _who(sender, key), at)
    return left > 0 and not _is_own(db, sender, code)


def count(db: Store, sender: str, *, most: int, key: bytes, at: int) -> None:
    """Count an unknown code of a number (E.164); only inside `writing`."""
    throttle.count(db, _brake(most), _who(sender, key), at)


def _brake(most: int) -> throttle.Brake:
    return throttle.Brake("sms_lookup_miss", most, clock.HOUR)


def _who(sender: str, key: bytes) -> str:
    """A number as a brake keeps it: no number."""
    return hmac.new(key, f"guesses|{sender}".encode(), hashlib.sha256).hexdigest()[:32]


def _is_own(db: Store, sender: str, code: str) -> bool:
    try:
        author = authors.of(db, proposals.by_code(db, code).id)
    except proposals.ProposalUnknown:
        return False
    return author.erased_at is None and author.phone == sender
