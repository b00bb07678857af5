"""Decides whether a text continues something that its sender wrote before.

We ask at most one question about a dossier: what to do about the trouble it names. The next text
without a word is the answer. If we did not ask, the next text that says what to do is the answer if
it comes within minutes. Pieces that were cut by hand ("1/2 …", "2/2 …", "p2 …", "(tiếp) …")
are one dossier, in any order. The same is true for what the office waits for, and for an SMS that
lost a part on its way and is sent again. Every other text stands alone: two telephones are two
people, and a second SK is a second idea.
"""

import re

from shared.db.connection import Store
from shared.domain import clock, everyday
from shared.domain.proposal import Status
from shared.domain.sms_idea import names_a_remedy
from shared.domain.vietnamese import fold
from shared.store.cases import authors, proposals, proven_numbers
from sms import pieces, words
from sms.exchange import Inbound
from sms.gateways.multipart import pieces_of
from sms.pieces import Part
from sms.words import ParsedSms

QUESTION = "ask_solution"
PART_MISSING = "part_missing"
# The outcome of a message that continued an earlier one.
CONTINUED = "continued"
# An answer or another piece must come within this time; later it stands alone.
WINDOW = clock.DAY
# What to do about a trouble that we did not understand as one must follow at once.
AT_ONCE = 10 * clock.MINUTE
# Dán giờ làm việc ngoài cổng đi.
_URGES = re.compile(r"(?<!phai) di(?: a| nha| nghen| xa oi)?$")
# This many equal letters in a row are the same words again, not a phrase in two ideas.
_ENOUGH_ALIKE = 30


def goes_on_with(db: Store, sms: Inbound, said: ParsedSms) -> proposals.Proposal | None:
    """Return the proposal that a text belongs to, or None if it stands alone."""
    part = pieces.part(said.rest)
    found = _with_other_part(db, sms, part) if part else None
    found = found or _sent_again(db, sms, said.rest)
    if found is None and not said.word and words.says_something(said.rest):
        found = _asked_about(db, sms) or _waited_for(db, sms.sender) or _just_begun(db, sms, said)
    return found


def awaits(db: Store, sms: Inbound) -> bool:
    """Say whether the office waits for this number to say something."""
    return (_asked_about(db, sms) or _waited_for(db, sms.sender)) is not None


def _with_other_part(db: Store, sms: Inbound, part: Part) -> proposals.Proposal | None:
    """Return the newest dossier that has other pieces of the same message and lacks this one. A
    piece that only says it continues ("tiếp", "p2") belongs to the newest."""
    kept = sms.past.kept(sms.at - WINDOW, sms.at)
    for proposal_id in dict.fromkeys(proposal_id for proposal_id, _ in kept):
        there = {
            other.number
            for its_id, text in kept
            if its_id == proposal_id and (other := pieces.part(words.read(text).rest))
            if other.total == part.total
        }
        goes_on = not part.total and part.number != 1
        if goes_on or (there and part.number not in there):
            return _still_theirs(db, proposal_id, sms.sender)
    return None


def _sent_again(db: Store, sms: Inbound, typed: str) -> proposals.Proposal | None:
    """Return the proposal of an SMS that came without all its parts, when the same words come again
    as we asked for."""
    proposal_id = sms.past.last_told(PART_MISSING, sms.at - WINDOW, sms.at)
    if proposal_id is None:
        return None
    kept = sms.past.kept(sms.at - WINDOW, sms.at)
    beginnings = [
        fold(piece.strip())[:_ENOUGH_ALIKE]
        for its_id, text in kept
        if its_id == proposal_id
        for piece in pieces_of(words.read(text).rest)
    ]
    now = fold(typed)
    is_again = any(len(one) == _ENOUGH_ALIKE and one in now for one in beginnings)
    return _still_theirs(db, proposal_id, sms.sender) if is_again else None


def _asked_about(db: Store, sms: Inbound) -> proposals.Proposal | None:
    """Return the proposal whose question still waits for an answer."""
    proposal_id = sms.past.last_told(QUESTION, sms.at - WINDOW, sms.at)
    if proposal_id is None or sms.past.has_added_to(proposal_id):
        return None
    return _still_theirs(db, proposal_id, sms.sender)


def _just_begun(db: Store, sms: Inbound, said: ParsedSms) -> proposals.Proposal | None:
    """Return the proposal that this number began a moment ago without saying what to do, if this
    text, the next one, says it."""
    came = [one for one in sms.past.came if one.id != sms.id]
    if not came or came[0].outcome != "proposal" or came[0].proposal_id is None:
        return None
    is_next = sms.at - AT_ONCE <= came[0].arrived_at <= sms.at
    begun = everyday.plain(words.read(came[0].text).rest)
    now = everyday.plain(said.rest)
    says_how = names_a_remedy(now) or _URGES.search(now)
    if not is_next or names_a_remedy(begun) or not says_how:
        return None
    return _still_theirs(db, came[0].proposal_id, sms.sender)


def _waited_for(db: Store, sender: str) -> proposals.Proposal | None:
    """Return this number's one proposal that waits for more. Return None when two wait: we cannot
    tell which one is meant."""
    waiting = [
        one
        for one in proposals.of_phone(db, sender, Status.NEEDS_INFO)
        if proven_numbers.is_proven(db, one.id, sender)
    ]
    return waiting[0] if len(waiting) == 1 else None


def _still_theirs(db: Store, proposal_id: str, sender: str) -> proposals.Proposal | None:
    if authors.of(db, proposal_id).phone != sender:
        return None
    found = proposals.by_id(db, proposal_id)
    return None if found.status is Status.WITHDRAWN else found
