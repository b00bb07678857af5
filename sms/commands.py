"""What each SMS word does: word → function → Reply.

A function does its part in the store and returns what to say: a key of the texts and its values. It
runs inside the transaction that handles the message. A sender's number can be forged, so it gives
access only to what the answer to its own SMS may tell.
"""

import logging
from collections.abc import Callable

from shared.db.connection import Store
from shared.domain.record import replace
from shared.store.messages import asked_back, call_backs
from sms import (
    cases,
    consents,
    council,
    denunciations,
    dialogue,
    echoes,
    ideas,
    lasting,
    self_answers,
    words,
)
from sms.exchange import Inbound, Reply
from sms.words import ParsedSms

# What becomes no case but waits where staff may say "là sáng kiến".
_SET_APART = ("KHAN", "HOI", "NHAM", "CAMON")
# An answer to a question of ours may look like one of these.
_PERHAPS_AN_ANSWER = ("HOI", "NHAM")

# What people say with words that stand in our texts too, and how many words that takes.
_SAID_IN_OUR_WORDS = ("DY", "NHAN", "TUCHOI", "RUT", "GIU", "TT", "GOI")
_SHORT = 12

log = logging.getLogger("hienke.sms")


def answer(db: Store, sms: Inbound) -> Reply:
    """Do what an SMS asks and return what to say; only inside `writing`."""
    if not sms.text.strip():
        if sms.has_media and sms.is_mobile:
            return ideas.keep(db, sms, "", "receipt_no_word")
        return Reply("media_unsupported" if sms.has_media else "unknown_command", outcome="empty")
    if told := council.answered(db, sms):
        return told
    if not sms.is_released and (apart := _not_typed(db, sms)):
        return apart
    if told := lasting.answered(db, sms):
        return told
    said = words.read(sms.text)
    if sms.is_released and said.word in _SET_APART:
        return ideas.keep(db, sms, sms.text, "receipt_no_word")
    if (
        said.word in ("", "CAMON")
        and words.are_digits(sms.text)
        and asked_back.waiting(db, sms.sender, at=sms.at)
    ):
        return consents.confirmed(db, sms, words.digits(sms.text), None)
    if said.word in _PERHAPS_AN_ANSWER and dialogue.awaits(db, sms):
        said = ParsedSms("", "", sms.text)
    is_idea = said.word in ("", "SK") and not denunciations.is_one(sms.text)
    if is_idea and (more := ideas.continued(db, sms, said)):
        return more
    return COMMANDS[said.word](db, sms, said) if said.word else ideas.free(db, sms, said)


def _not_typed(db: Store, sms: Inbound) -> Reply | None:
    """Liked “UBND xa …” -> set aside in silence; a copy of ours -> the status of its case."""
    if self_answers.is_one(sms.text):
        return Reply("", outcome="self_answer", is_quarantined=True)
    is_reaction = echoes.is_reaction(sms.text)
    if not is_reaction and (
        _is_said_shortly(sms.text) or not echoes.is_copy(sms.text, sms.office, sms.past.texts())
    ):
        return None
    code = None if is_reaction else words.code_in(sms.text)
    told_of = cases.status(db, sms, ParsedSms("TT", code, "")) if code else None
    if told_of is None or told_of.outcome != "status":
        return Reply("", outcome="echo", is_quarantined=True)
    return replace(told_of, outcome="echo", is_quarantined=True)


def _is_said_shortly(text: str) -> bool:
    """Dạ đồng ý cho xã lưu và báo kết quả -> a person's, though we use the same words."""
    return len(text.split()) <= _SHORT and words.read(text).word in _SAID_IN_OUR_WORDS


def _emergency(db: Store, sms: Inbound, said: ParsedSms) -> Reply:
    """Cháy nhà -> whom to call, at once; staff find the message by its outcome."""
    log.error("emergency message=%s", sms.id)
    return Reply("emergency", outcome="emergency", is_quarantined=True)


def _call_back(db: Store, sms: Inbound, said: ParsedSms) -> Reply:
    """GOI -> a line on the call-back list."""
    call_backs.add(db, key=f"sms|{sms.id}", phone=sms.sender, why="asked", at=sms.at)
    return Reply("missed_call", outcome="call_back")


def _help(db: Store, sms: Inbound, said: ParsedSms) -> Reply:
    """HD -> the list of words."""
    return Reply("help", outcome="help")


def _courtesy(db: Store, sms: Inbound, said: ParsedSms) -> Reply:
    """Cảm ơn cán bộ -> a kind word, no case; a person reads it if it is long."""
    is_long = len(sms.text.split()) > _SHORT
    return Reply("courtesy", outcome="courtesy", is_quarantined=is_long)


def _ask_the_counter(db: Store, sms: Inbound, said: ParsedSms) -> Reply:
    """Làm khai sinh cần giấy gì -> whom to ask; staff may still take it for an idea."""
    return Reply("ask_counter", outcome="question", is_quarantined=True)


def _for_somebody_else(db: Store, sms: Inbound, said: ParsedSms) -> Reply:
    """Mẹ ơi con hết tiền -> set aside in silence; staff may still take it for an idea."""
    return Reply("", outcome="wrong_number", is_quarantined=True)


COMMANDS: dict[str, Callable[[Store, Inbound, ParsedSms], Reply]] = {
    "KHAN": _emergency,
    "SK": ideas.send,
    "TT": cases.status,
    "BS": ideas.add,
    "RUT": consents.withdraw,
    "GIU": consents.keep,
    "DY": consents.consent,
    "TUCHOI": consents.opt_out,
    "NHAN": consents.opt_in,
    "GOI": _call_back,
    "HD": _help,
    "CAMON": _courtesy,
    "HOI": _ask_the_counter,
    "NHAM": _for_somebody_else,
}
