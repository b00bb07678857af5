"""How the word was spread, and what each effort brought in (plan IV.2; R35).

Pure: an effort bears the code that its poster, link or speaker names; each idea with that code is
what the latest effort begun before it brought. What bears no code can be attributed to nobody.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

# The public-address system, what is printed, a hamlet's meeting, the commune's page, Zalo.
KINDS = ("loudspeaker", "poster", "leaflet", "meeting", "website", "zalo", "other")
# As many weeks after an effort are told one by one.
WEEKS = 4


@dataclass(frozen=True)
class BroughtIdeas:
    """Ideas that bear an effort's code, by the week after it began (`weeks[0]` is its first seven
    days), and those after that."""

    weeks: tuple[int, ...]
    later: int

    @property
    def total(self) -> int:
        """How many in all."""
        return sum(self.weeks) + self.later


NOTHING = BroughtIdeas((0,) * WEEKS, 0)


def brought_in(
    efforts: Iterable[tuple[str, str, date]], ideas: Iterable[tuple[str, date]]
) -> dict[str, BroughtIdeas]:
    """Return what each effort brought, by its id. `efforts` are (id, code, day begun), `ideas`
    (code, day received), codes as organisations have them; days are local."""
    begun: dict[str, list[tuple[date, str]]] = defaultdict(list)
    found = {}
    for effort_id, code, day in efforts:
        found[effort_id] = [0] * (WEEKS + 1)
        if code:
            begun[code].append((day, effort_id))
    for days in begun.values():
        days.sort()
    for code, received in ideas:
        place = bisect_right(begun.get(code, ()), received, key=_day)
        if place:
            day, effort_id = begun[code][place - 1]
            found[effort_id][min((received - day).days // 7, WEEKS)] += 1
    return {
        effort_id: BroughtIdeas(tuple(counts[:WEEKS]), counts[WEEKS])
        for effort_id, counts in found.items()
    }


def _day(effort: tuple[date, str]) -> date:
    return effort[0]
