"""The commune of this instance and its campaigns (one a year)."""

from dataclasses import dataclass
from datetime import date

from shared.proposal import Cutoff
from shared.store import sealed
from shared.store.connection import Store
from shared.store.events import SYSTEM, new_id, note


@dataclass(frozen=True)
class Commune:
    """Whose store this is; a demo store stays one for ever."""

    name: str
    is_demo: bool


@dataclass(frozen=True)
class Campaign:
    """One year's call for ideas: its basis, its cut-off, its service standard in working days."""

    year: int
    legal_basis: str
    council_name: str
    cutoff: Cutoff
    service_days: int


def create(db: Store, name: str, *, is_demo: bool, at: int) -> None:
    """Write the commune's row; only inside `writing`."""
    db.write(
        "INSERT INTO commune (commune_id, name, is_demo, created_at)"
        " VALUES (:commune_id, :name, :is_demo, :at)",
        name=name,
        is_demo=int(is_demo),
        at=at,
    )
    note(db, "commune_created", None, SYSTEM, at, is_demo=is_demo)


def this(db: Store) -> Commune:
    """Return the store's commune."""
    row = db.row("SELECT name, is_demo FROM commune WHERE commune_id = :commune_id")
    if row is None:
        raise LookupError("the store has no commune; run hienke init")
    return Commune(row[0], bool(row[1]))


def add_campaign(db: Store, campaign: Campaign, *, at: int) -> None:
    """Keep a campaign; only inside `writing`. Raises ValueError when its cut-off is no date."""
    date(campaign.year, campaign.cutoff.month, campaign.cutoff.day)
    sealed.insert(
        db,
        "campaign",
        {
            "id": new_id(),
            "year": campaign.year,
            "legal_basis": campaign.legal_basis,
            "council_name": campaign.council_name,
            "cutoff_month": campaign.cutoff.month,
            "cutoff_day": campaign.cutoff.day,
            "cutoff_inclusive": int(campaign.cutoff.inclusive),
            "service_days": campaign.service_days,
        },
    )
    note(db, "campaign_added", None, SYSTEM, at, year=campaign.year)


def campaign_of(db: Store, year: int) -> Campaign:
    """Return the campaign of a year, or the latest before it, or the first there is: intake is
    never closed for want of next year's plan (R24). Raises LookupError when there is none."""
    row = db.row(
        "SELECT year, legal_basis, council_name, cutoff_month, cutoff_day, cutoff_inclusive,"
        " service_days FROM campaign WHERE commune_id = :commune_id"
        " ORDER BY year > :year, abs(year - :year) LIMIT 1",
        year=year,
    )
    if row is None:
        raise LookupError("the store has no campaign; run hienke init")
    year_of, basis, council, month, day, inclusive, service_days = row
    return Campaign(year_of, basis, council, Cutoff(month, day, bool(inclusive)), service_days)
