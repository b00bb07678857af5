"""The words with which an SMS may begin, or which it may be, as people write them, with
patterns."""

import re
from collections import defaultdict
from functools import cache

from shared.domain.vietnamese import fold
from sms.spellings import spellings

# Without its mark it is written like "dùng": to use.
HALT = "dừng"
# Without their marks "vâng" and "vắng" are one word, and "bận" is "bạn".
AGREED, ABSENT, BUSY = "vâng", "vắng", "bận"

# Each word and its spellings. The first column is the name in commands.py.
_SHORT = {
    "sk": "SK", "gy": "SK", "tt": "TT", "tc": "TT", "kq": "TT", "bs": "BS", "dy": "DY",
    "rut": "RUT", "giu": "GIU",
}  # fmt: skip
_LONG = {
    "góp ý": "SK",
    "sáng kiến": "SK",
    "hiến kế": "SK",
    "đề nghị": "SK+",
    "kiến nghị": "SK+",
    "đề xuất": "SK+",
    "tra cứu": "TT",
    "kết quả": "TT",
    "xem kết quả": "TT",
    "bổ sung": "BS",
    "rút": "RUT",
    "rút lại": "RUT",
    "đồng ý": "DY",
    "giữ": "GIU",
    "giữ lại": "GIU",
}
# Only if they are the whole message: "Huỷ bỏ con đường này đi" is an idea.
_WHOLE = {
    "từ chối": "TUCHOI",
    "hủy": "TUCHOI",
    "huỷ": "TUCHOI",
    "hủy bỏ": "TUCHOI",
    "stop": "TUCHOI",
    "giữ": "GIU",
    "giữ lại": "GIU",
    "nhận": "NHAN",
    "nhận tin": "NHAN",
    "gọi": "GOI",
    "gọi lại": "GOI",
    "hd": "HD",
    "help": "HD",
    "giúp": "HD",
    "giúp đỡ": "HD",
    "trợ giúp": "HD",
    "hướng dẫn": "HD",
}
# The same in longer words. Nobody types these with a keyboard that is switched off.
_WHOLE_PHRASES = {
    **dict.fromkeys(
        ("hủy đăng ký", "hủy nhận tin", "hủy nhắn tin", "từ chối nhận tin", "từ chối nhắn tin",
         "ngừng nhắn tin", "ngưng nhắn tin", "ngừng nhận tin", "ngưng nhận tin", "dừng nhắn tin",
         "không nhận tin", "không nhận tin nữa", "đừng nhắn tin nữa", "thôi nhắn tin",
         "stopall", "unsubscribe"),
        "TUCHOI",
    ),
    **dict.fromkeys(("nhận lại tin", "nhận tin lại", "nhắn tin lại"), "NHAN"),
    **dict.fromkeys(
        ("xin gọi", "xin gọi lại", "gọi cho tôi", "gọi lại cho tôi", "gọi tôi", "nhờ gọi lại",
         "gọi điện lại", "gọi điện cho tôi"),
        "GOI",
    ),
    **dict.fromkeys(("giúp tôi", "giúp tôi với", "help me", "xin hướng dẫn", "menu"), "HD"),
}  # fmt: skip


def patterns(folded: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the words' patterns that a folded text may begin with, the longest spelling first."""
    begun = _patterns()
    return begun.get(folded[:2], ()) + begun.get(folded[:1], ())


@cache
def _patterns() -> dict[str, tuple[tuple[re.Pattern[str], str], ...]]:
    """Return each word's pattern by the two letters it begins with; a word of two letters, which
    may stand apart, by its first."""
    spelled = {**_SHORT}
    for phrase, word in _LONG.items():
        spelled.update(dict.fromkeys(spellings(phrase), word))
    found = defaultdict[str, list[tuple[re.Pattern[str], str]]](list)
    for spelling in sorted(spelled, key=len, reverse=True):
        word = spelled[spelling]
        # No Vietnamese word begins with sk or gy, so they need no blank after them.
        end = r"" if spelling in ("sk", "gy") else r"(?![a-z])"
        is_short = len(spelling) == 2
        letters_apart = r"[\s.]?".join(spelling) if is_short else re.escape(spelling)
        pattern = re.compile(letters_apart.replace(r"\ ", r"[\s.]*") + end)
        found[spelling[: 1 if is_short else 2]].append((pattern, word))
    return {begin: tuple(those) for begin, those in found.items()}


@cache
def whole_words() -> dict[str, str]:
    """Return what a whole message may be, written without blanks, and the word it means."""
    at_length = {fold(phrase).replace(" ", ""): word for phrase, word in _WHOLE_PHRASES.items()}
    return at_length | {
        spelling.replace(" ", ""): word
        for phrase, word in _WHOLE.items()
        for spelling in spellings(phrase)
    }
