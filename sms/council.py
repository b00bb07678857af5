"""A member's answer to an invitation by SMS: "co", "khong du duoc, ban hop o tinh".

It stands beside the member on the session's page, whatever it says, and never becomes an idea or
is set apart: what the reader cannot tell, the secretary reads. An idea is still sent with its word
(SK …), and the desk may take an answer for one.
"""

import re
import unicodedata

from shared.db.connection import Store
from shared.domain import clock
from shared.domain.vietnamese import fold
from shared.store.council import invitations
from shared.store.council.invitations import Answer
from shared.store.messages import asked_back, inbox
from shared.workflows import invite_members
from shared.workflows.notices import ASKED_LASTING
from sms import denunciations, echoes, self_answers, words
from sms.exchange import Inbound, Reply
from sms.word_lists import ABSENT, AGREED, BUSY

# Texts that ask their reader something, beside an invitation: the newest one is answered.
_QUESTIONS = frozenset(
    {ASKED_LASTING, "ask_solution", "ask_more", "ask_more_empty", "part_missing", "which"}
)
# What a text without a word of ours may be read as.
_FREE = frozenset({"", "CAMON", "HOI", "NHAM"})
# Words of ours that also say yes, no and "received"; these need no code.
_ALSO_SAID = frozenset({"DY", "NHAN", "TUCHOI"})
# The one word that is only ever a wish for silence.
_SILENCE = frozenset({"tuchoi", "huy", "huy bo", "stop"})
_MEETING = re.compile(r"\b(?:hop|phien|hoi dong|giay moi|cuoc hop|du duoc|tham du)\b")

_NO = r"(?:khong|ko|kg|khg|hong|hok|hem|chua)"
_DENIED = re.compile(
    rf"\b{_NO}(?: \w+){{0,3}}? (?:du|den|toi|hop|di|tham|duoc|mat|xep)\b(?: (?:du|den|hop|duoc))*"
)
_AWAY = re.compile(
    rf"^\W*(?:da |xin loi |thua )*{_NO}\b(?! (?:van de|sao|co gi))"
    r"|\b(?:vang mat|xin vang|xin phep|xin nghi|uy quyen|(?:du|di|hop) thay|tu choi"
    r"|cao loi)\b"
    r"|\bban (?:hop|viec|cong|di|ngay|hoc|tiep|gia dinh)\b"
)
_COMING = re.compile(
    r"^\W*(?:da |vang |thua )*(?:co|duoc|ok|oke|okay|dong y|dy|nhat tri|y|yes|du|se du|chac chan)\b"
    r"|\b(?:se|xin|co the|toi) (?:du|den|toi|co mat|hop|tham du|tham gia)\b"
    r"|\b(?:du|den|tham du|co mat) (?:hop |day du|dung gio|duoc)"
)
# Said with their marks; without them they say nothing.
_YES_MARKED, _AWAY_MARKED = re.compile(rf"\b{AGREED}\b"), re.compile(rf"\b(?:{ABSENT}|{BUSY})\b")


def answered(db: Store, sms: Inbound) -> Reply | None:
    """Keep a member's answer and thank for it; None for anything else."""
    was_invited = any(map(sms.past.was_told, invite_members.TEXTS))
    if sms.is_released or not was_invited:
        return None
    asked = invite_members.open_for(db, sms.sender, at=sms.at)
    if asked is None or not _is_answer(db, sms):
        return None
    answer = read(sms.text)
    invitations.keep_answer(db, asked.session_id, asked.staff_id, sms.id, answer, at=sms.at)
    if _is_by_itself(sms):
        return Reply("", outcome=inbox.ANSWERED)
    day = clock.written_day(asked.held_on)
    return Reply("council_noted", {"ngay": day}, inbox.ANSWERED)


def read(text: str) -> Answer:
    """Return what an answer says, "" if only a person can tell."""
    marked, said = unicodedata.normalize("NFC", text.casefold()), " ".join(fold(text).split())
    rest = _DENIED.sub(" ", said)
    is_away = rest != said or bool(_AWAY.search(said) or _AWAY_MARKED.search(marked))
    is_coming = bool(_COMING.search(rest) or _YES_MARKED.search(marked))
    if is_away == is_coming or "?" in text:
        return ""
    return "away" if is_away else "coming"


def _is_answer(db: Store, sms: Inbound) -> bool:
    """Say whether a text answers: it is none of our words, or one that also says yes or no; and
    nothing newer was asked of this number."""
    if denunciations.is_one(sms.text) or words.code_in(sms.text):
        return False
    if words.are_digits(sms.text) and asked_back.waiting(db, sms.sender, at=sms.at):
        return False
    said, folded = words.read(sms.text), " ".join(fold(sms.text).split())
    if not _is_asked_last(sms):
        return said.word in _FREE and bool(_MEETING.search(folded))
    if said.word in _ALSO_SAID:
        return not said.code and folded.strip(" .!") not in _SILENCE
    # "De nghi doi gio hop": no word of ours stands in front.
    is_about_it = said.word == "SK" and said.rest == sms.text.strip() and _MEETING.search(folded)
    return said.word in _FREE or bool(is_about_it)


def _is_asked_last(sms: Inbound) -> bool:
    """Say whether the invitation is the newest thing that this number was asked."""
    asked = (one.text_key for one in sms.past.went)
    return next((key for key in asked if key in _QUESTIONS or key in invite_members.TEXTS), "") in (
        invite_members.TEXTS
    )


def _is_by_itself(sms: Inbound) -> bool:
    """Say whether no person typed it: a telephone answers it no thanks."""
    return (
        self_answers.is_one(sms.text)
        or echoes.is_reaction(sms.text)
        or echoes.is_copy(sms.text, sms.office, sms.past.texts())
    )
