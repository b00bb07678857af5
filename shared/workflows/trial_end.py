"""A trial's last day comes: it goes on until another day, or ends with its result and goes to the
council."""

from zoneinfo import ZoneInfo

from shared.db.connection import Store, writing
from shared.domain.proposal import MoveRefused, Status
from shared.domain.record import replace
from shared.store.cases import moves, notes, proposals
from shared.store.cases.proposals import Proposal
from shared.store.models import trials
from shared.store.models.trials import Trial
from shared.workflows import case_steps

# What came of it.
OUTCOMES = ("worked", "partly", "failed")


def known(db: Store, here: Proposal) -> Trial:
    """Return a case's trial as far as it is known: as recorded, or with the days that were said
    when it began."""
    kept = trials.of_proposal(db, here.id)
    if kept is not None:
        return kept
    began = moves.last_to(db, [here.id], Status.ON_TRIAL).get(here.id)
    said = began.details if began else {}
    return Trial("", said.get("trial_from", ""), said.get("trial_to", ""), "", "")


def go_on(
    db: Store,
    here: Proposal,
    trial: Trial,
    until: str,
    noted: str,
    *,
    key: str,
    actor: str,
    at: int,
) -> None:
    """Let a trial go on until a day (YYYY-MM-DD), with a note that says why. Raises MoveRefused if
    the case is not on trial any more."""
    with writing(db):
        _check(db, here)
        trials.keep(db, here.id, replace(trial, to_day=until), actor=actor, at=at)
        notes.add(db, here.code, noted, key=key, actor=actor, at=at)


def end(
    db: Store, here: Proposal, trial: Trial, noted: str, anyway: str, *, key: str, actor: str,
    at: int, zone: ZoneInfo,
) -> None:  # fmt: skip
    """End a trial with its result and a note, and send the case to the council; `anyway` is why it
    goes there though something is missing. All of it or nothing. Raises MoveRefused, SenderUnasked,
    NotReady."""
    with writing(db):
        _check(db, here)
        trials.keep(db, here.id, trial, actor=actor, at=at)
        notes.add(db, here.code, noted, key=key, actor=actor, at=at)
        case_steps.move(
            db, here.code, Status.AT_COUNCIL, actor=actor, at=at, zone=zone,
            details={"anyway": anyway}, seen=Status.ON_TRIAL,
        )  # fmt: skip


def _check(db: Store, here: Proposal) -> None:
    if proposals.by_id(db, here.id).status is not Status.ON_TRIAL:
        raise MoveRefused("it is not on trial any more")
