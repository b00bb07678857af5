"""Replaces a campaign's rules, and counts again the ideas that a new cut-off moves (plan II.4)."""

from datetime import date
from zoneinfo import ZoneInfo

from shared.db.connection import Store, writing
from shared.db.event_log import note
from shared.domain import clock
from shared.domain.evaluation_year import evaluation_year
from shared.domain.proposal import UNDECIDED, Status
from shared.domain.record import Record
from shared.store.cases import authors
from shared.store.cases.proposals import PROPOSAL
from shared.store.office.campaigns import (
    CAMPAIGN,
    CHANGEABLE,
    Campaign,
    columns_of,
    of_year,
)


class Recounted(Record):
    """The effect of a new cut-off: codes that now count to another year, and codes of decided
    proposals that would but keep their year."""

    moved: tuple[str, ...]
    stayed: tuple[str, ...]


def change_campaign(
    db: Store, campaign: Campaign, *, zone: ZoneInfo, actor: str, at: int
) -> Recounted:
    """Replace that year's campaign and count again what its cut-off moves. Raises ValueError if its
    cut-off is no date, LookupError if the year has no campaign."""
    date(campaign.year, campaign.cutoff.month, campaign.cutoff.day)
    with writing(db):
        before = of_year(db, campaign.year)
        if before is None:
            raise LookupError(f"no campaign of {campaign.year}")
        key = {"year": campaign.year}
        db.change(CAMPAIGN, key, columns_of(campaign))
        names = [name for name in CHANGEABLE if getattr(before, name) != getattr(campaign, name)]
        note(db, "campaign_changed", None, actor, at, year=campaign.year, changed=names)
        if before.cutoff == campaign.cutoff:
            return Recounted((), ())
        return _count_anew(db, campaign, zone, actor, at)


def _count_anew(db: Store, campaign: Campaign, zone: ZoneInfo, actor: str, at: int) -> Recounted:
    """Count the insiders' proposals received in the campaign's year again (plan II.4)."""
    begins = clock.start_of_day(date(campaign.year, 1, 1), zone)
    ends = clock.end_of_day(date(campaign.year, 12, 31), zone)
    moved, stayed = [], []
    for proposal_id, code, status, participant_type, received_at, year in db.rows(
        "SELECT id, code, status, participant_type, received_at, evaluation_year FROM proposal"
        " WHERE commune_id = :commune_id AND received_at BETWEEN :begins AND :ends"
        " AND insider = 1 AND evaluation_rule <> 'by_hand'"
        " ORDER BY received_at, id",
        begins=begins,
        ends=ends,
    ):
        received = clock.to_local(received_at, zone)
        counted = evaluation_year(participant_type, True, received, campaign.cutoff)
        if Status(status) not in UNDECIDED:  # a decided idea keeps its year
            stayed += [code] if counted.year != year else []
            continue
        changes = {
            "evaluation_year": counted.year,
            "evaluation_rule": counted.rule,
            "on_the_line": int(counted.on_the_line),
        }
        db.change(PROPOSAL, {"id": proposal_id}, changes)
        if counted.year != year:
            moved.append(code)
            note(db, "year_recounted", proposal_id, actor, at, year=counted.year, was=year)
    authors.count_anew(
        db, begins=begins, ends=ends, undecided=UNDECIDED, cutoff=campaign.cutoff, zone=zone
    )
    return Recounted(tuple(moved), tuple(stayed))
