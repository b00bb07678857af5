"""Are two ideas perhaps the same? Suggestions for an officer; only the officer decides.

Pure rules over sets of folded words; nothing here opens the store. People write without accents,
in other words and in another order, and one of two titles is often a whole sentence. So what is
asked is how much of each title the other idea says anywhere. If the hamlets differ, or each title
has a number that the other has not, they are two ideas, however similar their words are.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import takewhile

from shared.domain.record import Record
from shared.domain.vietnamese import fold

# How similar (0–100) two ideas must be before an officer is asked.
ALIKE = 55
# Fewer common words say nothing.
LEAST_COMMON = 2
# How much of an idea is compared.
COMPARED_LETTERS = 600

_WORDS = re.compile(r"\w+")
_NUMBERS = re.compile(r"\d+")
# "ấp 3", "ấp Bình Chánh": a hamlet is a number, or up to three words in capitals.
_HAMLET, _NAME_WORDS = "ap", 3
# Words that almost every idea has.
_SMALL = frozenset(_WORDS.findall(
    "ai ay ba bang bo cac can cho chi chu co con cua cung da dan de den di do duoc duoi em gi hai"
    " hay het hoac hoi khi khong la lai lam lan len ma minh mo moi mot nam nao nay nen nghi ngay"
    " nguoi nha nhan nhu nhung nua o ong phai qua ra rang roi sau se tai theo thi thoi toi tren"
    " trong truoc tu tui va vao ve vo voi xa xin xuong ap anh"
))  # fmt: skip
# Words and pairs of words that mean one thing at a commune's counter; each text is one meaning.
_MEANINGS = (
    "giay to|ho so", "dong phi|nop phi|dong le phi|nop le phi|le phi", "bua|buoi",
    "hen gio|dat lich|khung gio|xin khung gio", "nhan tin|tin nhan", "quet ma|quet ma qr|ma qr",
    "can bo|cong chuc", "thu 7|thu bay", "ket qua", "nha van hoa", "mot cua", "chung thuc",
    "khuyet tat", "thu tuc", "xac nhan", "doanh nghiep", "to khai", "so tay", "tinh huong",
    "dich vu cong", "van phong",
)  # fmt: skip


def _meanings_by_word() -> dict[str, list[tuple[list[str], str]]]:
    """Return by their first word what has a meaning, longer ones first, and which meaning."""
    found: dict[str, list[tuple[list[str], str]]] = {}
    for number, meaning in enumerate(_MEANINGS):
        for words in sorted((one.split() for one in meaning.split("|")), key=len, reverse=True):
            found.setdefault(words[0], []).append((words, f"m{number}"))
    return found


_MEANT = _meanings_by_word()


class ComparedIdea(Record, dict=True):
    """What is compared of an idea: its title, all else that it says, and `hamlet`, where its sender
    lives, "" for not said."""

    title: str
    text: str
    hamlet: str = ""

    @cached_property
    def _all(self) -> str:
        return f"{self.title} {self.text[:COMPARED_LETTERS]}"

    @cached_property
    def title_words(self) -> frozenset[str]:
        """What the title means, as folded words."""
        return _meant(self.title)

    @cached_property
    def words(self) -> frozenset[str]:
        """What the whole idea means, as folded words."""
        return _meant(self._all)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Every number in the title."""
        return frozenset(_NUMBERS.findall(self.title))

    @cached_property
    def hamlets(self) -> frozenset[str]:
        """The hamlets it names, or else its sender's."""
        said = _WORDS.findall(self._all)
        # Most words are told by their length: each idea is compared with hundreds.
        places = [
            place
            for place, word in enumerate(said, 1)
            if len(word) == len(_HAMLET) and fold(word) == _HAMLET
        ]
        named = frozenset({_name_of(said[at : at + _NAME_WORDS]) for at in places} - {""})
        lives = " ".join(_WORDS.findall(fold(self.hamlet))).removeprefix("ap ")
        return named or frozenset({lives} - {""})


def likeness(one: ComparedIdea, other: ComparedIdea) -> int:
    """Return how similar two ideas are, 0–100; 0 if an officer need not be asked."""
    if _each_has_its_own(one.numbers, other.numbers):
        return 0
    # Whatever else the other says, if its title has too little of this one: most need no more.
    of_others = _part_of(other.title_words, one.words)
    if round(50 * (1 + of_others)) < ALIKE:
        return 0
    if one.hamlets and other.hamlets and one.hamlets.isdisjoint(other.hamlets):
        return 0
    if len(one.words & other.words) < LEAST_COMMON:
        return 0
    degree = round(50 * (_part_of(one.title_words, other.words) + of_others))
    return degree if degree >= ALIKE else 0


def content_words(title: str) -> list[str]:
    """Return the meaningful words of a title, folded: what another one may share with it."""
    return [word for word in _WORDS.findall(fold(title)) if word not in _SMALL]


def _meant(text: str) -> frozenset[str]:
    said = _WORDS.findall(fold(text))
    if not _MEANT.keys().isdisjoint(said):
        said = list(_by_meaning(said))
    return frozenset(
        word for word in said if word not in _SMALL and len(word) > 1 and not word.isdigit()
    )


def _by_meaning(said: Sequence[str]) -> Iterator[str]:
    """Yield words, and in place of those with a meaning that meaning."""
    at = 0
    while at < len(said):
        for words, meaning in _MEANT.get(said[at], ()):
            if said[at : at + len(words)] == words:
                yield meaning
                at += len(words)
                break
        else:
            yield said[at]
            at += 1


def _part_of(title: frozenset[str], words: frozenset[str]) -> float:
    return len(title & words) / len(title) if title else 0.0


def _name_of(after: Sequence[str]) -> str:
    """Return the hamlet's name that these words begin with, folded; "" if it is none."""
    if after and after[0].isdigit():
        return after[0]
    return " ".join(fold(word) for word in takewhile(lambda word: word[0].isupper(), after))


def _each_has_its_own(one: Iterable[str], other: Iterable[str]) -> bool:
    mine, theirs = set(one), set(other)
    return bool(mine - theirs) and bool(theirs - mine)
