"""Are two ideas perhaps the same? Suggestions for an officer; only the officer decides.

Pure rules over folded words; nothing here opens the store. If the hamlets differ, or each has a
number that the other has not, they are two ideas, however similar their words are.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from shared.domain.vietnamese import fold

# How similar (0–100) two titles, or two whole ideas, must be before an officer is asked.
TITLES_ALIKE = 82
IDEAS_ALIKE = 76
# How much of an explanation is compared.
COMPARED_LETTERS = 400

_WORDS = re.compile(r"\w+")
_NUMBERS = re.compile(r"\d+")
# "ấp 3", "ấp Bình Chánh": a hamlet is a number, or a name of two words.
_HAMLET = re.compile(r"\bap (\d+|[a-z]+ [a-z]+)")
# Words that almost every idea has.
_SMALL = re.compile(
    r"\b(ba|cac|cho|con|cua|dan|de|duoc|hoac|khi|la|mot|nen|nguoi|nhung|o|tai|thi|trong|va|voi)\b"
)


@dataclass(frozen=True)
class ComparedIdea:
    """What is compared of an idea; `hamlet` is where its sender lives, "" for not said."""

    title: str
    solution: str
    hamlet: str = ""

    @cached_property
    def _folded(self) -> str:
        return fold(f"{self.title} {self.solution[:COMPARED_LETTERS]}")

    @cached_property
    def title_words(self) -> str:
        """The meaningful words of the title, folded."""
        return _content(fold(self.title))

    @cached_property
    def words(self) -> str:
        """The meaningful words of the whole idea, folded."""
        return _content(self._folded)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Every number in it."""
        return frozenset(_NUMBERS.findall(self._folded))

    @cached_property
    def hamlets(self) -> frozenset[str]:
        """The hamlets it names, or else its sender's."""
        named = frozenset(_HAMLET.findall(self._folded))
        lives = " ".join(_WORDS.findall(fold(self.hamlet))).removeprefix("ap ")
        return named or frozenset({lives} - {""})


def likeness(one: ComparedIdea, other: ComparedIdea) -> int:
    """Return how similar two ideas are, 0–100; 0 if they are certainly two."""
    from rapidfuzz import fuzz  # imported late: the start of the program does not need it

    if _each_has_its_own(one.numbers, other.numbers):
        return 0
    if one.hamlets and other.hamlets and one.hamlets.isdisjoint(other.hamlets):
        return 0
    titles = fuzz.token_sort_ratio(one.title_words, other.title_words)
    if len(one.title_words.split()) < 3:  # two words are too few to compare
        titles = 0
    whole = fuzz.token_sort_ratio(one.words, other.words)
    if titles < TITLES_ALIKE and whole < IDEAS_ALIKE:
        return 0
    return round(max(titles, whole))


def content_words(title: str) -> list[str]:
    """Return the meaningful words of a title, folded."""
    return _content(fold(title)).split()


def _content(folded: str) -> str:
    return " ".join(_WORDS.findall(_SMALL.sub(" ", folded)))


def _each_has_its_own(one: Iterable[str], other: Iterable[str]) -> bool:
    mine, theirs = set(one), set(other)
    return bool(mine - theirs) and bool(theirs - mine)
