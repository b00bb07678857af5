"""Sorts a case in one go: who looks after it, its groups and field, and a step that needs no words.

All of it is kept or nothing. What a colleague changed meanwhile is never overwritten unseen.
"""

from zoneinfo import ZoneInfo

from shared.db.connection import Store, writing
from shared.domain.proposal import Status
from shared.domain.record import Record, names_of
from shared.store.cases import proposals
from shared.store.cases.proposals import Proposal
from shared.workflows import case_steps


class Sorting(Record):
    """What is sorted: the assignee (a staff id, None for nobody), category, further categories
    (`more`), field and status."""

    assignee_id: str | None
    category: str | None
    more: tuple[str, ...]
    field: str | None
    status: Status


class SortedMeanwhile(Exception):
    """The case is no longer as it was seen, nor as it is wanted; nothing was changed."""


def sorting_of(case: Proposal) -> Sorting:
    """Return how a case is sorted now."""
    return Sorting(case.assignee_id, case.category, case.more_categories, case.field, case.status)


def sort(
    db: Store, code: str, wanted: Sorting, seen: Sorting, *, actor: str, at: int, zone: ZoneInfo
) -> None:
    """Sort a case as wanted and tell its sender of the step, if it is one. The same wanted twice
    is done once. Raises SortedMeanwhile, ProposalUnknown, AssigneeNeeded and what case_steps.move
    raises."""
    with writing(db):
        now = sorting_of(proposals.by_code(db, code))
        for name in names_of(Sorting):
            if getattr(now, name) not in (getattr(seen, name), getattr(wanted, name)):
                raise SortedMeanwhile(name)
        case_steps.assign(db, code, wanted.assignee_id, actor=actor, at=at)
        proposals.classify(
            db, code, category=wanted.category, field=wanted.field, more=wanted.more,
            actor=actor, at=at,
        )  # fmt: skip
        if wanted.status is not now.status:
            case_steps.move(db, code, wanted.status, actor=actor, at=at, zone=zone, seen=now.status)
