"""How the campaign was announced, and how many ideas each effort brought (plan IV.2; R35).

Pure. An effort has the code that its poster, link or speaker names. An idea with that code counts
to the latest effort that began before it. An idea without a code counts to none.
store/reports/outreach_figures.py counts.
"""

from shared.domain.record import Record

# Public loudspeakers, print, a hamlet's meeting, the commune's web page, Zalo.
KINDS = ("loudspeaker", "poster", "leaflet", "meeting", "website", "zalo", "other")
# How many weeks after an effort are shown one by one.
WEEKS = 4


class BroughtIdeas(Record):
    """Ideas with an effort's code, by the week after it began (`weeks[0]` is the first seven days),
    and later ones."""

    weeks: tuple[int, ...]
    later: int

    @property
    def total(self) -> int:
        """How many in all."""
        return sum(self.weeks) + self.later


BROUGHT_NOTHING = BroughtIdeas((0,) * WEEKS, 0)
