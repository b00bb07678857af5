"""CON, KHONG: what a sender or a unit says when we asked whether an idea is still used.

Only an answer to that very question is taken, from the number that was asked, for two weeks. A
forged number could give it; it is shown as what they said, beside the office's own check.
"""

import re
import unicodedata

from shared.db.connection import Store
from shared.domain import clock
from shared.domain.vietnamese import fold
from shared.store.messages import outgoing
from shared.store.models import lasting_questions
from shared.workflows.notices import ASKED_LASTING
from sms.exchange import Inbound, Reply
from sms.word_lists import HALT

ANSWERED_WITHIN = 14 * clock.DAY
# Said of something that is used, and of something that is not; without marks.
_YES = frozenset({"con", "co", "van", "dang", "duoc"})
_NO = frozenset({"khong", "ko", "kg", "khg", "k", "hong", "hok", "hem", "het", "ngung", "thoi"})
# What may stand beside them.
_BESIDE = frozenset(
    {"dung", "ap", "su", "lam", "nua", "roi", "nhe", "nha", "a", "ah", "da", "vang", "thua", "u",
     "uh", "oi", "ong", "ba", "em", "anh", "chi", "toi", "minh", "ben", "o", "day", "tot", "rat",
     "cam", "on", "xa", "can", "bo"}
)  # fmt: skip
_MOST_WORDS = 8
_WORD = re.compile(r"[a-z]+")
_CLAUSE = re.compile(r"[,.;:!?\n]")


def answered(db: Store, sms: Inbound) -> Reply | None:
    """Keep an answer and thank for it; None if nothing was asked or the words say neither."""
    outcome = read(sms.text)
    if not outcome:
        return None
    since = sms.at - ANSWERED_WITHIN
    for blanks in outgoing.said_with(db, sms.sender, ASKED_LASTING, since=since):
        found = lasting_questions.by_id(db, blanks.get("cau", ""))
        if found is not None and lasting_questions.answer(
            db, found.question.id, outcome, "sms", at=sms.at
        ):
            return Reply("lasting_noted", {"ma": found.code}, "lasting", found.proposal_id)
    return None


def read(text: str) -> str:
    """Return what a text answers, one of lasting_questions.ANSWERS; "" if it is no such answer."""
    clause = _CLAUSE.split(text.strip(), maxsplit=1)[0]
    said = _WORD.findall(fold(clause))
    if not said or len(said) > _MOST_WORDS or set(said) - _YES - _NO - _BESIDE:
        return ""
    if _NO & set(said) or HALT in unicodedata.normalize("NFC", clause.casefold()):
        return "stopped"
    return "lasts" if _YES & set(said) else ""
