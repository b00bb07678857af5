"""The time that a kiosk claims for an idea and that does not count: shown beside the one that does,
with the years both lead to, before anybody decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from shared.db.connection import Store
from shared.db.event_log import Event
from shared.domain import clock
from shared.domain.evaluation_year import evaluation_year
from shared.store.cases.proposals import Proposal
from shared.store.office import campaigns


@dataclass(frozen=True)
class Claim:
    """What a slip says (`pressed_at`, ms UTC), and the year that would count by it."""

    pressed_at: int
    year: int


def claim_of(db: Store, case: Proposal, happened: Iterable[Event], zone: ZoneInfo) -> Claim | None:
    """Return what the kiosk claimed of a case whose arrival counts instead; None for any other."""
    for event in happened:
        if event.kind == "waited_at_kiosk" and event.data.get("counted") == "arrival":
            pressed = clock.to_local(int(event.data["pressed"]), zone)
            cutoff = campaigns.campaign_of(db, pressed.year).cutoff
            counted = evaluation_year(case.participant_type, case.insider, pressed, cutoff)
            return Claim(int(event.data["pressed"]), counted.year)
    return None
