"""The case that an SMS is about: its status, and whether it is the sender's own.

Without a code it is one that the same SIM sent or confirmed within a year, never a confidential
one. A guessed code reveals nothing (guessing.py). A sender's number can be forged, so what only the
owner may do needs a confirmation too (consents.py). A number that was typed at a form owns nothing
until DY came from it.
"""

from shared.db.connection import Store
from shared.domain import clock, codes, everyday, status_message
from shared.domain.proposal import PUBLIC, UNDER_WAY, Standing
from shared.store.cases import authors, proposals, proven_numbers, public_status, reserved_codes
from sms import guessing, meanings
from sms.exchange import Inbound, Reply
from sms.words import ParsedSms

# How long a number is told of its last idea without a code.
REMEMBERED = 365 * clock.DAY
# What an SMS was that only its number's idea allows, from a number that is not proven.
UNPROVEN = "unproven"
# The most codes that one SMS names.
_MOST_NAMED = 3
# It is not over: its sender may still withdraw it, add to it or agree to be told of it.
OPEN = UNDER_WAY - PUBLIC


def status(db: Store, sms: Inbound, said: ParsedSms) -> Reply:
    """TT 482173950688, TT, khi nào có kết quả -> where the proposal stands."""
    if not said.code and not names_another(said):
        sent = sent_lately(db, sms)
        return where_it_stands(db, sms, sent[0].code) if sent else nothing_sent()
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
    """Return the proposal if this number is proven to be its sender's, or what to say instead."""
    found = said_to_be_own(db, sms, code)
    if isinstance(found, Reply) or proven_numbers.is_proven(db, found.id, sms.sender):
        return found
    return Reply("not_proven", {"ma": code}, outcome=UNPROVEN)


def said_to_be_own(db: Store, sms: Inbound, code: str) -> proposals.Proposal | Reply:
    """Return the proposal if it names this number as its sender's, or what to say instead."""
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


def only_open(db: Store, sms: Inbound, said: ParsedSms) -> proposals.Proposal | Reply:
    """Return the one idea that a word without a code can be about, or the question which."""
    if said.code or names_another(said):
        return own(db, sms, said.code)
    sent = [one for one in sent_lately(db, sms) if one.status in OPEN]
    if len(sent) == 1:
        return sent[0]
    return which(said.word, [one.code for one in sent]) if sent else nothing_sent()


def sent_lately(db: Store, sms: Inbound) -> list[proposals.Proposal]:
    """Return what this SIM sent or confirmed within a year, newest first, nothing confidential."""
    return proven_numbers.of_this_sim(db, sms.sender, since=sms.at - REMEMBERED)


def which(word: str, named: list[str]) -> Reply:
    """Return the question which of several ideas is meant; `named` are codes, newest first."""
    blanks = {"lenh": word, "cacma": ", ".join(named[:_MOST_NAMED])}
    return Reply("which", blanks, outcome="which")


def nothing_sent() -> Reply:
    """Return that this SIM sent nothing that is still known."""
    return Reply("nothing_sent", outcome="code_not_found")


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


def names_another(said: ParsedSms) -> bool:
    """Say whether what stands behind a word is perhaps a code, or a name, of something else."""
    has_digits = any(letter.isdigit() for letter in said.rest)
    return has_digits or not meanings.is_only_polite(everyday.plain(said.rest))


def _says(sms: Inbound, standing: Standing) -> Reply:
    if standing.withdrawal_due_at is not None:
        blanks = stamped(sms, standing.code, standing.withdrawal_due_at)
        return Reply("st_withdrawing", blanks, "status")
    key = status_message.sms_key(standing, sms.at, sms.zone)
    return Reply(key, status_message.blanks(standing, sms.zone), "status")


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
