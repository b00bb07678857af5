"""What each SMS word does: word → function → Reply.

A function does its part in the store and returns what to say: a key of the texts and its
blanks. It runs inside the transaction that handles the message. A sender's number can be
forged: it opens nothing but what its own SMS may ask.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import replace

from shared.db.connection import Store
from shared.domain import clock, codes, status_message
from shared.domain.proposal import TEXT_LETTERS, TITLE_LETTERS, Status
from shared.domain.sms_idea import read_sms
from shared.domain.vietnamese import clean
from shared.store.cases import authors, conversation, proposals, reserved_codes
from shared.store.messages import asked_back, call_backs, inbox, opt_outs
from shared.store.messages.asked_back import Kind, Waiting
from shared.store.privacy.data_requests import Door
from shared.texts import NOTICE_VERSION
from shared.workflows import withdraw
from sms import confirming, dialogue, echoes, guessing, self_answers, words
from sms.exchange import Inbound, Reply
from sms.words import Said

log = logging.getLogger("hienke.sms")


# The same words from the same number within this time are the same idea, sent again because
# the receipt was slow.
SAME_IDEA = clock.HOUR
# Where RUT erases nothing, nothing has to be proved.
_NOTHING_TO_TAKE_BACK = (Status.WITHDRAWN, Status.RECOGNISED, Status.REPLICATED)
# What comes back is laid beside what went to its sender within this time.
OUR_WORDS = 30 * clock.DAY


def answer(db: Store, sms: Inbound) -> Reply:
    """Do what an SMS asks and return what to say; only inside `writing`."""
    if not sms.text.strip():
        if sms.has_media and sms.is_mobile:
            return _keep(db, sms, "", "receipt_no_word")
        return Reply("media_unsupported" if sms.has_media else "unknown_command", outcome="empty")
    if not sms.is_released and (apart := _not_typed(db, sms)):
        return apart
    said = words.read(sms.text)
    if (
        not said.word
        and words.are_digits(said.rest)
        and asked_back.waiting(db, sms.sender, at=sms.at)
    ):
        return _confirmed(db, sms, words.digits(said.rest), None)
    if said.word in ("", "SK") and (more := _continued(db, sms, said)):
        return more
    return COMMANDS[said.word](db, sms, said) if said.word else _free(db, sms, said)


def _not_typed(db: Store, sms: Inbound) -> Reply | None:
    """Liked “UBND xa …” -> kept apart in silence; a copy of ours -> where its case stands."""
    if self_answers.is_one(sms.text):
        return Reply("", outcome="self_answer", is_quarantined=True)
    is_reaction = echoes.is_reaction(sms.text)
    sent = inbox.texts_to(db, sms.sender, sms.at - OUR_WORDS)
    if not is_reaction and not echoes.is_copy(sms.text, sms.office, sent):
        return None
    code = None if is_reaction else words.code_in(sms.text)
    told_of = _status(db, sms, Said("TT", code, "")) if code else None
    if told_of is None or told_of.outcome != "status":
        return Reply("", outcome="echo", is_quarantined=True)
    return replace(told_of, outcome="echo", is_quarantined=True)


def complete(db: Store, sms: Inbound, proposal_id: str) -> Reply:
    """Add what was missing of an earlier SMS to the case it became, or say that the case is
    gone; only inside `writing`."""
    found = proposals.by_id(db, proposal_id)
    if authors.of(db, found.id).erased_at is not None:
        return _where_it_stands(db, sms, found.code)
    return _added(db, sms, found, sms.text)


def _send(db: Store, sms: Inbound, said: Said) -> Reply:
    """SK cho bà con hẹn giờ chứng thực -> the receipt."""
    if len("".join(said.rest.split())) < TITLE_LETTERS[0] or words.is_placeholder(said.rest):
        return Reply("ask_more_empty", outcome="empty_idea")
    return _keep(db, sms, said.rest, "receipt")


def _emergency(db: Store, sms: Inbound, said: Said) -> Reply:
    """Cháy nhà -> whom to call, at once; the staff find the message by its outcome."""
    if sms.is_released:
        return _keep(db, sms, sms.text, "receipt_no_word")
    log.error("emergency message=%s", sms.id)
    return Reply("emergency", outcome="emergency", is_quarantined=True)


def _free(db: Store, sms: Inbound, said: Said) -> Reply:
    """Đường vào ấp 3 chưa có đèn -> kept as an idea all the same."""
    if sms.is_released:
        return _keep(db, sms, sms.text, "receipt_no_word")
    if not sms.is_mobile:
        return Reply("", outcome="no_word", is_quarantined=True)
    if words.is_of_a_machine(sms.text):
        return Reply("", outcome="not_a_person", is_quarantined=True)
    part = words.part(said.rest)
    is_piece = part is not None and part.total > 0
    if words.letters(sms.text) < words.IDEA_LETTERS and not is_piece:
        return Reply("unknown_command", outcome="unknown_command")
    return _keep(db, sms, sms.text, "receipt_no_word")


def _status(db: Store, sms: Inbound, said: Said) -> Reply:
    """TT 482173950688 -> where the proposal stands."""
    if not codes.is_code(said.code):
        return _unknown_code()
    if _guesses_too_often(db, sms, said.code):
        return _told_nothing(sms)
    try:
        standing = proposals.standing(db, said.code)
    except proposals.ProposalUnknown:
        return _not_here(db, sms, said.code)
    return Reply(
        f"st_{standing.status}", status_message.blanks(standing, sms.zone), outcome="status"
    )


def _add(db: Store, sms: Inbound, said: Said) -> Reply:
    """BS 482173950688 làm ở quầy số 2 -> more_received."""
    found = _own(db, sms, said.code)
    if isinstance(found, Reply):
        return found
    if not said.rest:
        missing = status_message.blanks(proposals.standing(db, found.code), sms.zone)["thieu"]
        blanks = {"ma": found.code, "thieu": missing or "noi dung bo sung"}
        return Reply("ask_more", blanks, outcome="empty_addition", proposal_id=found.id)
    return _added(db, sms, found, said.rest)


def _withdraw(db: Store, sms: Inbound, said: Said) -> Reply:
    """RUT 482173950688 -> four digits to send back; RUT 4821 -> taken back, or why not."""
    if not said.code and (digits := words.digits(said.rest)):
        return _confirmed(db, sms, digits, "withdraw")
    found = _own(db, sms, said.code)
    if isinstance(found, Reply):
        return found
    if found.status in _NOTHING_TO_TAKE_BACK:
        return _taken_back(db, sms, found)
    return confirming.ask(db, sms, found, "withdraw")


def _consent(db: Store, sms: Inbound, said: Said) -> Reply:
    """DY 482173950688 -> keep my number and tell me by SMS; DY -> four digits to send back."""
    if said.code or any(letter.isdigit() for letter in said.rest):
        if not said.code and (digits := words.digits(said.rest)):
            return _confirmed(db, sms, digits, "consent")
        found = _own(db, sms, said.code)
        return found if isinstance(found, Reply) else _agreed(db, sms, found)
    newest = authors.newest_not_agreed(db, sms.sender)
    if newest is not None:
        return confirming.ask(db, sms, proposals.by_id(db, newest), "consent")
    if authors.has_agreed_to_sms(db, sms.sender):
        return _opt_in(db, sms, said)
    return _unknown_code()


def _confirmed(db: Store, sms: Inbound, digits: str, kind: Kind | None) -> Reply:
    """RUT 4821 -> done, where these digits went to this number; else how many tries are left."""
    proven = confirming.prove(db, sms, digits, kind)
    if isinstance(proven, Waiting):
        found = proposals.by_id(db, proven.proposal_id)
        return (_taken_back if proven.kind == "withdraw" else _agreed)(db, sms, found)
    since = sms.at - SAME_IDEA
    done = inbox.proposal_of_same_text(db, sms.id, sms.sender, sms.text, since, "withdrawal")
    if done is not None:  # the same SMS, delivered twice
        return _where_it_stands(db, sms, proposals.by_id(db, done).code)
    return proven


def _taken_back(db: Store, sms: Inbound, found: proposals.Proposal) -> Reply:
    key = withdraw.withdraw(db, found.code, at=sms.at, door=Door("sms", sms.zone))
    return Reply(key, _stamped(sms, found.code), "withdrawal", found.id)


def _agreed(db: Store, sms: Inbound, found: proposals.Proposal) -> Reply:
    authors.consent(db, found.id, notice=NOTICE_VERSION, at=sms.at)
    opt_outs.remove(db, sms.sender)
    return Reply("opt_in", outcome="consent", proposal_id=found.id)


def _opt_out(db: Store, sms: Inbound, said: Said) -> Reply:
    """TUCHOI -> no notices any more."""
    opt_outs.add(db, sms.sender, "asked", at=sms.at)
    return Reply("opt_out", outcome="opt_out")


def _opt_in(db: Store, sms: Inbound, said: Said) -> Reply:
    """NHAN -> notices again; who never agreed to any is told how."""
    opt_outs.remove(db, sms.sender)
    key = "opt_in" if authors.has_agreed_to_sms(db, sms.sender) else "privacy_first"
    return Reply(key, outcome="opt_in")


def _call_back(db: Store, sms: Inbound, said: Said) -> Reply:
    """GOI -> a line on the list of whom to call back."""
    call_backs.add(db, key=f"sms|{sms.id}", phone=sms.sender, why="asked", at=sms.at)
    return Reply("missed_call", outcome="call_back")


def _help(db: Store, sms: Inbound, said: Said) -> Reply:
    """HD -> the words there are."""
    return Reply("help", outcome="help")


COMMANDS: dict[str, Callable[[Store, Inbound, Said], Reply]] = {
    "KHAN": _emergency,
    "SK": _send,
    "TT": _status,
    "BS": _add,
    "RUT": _withdraw,
    "DY": _consent,
    "TUCHOI": _opt_out,
    "NHAN": _opt_in,
    "GOI": _call_back,
    "HD": _help,
}


def _continued(db: Store, sms: Inbound, said: Said) -> Reply | None:
    """2/2 … or the answer to our question -> more_received; None when it is not one."""
    if _sent_before(db, sms):
        return None
    again = _sent_before(db, sms, dialogue.CONTINUED)
    if again:
        return Reply("more_received", _stamped(sms, again.code), dialogue.CONTINUED, again.id)
    found = dialogue.goes_on_with(db, sms.sender, said, at=sms.at)
    return _added(db, sms, found, said.rest, dialogue.CONTINUED) if found else None


def _keep(db: Store, sms: Inbound, text: str, receipt: str) -> Reply:
    kept = _sent_before(db, sms)
    if kept is None:
        kept = proposals.add(
            db,
            read_sms(clean(text)[:TEXT_LETTERS], sms.sender),
            proposals.Arrival(sms.received_at, sms.at),
            key=f"sms|{sms.id}",
            fingerprint=hashlib.sha256(text.encode()).hexdigest(),
            receipt_key=sms.receipt_key,
            zone=sms.zone,
        ).proposal
        if kept.current_state and not words.part(text):
            receipt = dialogue.QUESTION
    key = "too_long" if len(clean(text)) > TEXT_LETTERS else receipt
    blanks = {
        "ma": kept.code,
        "gio": clock.hour_words(kept.received_at, sms.zone),
        "ngay": clock.day_words(kept.received_at, sms.zone),
    }
    return Reply(key, blanks, "proposal", kept.id)


def _sent_before(db: Store, sms: Inbound, outcome: str = "proposal") -> proposals.Proposal | None:
    """Return what the very same words became a moment ago, unless it was taken back since."""
    before = inbox.proposal_of_same_text(
        db, sms.id, sms.sender, sms.text, sms.at - SAME_IDEA, outcome
    )
    if before is None:
        return None
    kept = proposals.by_id(db, before)
    return None if kept.status is Status.WITHDRAWN else kept


def _own(db: Store, sms: Inbound, code: str) -> proposals.Proposal | Reply:
    """Return the proposal if this number sent it, or what to say instead."""
    if not codes.is_code(code):
        return _unknown_code()
    if _guesses_too_often(db, sms, code):
        return _told_nothing(sms)
    try:
        found = proposals.by_code(db, code)
    except proposals.ProposalUnknown:
        return _not_here(db, sms, code)
    author = authors.of(db, found.id)
    if author.erased_at is not None:  # nobody's number is left to compare with
        return _where_it_stands(db, sms, code)
    if author.phone != sms.sender:
        return Reply("not_owner", {"ma": code}, outcome="not_owner")
    return found


def _added(
    db: Store, sms: Inbound, found: proposals.Proposal, text: str, outcome: str = "addition"
) -> Reply:
    conversation.add_more(
        db, found.code, clean(text), channel="sms", key=f"sms|{sms.id}", at=sms.at
    )
    return Reply("more_received", _stamped(sms, found.code), outcome, found.id)


def _where_it_stands(db: Store, sms: Inbound, code: str) -> Reply:
    standing = proposals.standing(db, code)
    return Reply(f"st_{standing.status}", status_message.blanks(standing, sms.zone), "status")


def _not_here(db: Store, sms: Inbound, code: str) -> Reply:
    """Say of a sound code that nothing is here under it: a kiosk may still have it."""
    if reserved_codes.is_waiting(db, code):
        return Reply("st_waiting", {"ma": code}, outcome="waiting_at_kiosk")
    guessing.count(db, sms.sender, most=sms.misses_an_hour, key=sms.receipt_key, at=sms.at)
    return _unknown_code()


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


def _unknown_code() -> Reply:
    return Reply("code_not_found", outcome="code_not_found")


def _stamped(sms: Inbound, code: str) -> dict[str, str]:
    return {
        "ma": code,
        "gio": clock.hour_words(sms.at, sms.zone),
        "ngay": clock.day_words(sms.at, sms.zone),
    }
