"""What a case should hold before the council reads it. The plan does not forbid the rest, so
whoever sends it on all the same says why, and the reason is kept."""

from collections.abc import Collection

from shared.db.connection import Store
from shared.db.event_log import note
from shared.domain.proposal import BEFORE_COUNCIL
from shared.store.cases import appraisals, completeness
from shared.store.cases.appraisals import Appraisal
from shared.store.cases.proposals import Proposal

# Of the twelve points of the plan's two parts (II.3): with fewer a council can hardly judge.
POINTS_WANTED = 6


class NotReady(Exception):
    """The case lacks what a council needs to judge it; `missing` are points, field, category,
    opinion."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


def missing(db: Store, here: Proposal) -> tuple[str, ...]:
    """Return what a case lacks: points, field, category, opinion."""
    points, _ = completeness.of(db, here)
    return lacking(here, points, appraisals.of(db, here.id))


def lacking(here: Proposal, points: Collection[str], kept: Appraisal | None) -> tuple[str, ...]:
    """Return what a case with these points and this appraisal lacks, as `missing` does."""
    lacks = {
        "points": len(points) < POINTS_WANTED,
        "field": here.field is None,
        "category": here.category is None,
        "opinion": kept is None or not kept.said.opinion,
    }
    return tuple(name for name, is_missing in lacks.items() if is_missing)


def is_asked(here: Proposal) -> bool:
    """Say whether a case that goes to the council is asked what it lacks: not one that was there
    before it was merged."""
    return here.status in BEFORE_COUNCIL


def check(db: Store, here: Proposal, anyway: str, *, actor: str, at: int) -> None:
    """Let a case on to the council, with an event if something is missing and `anyway` says why it
    goes all the same; only inside `writing`. Raises NotReady."""
    lacks = missing(db, here)
    if lacks and not anyway:
        raise NotReady(lacks)
    if lacks:
        note(db, "council_anyway", here.id, actor, at, missing=list(lacks), reason=anyway)
