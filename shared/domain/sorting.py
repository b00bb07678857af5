"""Which group and field an idea seems to belong to, from its words: a suggestion for the officer
who sorts it, who confirms or changes it. Pure rules.

A group is suggested only where its words clearly outweigh those of every other. Sender's own choice
comes before any suggestion; whoever calls this sees to that.
"""

import re
from collections.abc import Iterable, Mapping

from shared.domain.vietnamese import fold

# Words that speak for a group, folded, with their weight. What stands in ideas of every group, such
# as waiting, weighs little.
_SIGNS: Mapping[str, Mapping[str, int]] = {
    "1": {
        "quy dinh noi bo": 3, "quy uoc": 3, "quy che": 3, "bai bo": 3, "chong cheo": 2,
        "dat them": 2, "yeu cau nop": 2, "ban hanh": 1, "van ban noi bo": 2,
    },
    "2": {
        "to khai": 2, "mau don": 1, "giay xac nhan": 2, "thanh phan ho so": 2, "ban sao": 1,
        "cong khai": 2, "so ngay giai quyet": 2, "thu tuc": 1,
    },
    "3": {
        "hen gio": 3, "lay so": 1, "cho lau": 1, "xep hang": 2, "buu dien": 2, "tra ket qua": 1,
        "dien san": 3, "rut ngan": 3, "mot lan": 1, "bot di lai": 2, "khoi di lai": 2,
    },
    "4": {
        "dau moi": 3, "phan cong": 2, "lien thong": 2, "gop lich": 3, "hop ap": 2, "to chuc lai": 2,
        "sap xep": 1, "giao viec": 1,
    },
    "5": {
        "thai do": 3, "nghiep vu": 3, "tu hoc": 3, "tap huan": 3, "dao tao": 3, "giao tiep": 3,
        "boi duong": 3, "kiem tra cheo": 2, "dong phuc": 2,
    },
    "6": {
        "tai san": 3, "le phi": 3, "dong phi": 3, "nop phi": 3, "ngan sach": 3, "ke toan": 2,
        "tiet kiem dien": 3, "muon tra": 2,
    },
    "7": {
        "mo cua": 2, "thu bay": 3, "chu nhat": 2, "ngoai gio": 3, "xuong ap": 3, "tai ap": 2,
        "luu dong": 2, "loa": 2, "chu to": 2, "ghe ngoi": 3, "noi cho": 2, "nha van hoa": 1,
    },
    "8": {
        "qr": 2, "zalo": 3, "nhan tin bao": 3, "bang tin nhan": 3, "truc tuyen": 3,
        "dich vu cong": 3, "phan mem": 3, "he thong": 2, "ung dung": 2, "du lieu": 2, "website": 3,
        "so hoa": 3, "dang nhap": 2, "kho cau hoi": 2, "dien thoai thong minh": 2,
    },
}  # fmt: skip
# The title says what it is about: its words count twice.
_TITLE = 2
# The least weight of a suggested group, and how far the second must be behind.
_LEAST, _AHEAD = 3, 2
# The field of the plan in which ideas of a group nearly always lie.
_FIELD_OF = {"1": "1", "2": "1", "3": "1", "4": "3", "5": "4", "6": "3", "7": "3", "8": "2"}
_WORD = re.compile(r"\w+")


def likely_category(title: str, *texts: str) -> str:
    """Return the category that an idea's words point to, "" if they point nowhere clearly."""
    folded = _plain(title), _plain(" . ".join(texts))
    weights = {
        name: _TITLE * _weight(folded[0], signs) + _weight(folded[1], signs)
        for name, signs in _SIGNS.items()
    }
    best, second = sorted(weights, key=lambda name: -weights[name])[:2]
    is_clear = weights[best] >= _LEAST and weights[best] - weights[second] >= _AHEAD
    return best if is_clear else ""


def likely_field(category: str | None) -> str:
    """Return the field in which ideas of a category lie, "" if that is open."""
    return _FIELD_OF.get(category or "", "")


def _plain(text: str) -> str:
    return f" {' '.join(_WORD.findall(fold(text)))} "


def _weight(folded: str, signs: Mapping[str, int]) -> int:
    return sum(weight for words, weight in _found(folded, signs.items()))


def _found(folded: str, signs: Iterable[tuple[str, int]]) -> Iterable[tuple[str, int]]:
    return ((words, weight) for words, weight in signs if f" {words} " in folded)
