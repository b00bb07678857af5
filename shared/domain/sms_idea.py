"""An SMS read as a proposal: it is all we get, so it is never refused."""

import re

from shared.domain.proposal import NewProposal
from shared.domain.vietnamese import clean, fold, one_line

AUTO_TITLE_LETTERS = 80


def read_sms(text: str, sender: str) -> NewProposal:
    """Return the proposal that an SMS is; `sender` is E.164, or a name or short code that cannot
    be answered.

    The whole text is the solution, or the current state if it only names a trouble. The title is
    its first 80 letters, cut at a word. The text alone is enough: a citizen's SMS is never refused.
    """
    words = clean(text)
    trouble = only_names_a_trouble(words)
    return NewProposal(
        channel="sms",
        participant_type="citizen",
        title=auto_title(words),
        title_is_own=False,
        solution="" if trouble else words,
        current_state=words if trouble else "",
        phone=sender if sender.startswith("+") else None,
    )


def auto_title(text: str) -> str:
    """Return the first 80 letters of a text, cut at a word."""
    line = one_line(text)
    if len(line) <= AUTO_TITLE_LETTERS:
        return line
    head = line[: AUTO_TITLE_LETTERS + 1]
    cut = head.rfind(" ")
    return (head[:cut] if cut > AUTO_TITLE_LETTERS // 2 else head[:-1]) + "…"


_REMEDY = re.compile(
    r"\b(nen|can phai|xin|de nghi|kien nghi|de xuat|gop y|hay|cho phep|bo bot|bot|giam|them|mo|"
    r"lap|lam|dung|dat|gan|dan|gop|bao truoc|hen|cho (ba con|nguoi|dan|toi|tui)|giup|thay|"
    r"chuyen|cong khai|moi)\b"
)
_TROUBLE = re.compile(
    r"\b(lau|kho|cham|doi|cho|met|cuc|phien|ruom ra|mat cong|mat thoi gian|nhieu lan|xa|"
    r"khong biet|ko biet|thieu|hong|hu|dong|ton|roi|kho chiu)\b"
)


def only_names_a_trouble(text: str) -> bool:
    """Guess whether a text says what is wrong but not what to do."""
    folded = fold(text)
    return bool(_TROUBLE.search(folded)) and not _REMEDY.search(folded)
