"""The case that an SMS is about: its status, and whether it is the sender's own.

A guessed code reveals nothing (guessing.py). A sender's number can be forged, so what only the
owner may do needs a confirmation too (consents.py).
"""

from shared.db.connection import Store
from shared.domain import clock, codes, status_message
from shared.domain.proposal import Standing
from shared.store.cases import authors, proposals, public_status, reserved_codes
from sms import guessing
from sms.exchange import Inbound, Reply
from sms.words import ParsedSms


def status(db: Store, sms: Inbound, said: ParsedSms) -> Reply:
    """TT 482173950688 -> where the proposal stands."""
    if not codes.is_code(said.code):
        return unknown_code()
    if _guesses_too_often(db, sms, said.code):
        return _told_nothing(sms)
    try:
        standing = public_status.by_code(db, said.code)
    except proposals.ProposalUnknown:
        return _not_here(db, sms, said.code)
    return _says(sms, standing)


def own(db: Store, sms: Inbound, code: str) -> proposals.Proposal | Reply:
    """Return the proposal if this number sent it, or what to say instead."""
    if not codes.is_code(code):
        return unknown_code()
    if _guesses_too_often(db, sms, code):
        return _told_nothing(sms)
    try:
        found = proposals.by_code(db, code)
    except proposals.ProposalUnknown:
        return _not_here(db, sms, code)
    author = authors.of(db, found.id)
    if author.erased_at is not None:  # no number is left to compare with
        return where_it_stands(db, sms, code)
    if author.phone != sms.sender:
        return Reply("not_owner", {"ma": code}, outcome="not_owner")
    return found


def where_it_stands(db: Store, sms: Inbound, code: str) -> Reply:
    """Return the status of a case. Raises ProposalUnknown."""
    return _says(sms, public_status.by_code(db, code))


def unknown_code() -> Reply:
    """Return that there is no such code."""
    return Reply("code_not_found", outcome="code_not_found")


def stamped(sms: Inbound, code: str, at: int | None = None) -> dict[str, str]:
    """Return the values for an answer about a case: its code, and the time `at` (ms UTC), without
    it that of the SMS."""
    told = sms.at if at is None else at
    return {
        "ma": code,
        "gio": clock.hour_words(told, sms.zone),
        "ngay": clock.day_words(told, sms.zone),
    }


def _says(sms: Inbound, standing: Standing) -> Reply:
    if standing.withdrawal_due_at is not None:
        blanks = stamped(sms, standing.code, standing.withdrawal_due_at)
        return Reply("st_withdrawing", blanks, "status")
    return Reply(f"st_{standing.status}", status_message.blanks(standing, sms.zone), "status")


def _not_here(db: Store, sms: Inbound, code: str) -> Reply:
    """Answer for a valid code that is not in the store: a kiosk may still have its idea."""
    if reserved_codes.is_waiting(db, code):
        return Reply("st_waiting", {"ma": code}, outcome="waiting_at_kiosk")
    guessing.count(db, sms.sender, most=sms.misses_an_hour, key=sms.receipt_key, at=sms.at)
    return unknown_code()


def _guesses_too_often(db: Store, sms: Inbound, code: str) -> bool:
    most, key = sms.misses_an_hour, sms.receipt_key
    return guessing.is_over(db, sms.sender, code, most=most, key=key, at=sms.at)


def _told_nothing(sms: Inbound) -> Reply:
    opens = sms.at + clock.HOUR
    blanks = {
        "gio": clock.hour_words(opens, sms.zone),
        "ngay": clock.day_words(opens, sms.zone),
    }
    return Reply("code_locked", blanks, outcome="guessing")
