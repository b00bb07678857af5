"""The time that a kiosk claims for an idea and that does not count: shown beside the time that
counts, with the year of each, before anybody decides."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from shared.db.connection import Store
from shared.db.event_log import Event
from shared.domain import clock
from shared.domain.evaluation_year import evaluation_year
from shared.domain.record import Record
from shared.store.cases.proposals import Proposal
from shared.store.office import campaigns


class Claim(Record):
    """The time on a slip (`pressed_at`, ms UTC), and the year that it would lead to."""

    pressed_at: int
    year: int


def claim_of(db: Store, case: Proposal, happened: Iterable[Event], zone: ZoneInfo) -> Claim | None:
    """Return a kiosk's claim if the arrival counts instead; otherwise None."""
    for event in happened:
        if event.kind == "waited_at_kiosk" and event.data.get("counted") == "arrival":
            pressed = clock.to_local(int(event.data["pressed"]), zone)
            cutoff = campaigns.campaign_of(db, pressed.year).cutoff
            counted = evaluation_year(case.participant_type, case.insider, pressed, cutoff)
            return Claim(int(event.data["pressed"]), counted.year)
    return None
