"""The record of a year: who of the office's own people proposed what. They are rated by it (plan
I.1 and I.2; R6, R7).

Pure: contributions in, persons out. A person is a name and a unit as they were given. Marks count,
because "Tân" and "Tấn" are two people. If two persons look like one who is spelt differently, the
program only suggests it; a person confirms it and can take it back.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import combinations

from shared.domain.proposal import INVALID, PUBLIC, Status
from shared.domain.record import Record
from shared.domain.vietnamese import fold, one_line

# How similar (0–100) two names of one unit are before somebody is asked.
NAMES_ALIKE = 88
MOST_SUGGESTED = 50
# Forms of address, which are no part of a name.
_ADDRESSES = ("ông", "bà", "anh", "chị", "cô", "chú", "đồng chí", "đ/c")


class Contribution(Record):
    """One author's part in one idea. `code` and `year` (the year it counts to) belong to the
    author's own proposal. `kept_code`, `status`, decision and units belong to the idea that is
    considered, which is another one after a merge. `units` apply it, each with its day."""

    author_id: str
    name: str
    unit: str
    position: str
    participant_type: str
    code: str
    title: str
    year: int
    received_at: int
    kept_code: str
    status: Status
    decision_number: str
    decision_date: str
    units: tuple[tuple[str, str], ...]

    @property
    def is_valid(self) -> bool:
        """True unless the office could not consider it."""
        return self.status not in INVALID

    @property
    def is_recognised(self) -> bool:
        """True once it is recognised, whatever followed."""
        return self.status in PUBLIC

    @property
    def is_applied(self) -> bool:
        """True if it was replicated or a unit applies it."""
        return self.status is Status.REPLICATED or bool(self.units)


class Person(Record, dict=True):
    """One person and what they sent, oldest first. Name, unit, position and kind are as they last
    gave them."""

    contributions: tuple[Contribution, ...]

    @property
    def author_id(self) -> str:
        """The id of an author's row that represents this person."""
        return self._last.author_id

    @property
    def name(self) -> str:
        """The name as last given."""
        return self._last.name

    @property
    def unit(self) -> str:
        """The unit as last given, "" for none."""
        return self._last.unit

    @property
    def position(self) -> str:
        """The position as last given, "" for none."""
        return self._last.position

    @property
    def participant_type(self) -> str:
        """What they were when they last sent something."""
        return self._last.participant_type

    @cached_property
    def author_ids(self) -> frozenset[str]:
        """All of this person's rows."""
        return frozenset(one.author_id for one in self.contributions)

    def of(self, year: int) -> "Person | None":
        """Return this person with what counts to a year, or None when nothing does."""
        chosen = tuple(one for one in self.contributions if one.year == year)
        return Person(chosen) if chosen else None

    @property
    def submitted(self) -> int:
        """How many ideas they sent."""
        return len(self.contributions)

    @property
    def valid(self) -> int:
        """How many of them the office could consider."""
        return sum(one.is_valid for one in self.contributions)

    @property
    def recognised(self) -> int:
        """How many of them are recognised."""
        return len({one.kept_code for one in self.contributions if one.is_recognised})

    @property
    def applied(self) -> int:
        """How many of them are applied."""
        return len({one.kept_code for one in self.contributions if one.is_applied})

    @property
    def _last(self) -> Contribution:
        return self.contributions[-1]


class SamePersonSuggestion(Record):
    """Two persons who may be one."""

    one: Person
    other: Person


def people(
    contributions: Iterable[Contribution], same: Iterable[tuple[str, str]] = ()
) -> list[Person]:
    """Return the persons behind contributions, by unit and name. `same` are pairs of author ids
    that somebody said are one person; an id that no longer exists changes nothing."""
    groups: dict[tuple[str, str], list[Contribution]] = defaultdict(list)
    for one in contributions:
        groups[_key(one)].append(one)
    home = {one.author_id: key for key, found in groups.items() for one in found}
    for author_id, other_id in same:
        here, there = home.get(author_id), home.get(other_id)
        if here is None or there is None or here == there:
            continue
        moved = groups.pop(there)
        groups[here] += moved
        home |= {one.author_id: here for one in moved}
    found = [
        Person(tuple(sorted(group, key=lambda one: (one.received_at, one.author_id))))
        for group in groups.values()
    ]
    return sorted(found, key=lambda one: (_words(one.unit), _words(one.name), one.author_id))


def suggestions(
    persons: Sequence[Person], apart: Iterable[tuple[str, str]] = ()
) -> list[SamePersonSuggestion]:
    """Return pairs that may be one person, at most MOST_SUGGESTED. `apart` are pairs of author ids
    that somebody said are two."""
    from rapidfuzz import fuzz  # imported late: the start of the program does not need it

    told = [frozenset(pair) for pair in apart]
    words = {one.author_id: _words(one.name) for one in persons}
    units = {one.author_id: " ".join(_words(one.unit)) for one in persons}
    found: list[SamePersonSuggestion] = []
    for one, other in _near(persons, words, units):
        mine, theirs = words[one.author_id], words[other.author_id]
        is_alike = (
            mine == theirs
            or _are_initials(mine, theirs)
            or fuzz.ratio(" ".join(mine), " ".join(theirs)) >= NAMES_ALIKE
        )
        if is_alike and not any(_speaks_of(pair, one, other) for pair in told):
            found.append(SamePersonSuggestion(one, other))
            if len(found) == MOST_SUGGESTED:
                break
    return found


def _near(
    persons: Sequence[Person], words: dict[str, list[str]], units: dict[str, str]
) -> Iterable[tuple[Person, Person]]:
    """Yield the pairs worth comparing: same unit, or same name without its marks."""
    rooms: dict[tuple[str, str], list[Person]] = defaultdict(list)
    for one in persons:
        rooms["unit", units[one.author_id]].append(one)
        rooms["name", " ".join(words[one.author_id])].append(one)
    seen: set[frozenset[str]] = set()
    for room in rooms.values():
        for one, other in combinations(room, 2):
            pair = frozenset({one.author_id, other.author_id})
            if pair not in seen:
                seen.add(pair)
                yield one, other


def _key(one: Contribution) -> tuple[str, str]:
    return _bare(one.name), one_line(one.unit).casefold()


def _bare(name: str) -> str:
    """Return a name without form of address, in small letters."""
    said = one_line(name).casefold()
    for address in _ADDRESSES:
        rest = said.removeprefix(f"{address} ")
        if rest != said and " " in rest:
            return rest
    return said


def _words(text: str) -> list[str]:
    """Return the words of a name or a unit, without marks and dots: "N.V. An" is n, v, an."""
    return "".join(one if one.isalnum() else " " for one in fold(_bare(text))).split()


def _are_initials(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Say whether one name is the other with words cut to their first letters: "N. V. An"."""
    if len(mine) != len(theirs) or len(mine) < 2:
        return False
    return all(
        a[0] == b[0] and (a == b or 1 in (len(a), len(b)))
        for a, b in zip(mine, theirs, strict=True)
    )


def _speaks_of(pair: frozenset[str], one: Person, other: Person) -> bool:
    return bool(pair & one.author_ids) and bool(pair & other.author_ids)
