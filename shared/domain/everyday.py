"""Vietnamese as people type it to one another, made plain for rules that read it.

"ko bik kq s r z" → "khong biet ket qua sao roi vay". Keys of a switched off keyboard are put
together, short forms written out, words of regions replaced by those that everybody uses, marks and
signs dropped. Only for understanding: nothing that is kept or shown goes through here.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from shared.domain.typed_keys import decoded
from shared.domain.vietnamese import fold, visible

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

# Words that lose their meaning with their marks, or belong to one region. A word with a low line
# can only have been typed with marks.
_ACCENTED = {
    "chờ": "doi", "răng": "sao", "rứa": "vay", "mô": "dau", "mần": "lam", "hổng": "khong",
    "hông": "khong", "hỏng": "hu", "chợ": "cai_cho", "tối": "buoi_toi", "tới": "den",
    "đừng": "dung_co", "đúng": "dung_roi", "dùng": "su_dung", "vô": "vao", "gởi": "gui",
    "lẹ": "nhanh", "bữa": "hom", "chừng": "khi", "mày": "may_ta", "bả": "ba_ay", "ổng": "ong_ay",
    "cầu": "cay_cau", "cậu": "cau", "túi": "cai_tui", "chẳng": "khong", "vòi": "voi_vinh",
}  # fmt: skip
_WRITTEN_OUT = {
    "khong": "k ko kg khg hok hk hem hong khum kong kh hog",
    "duoc": "dc duoc dx duok dk",
    "roi": "r rui",
    "vay": "v z zay za dzay rua",
    "gi": "j gj",
    "qua": "wa qa",
    "cam on": "tks thks thx ty thank thanks camon",
    "xin loi": "sr sorry xl",
    "ok": "oke okie okay okela uki oki okey",
    "toi": "tui tao tau mik mk mh t",
    "bao gio": "bjo bgio bh",
    "nhu the nao": "ntn ntnao",
    "muon": "mun muh",
    "biet": "bik bit bic",
    "can bo": "cb cbo",
    "so dien thoai": "sdt",
    "ket qua": "kq kqua",
    "sang kien": "sk",
    "ho so": "hs",
    "nhieu": "nhiu",
    "luon": "lun",
    "yeu": "iu",
    "mong": "mog",
    "nhan tin": "ntin",
    "em": "e",
    "chi": "c",
    "moi nguoi": "mn",
    "truoc": "trc",
    "hom qua": "hqua",
    "hom nay": "hnay",
    "sao": "s rang",
    "a": "ak ah",
    "giup": "gium dum",
    "hom": "bua",
    "voi": "vs",
    "thoi": "thui",
    "nguoi": "ng",
    "cung": "cx",
}
_SHORT = {short: said for said, shorts in _WRITTEN_OUT.items() for short in shorts.split()}
_WORD = re.compile(r"[^\W_]+")
# As many words as are remembered: more than one office's people use.
_MOST_WORDS = 8192
# Of a message several rules read the whole, and the part behind its word.
_MOST_TEXTS = 8
KEPT: "list[_lru_cache_wrapper[Any]]" = []
T = TypeVar("T")
# What two plain words mean together; the first column is in each text that the pattern is in.
_TOGETHER = (
    ("bao h", re.compile(r"\bbao h\b"), "bao gio"),
    ("ket ", re.compile(r"\bket (?:wa|qa|qu|qau|quan|qaun|quaa|que)\b"), "ket qua"),
    (" mo", re.compile(r"\b(?:den|toi|o|di) mo\b(?= roi| vay| he| ri|$)"), "den dau"),
    ("dang ki", re.compile(r"\bdang ki\b"), "dang ky"),
    ("het tron", re.compile(r"\bhet tron\b"), "het"),
)


def kept_until_forgotten(read: Callable[[str], T]) -> "_lru_cache_wrapper[T]":
    """Return a reading of texts that remembers the last of them until `forget`."""
    kept = lru_cache(_MOST_TEXTS)(read)
    KEPT.append(kept)
    return kept


@kept_until_forgotten
def plain(text: str) -> str:
    """Return the words of a text as the rules read them: folded, written out, one space apart."""
    seen = unicodedata.normalize("NFC", visible(text)).casefold()
    said = " ".join(filter(None, map(_plain_word, _WORD.findall(decoded(seen)))))
    for sign, pattern, meant in _TOGETHER:
        if sign in said:
            said = pattern.sub(meant, said)
    return said


def forget() -> None:
    """Keep no text in memory: several rules had to read the same one."""
    for one in KEPT:
        one.cache_clear()


@lru_cache(_MOST_WORDS)
def _plain_word(word: str) -> str:
    known = _ACCENTED.get(word)
    if known is not None:
        return known
    folded = fold(word)
    return _SHORT.get(folded, folded)
