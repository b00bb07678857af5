"""Confirmation: four digits are sent to a number; only a person who reads its SMS can return them.

consents.py carries out the request; this module asks, and checks the digits.
"""

import hmac
import logging
import secrets
from collections.abc import Mapping

from shared.db.connection import Store
from shared.store.cases.proposals import Proposal
from shared.store.messages import asked_back
from shared.store.messages.asked_back import Kind, WaitingRequest
from sms.exchange import Inbound, Reply

_WORD_OF: Mapping[Kind, str] = {"withdraw": "RUT", "consent": "DY"}

log = logging.getLogger("hienke.sms")


def ask(db: Store, sms: Inbound, found: Proposal, kind: Kind) -> Reply:
    """Return the SMS with the digits, which differ for all open requests of one number; only inside
    `writing`."""
    taken = {one.digits for one in asked_back.waiting(db, sms.sender, at=sms.at)}
    digits = next(one for one in iter(_four_digits, "") if one not in taken)
    blanks = {"ma": found.code, "xacnhan": digits, "lenh": _WORD_OF[kind]}
    if asked_back.ask(db, found.id, kind, digits=digits, at=sms.at):
        return Reply(f"{kind}_ask", blanks, "asked_back", found.id)
    log.error("asked_too_often message=%s", sms.id)
    return Reply("asked_often", blanks, "asked_too_often", found.id)


def prove(db: Store, sms: Inbound, digits: str, kind: Kind | None) -> WaitingRequest | Reply:
    """Return the request that these digits confirm, which is now closed, or an answer with the
    number of tries left; only inside `writing`."""
    waits = asked_back.waiting(db, sms.sender, at=sms.at, kind=kind)
    right = next((one for one in waits if hmac.compare_digest(one.digits, digits)), None)
    if right is not None:
        asked_back.done(db, right.id)
        return right
    left = asked_back.missed(db, waits)
    word = _WORD_OF[kind or (waits[0].kind if waits else "withdraw")]
    return Reply(
        "digits_wrong" if left else "digits_void", {"lenh": word, "n": str(left)}, "digits_wrong"
    )


def _four_digits() -> str:
    return f"{secrets.randbelow(9000) + 1000}"
