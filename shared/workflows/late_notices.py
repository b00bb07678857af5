"""Ideas whose day to answer is near without a result: when the office now expects one, and the
notice that says so before the day has passed.

The office set the standard itself, so its day does not move; what is kept here is only what the
sender was told.
"""

from datetime import date
from zoneinfo import ZoneInfo

from shared.db.connection import Store, writing
from shared.db.event_log import SYSTEM, new_id, note
from shared.db.sql import one_of
from shared.domain import clock
from shared.domain.proposal import OFFICES_TURN
from shared.store.cases import proposals
from shared.store.cases.expectations import EXPECTATION, Expectation
from shared.store.cases.proposals import Proposal
from shared.store.cases.visibility import COUNTED
from shared.store.office import campaigns
from shared.workflows import notices

# How long before its day a sender is told (working days), and how long after it still, if the
# program did not run.
WORKING_DAYS_BEFORE = 2
AFTER = 7 * clock.DAY


def of(db: Store, proposal_id: str) -> Expectation | None:
    """Return what is expected of a proposal, None while its own day is valid."""
    return db.get(EXPECTATION, "proposal_id = :proposal_id", proposal_id=proposal_id)


def expect(db: Store, code: str, day: date, *, actor: str, at: int, zone: ZoneInfo) -> Expectation:
    """Keep when an officer expects a result. The sender is told at once if they were told another
    day before or the idea's own day is near or over; otherwise when the day is near. Raises
    proposals.ProposalUnknown."""
    with writing(db):
        here = proposals.by_code(db, code)
        before = of(db, here.id)
        if before is not None and (before.expected_on, before.set_by) == (day, actor):
            return before
        _keep(db, here.id, day, actor, at)
        was_told = before is not None and before.told_at is not None
        is_news = before is None or before.expected_on != day or not was_told
        if is_news and (was_told or here.due_at <= _near(at, zone)) and _is_told_of(here):
            _tell(db, here, day, at)
        kept = of(db, here.id)
        assert kept is not None
        return kept


def tell_in_time(db: Store, *, at: int, zone: ZoneInfo) -> int:
    """Queue the notice for each idea whose day is near, once an idea; return how many. There is
    none for an idea that waits for its sender, or about which nobody may be told."""
    told = 0
    for (code,) in db.rows(
        "SELECT proposal.code FROM proposal LEFT JOIN expectation"  # noqa: S608 ours
        " ON expectation.commune_id = proposal.commune_id"
        " AND expectation.proposal_id = proposal.id"
        " WHERE proposal.commune_id = :commune_id"
        f" AND proposal.status {one_of(OFFICES_TURN)} AND {COUNTED}"
        " AND proposal.due_at BETWEEN :since AND :until AND expectation.told_at IS NULL"
        " ORDER BY proposal.due_at, proposal.id",
        since=at - AFTER,
        until=_near(at, zone),
    ):
        told += _tell_of(db, code, at, zone)
    return told


def default_day(db: Store, case: Proposal, zone: ZoneInfo) -> date:
    """Return the day that a sender is told if no officer named one: half the campaign's standard
    later."""
    due = clock.to_local(case.due_at, zone).date()
    year = clock.to_local(case.received_at, zone).year
    standard = campaigns.campaign_of(db, year).service_days
    return clock.add_working_days(due, (standard + 1) // 2)


def new_day(db: Store, code: str, *, at: int, zone: ZoneInfo) -> date | None:
    """Return the day that the office names for a case whose own day has passed: what an
    officer or the notice said, else the default day. None if that has passed too. Raises
    proposals.ProposalUnknown."""
    here = proposals.by_code(db, code)
    known = of(db, here.id)
    day = known.expected_on if known else default_day(db, here, zone)
    return day if day >= clock.to_local(at, zone).date() else None


def _near(at: int, zone: ZoneInfo) -> int:
    """Return until when a day counts as near."""
    today = clock.to_local(at, zone).date()
    return clock.end_of_day(clock.add_working_days(today, WORKING_DAYS_BEFORE), zone)


def _is_told_of(here: Proposal) -> bool:
    """Say whether the office owes the next step, and may mention the case at all."""
    return here.status in OFFICES_TURN and here.is_counted


def _tell_of(db: Store, code: str, at: int, zone: ZoneInfo) -> bool:
    with writing(db):
        here = proposals.by_code(db, code)
        if not notices.recipients(db, here.id):
            return False
        known = of(db, here.id)
        if known is not None and known.told_at is not None:
            return False
        tomorrow = clock.add_working_days(clock.to_local(at, zone).date(), 1)
        day = known.expected_on if known else max(default_day(db, here, zone), tomorrow)
        if known is None:
            _keep(db, here.id, day, SYSTEM, at)
        _tell(db, here, day, at)
        return True


def _keep(db: Store, proposal_id: str, day: date, actor: str, at: int) -> None:
    said = {"expected_on": day, "set_by": actor, "set_at": at}
    if not db.change(EXPECTATION, {"proposal_id": proposal_id}, said):
        db.insert(EXPECTATION, {"id": new_id(), "proposal_id": proposal_id, **said})
    note(db, "expected", proposal_id, actor, at, day=day.isoformat())


def _tell(db: Store, here: Proposal, day: date, at: int) -> None:
    count = notices.of_delay(db, here, day, at=at)
    db.change(EXPECTATION, {"proposal_id": here.id}, {"told_at": at})
    note(db, "late_told", here.id, SYSTEM, at, day=day.isoformat(), count=count)
