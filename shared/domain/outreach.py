"""How the campaign was announced, and how many ideas each effort brought (plan IV.2; R35).

Pure. An effort has the code that its poster, link or speaker names. An idea with that code counts
to the latest effort that began before it. An idea without a code counts to none.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

# Public loudspeakers, print, a hamlet's meeting, the commune's web page, Zalo.
KINDS = ("loudspeaker", "poster", "leaflet", "meeting", "website", "zalo", "other")
# How many weeks after an effort are shown one by one.
WEEKS = 4


@dataclass(frozen=True)
class BroughtIdeas:
    """Ideas with an effort's code, by the week after it began (`weeks[0]` is the first seven days),
    and later ones."""

    weeks: tuple[int, ...]
    later: int

    @property
    def total(self) -> int:
        """How many in all."""
        return sum(self.weeks) + self.later


BROUGHT_NOTHING = BroughtIdeas((0,) * WEEKS, 0)


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
