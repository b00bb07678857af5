"""Recognises a cry for help ("Cháy nhà", "cứu tôi với"), and what only sounds like one."""

import re
from functools import cache

from sms.spellings import fold_in_place, spellings

# Cries that count at the beginning of a short message that is no idea …
_CRIES = (
    *("cháy nhà", "nhà cháy", "cháy rồi", "cháy chợ", "cháy lớn", "đang cháy", "chữa cháy"),
    *("cứu với", "cứu tôi", "cứu tui", "cứu mạng", "có cướp", "ăn cướp", "có trộm", "giết người"),
    *("chết người", "đuối nước"),
)
# … anywhere in a short message …
_PLEAS = ("cứu tôi với", "cứu tui với", "cứu em với", "nhà tôi bị cháy", "nhà tôi cháy")
_LAST_PLEA = re.compile(r"(?<!nghien )(?<!tra )\bcuu voi(?=\W*$)")
# … and words that people also use in other ways: only alone, or with signs of haste.
_CRIED_NOUNS = ("cấp cứu", "cướp", "trộm", "đánh nhau", "tai nạn", "cháy")
_CRY_WORDS, _NOUN_WORDS = 12, 4
_HASTE = re.compile(r"\b(gap|voi|oi|roi|ngay|lien|goi (?:cong an|giup|gium|dum))\b")
_PROPOSES = re.compile(r"\b(nen|de nghi|kien nghi|de xuat|can|hay|mong|gop y|cham|lau|thieu)\b")


def is_cry(typed: str) -> bool:
    """Say whether a short text cries for help and proposes nothing."""
    folded = fold_in_place(typed)
    count = len(folded.split())
    if count > _CRY_WORDS or _PROPOSES.search(folded):
        return False
    cried = (
        _cries(_CRIES).match(folded) or _cries(_PLEAS).search(folded) or _LAST_PLEA.search(folded)
    )
    if not cried and (count <= _NOUN_WORDS or _HASTE.search(folded)):
        cried = _cries(_CRIED_NOUNS).match(folded)
    if not cried:
        return False
    heard = " ".join(typed[cried.start() : cried.end()].casefold().split())
    # With accents it must be the exact word: "chạy nhà" is not "cháy nhà".
    return heard.isascii() or heard in (*_CRIES, *_PLEAS, *_CRIED_NOUNS)


@cache
def _cries(phrases: tuple[str, ...]) -> re.Pattern[str]:
    spelled = {one for phrase in phrases for one in spellings(phrase)}
    either = "|".join(map(re.escape, sorted(spelled, key=len, reverse=True)))
    return re.compile(rf"(?<![a-z0-9])(?:{either})(?![a-z0-9])".replace(r"\ ", r"\s*"))
