"""The moves that the page of a case offers: those from its status that the reader may make, and
what must be said for each."""

from collections.abc import Callable, Collection, Sequence
from functools import cache, partial

from kiosk.staff.access import me
from kiosk.staff.cases.move_form import field_id
from kiosk.staff.cases.ready_words import sentences
from kiosk.web import store
from shared.db import event_log
from shared.domain.proposal import (
    DATES,
    DECIDED,
    MAKERS,
    MAY_SAY,
    Status,
    following,
    needed_for,
)
from shared.domain.record import Record
from shared.domain.roles import CHAIR, DESK
from shared.store.cases import appraisals
from shared.store.cases.beside import Beside
from shared.store.cases.moves import Move
from shared.store.cases.proposals import Proposal
from shared.store.models import adoptions
from shared.store.privacy.data_requests import DESK_WAYS, IDENTITIES
from shared.workflows import case_steps, council_gate
from shared.workflows.pending import WAITING_STEPS

# Which ready sentences a detail of a move offers, by the id of its field.
READY = {
    field_id(Status.NEEDS_INFO, "missing"): "missing",
    field_id(Status.REDIRECTED, "to_office"): "to_office",
    field_id(Status.REDIRECTED, "reason"): "elsewhere",
    field_id(Status.CLOSED, "reason"): "reason",
    field_id(Status.NOT_RECOGNISED, "reason"): "reason",
}


class OfferedMove(Record):
    """One offered move: its status and what must be said for it."""

    to: Status
    needs: tuple[str, ...]
    may_say: tuple[str, ...] = ()


def what_may_be_done(
    here: Proposal, beside: Beside, points: Collection[str], *, made: Sequence[Move], waits: bool
) -> dict[str, object]:
    """Return the choices of the page's forms; nothing for a member who may only read. The case has
    these points of the plan and made these moves; `waits` says that an act waits in it."""
    if me().role not in DESK:
        return {"steps": ()}
    ready, ways = sentences(), following(here.status, here.merged_from)
    if waits:  # one such act at a time
        ways = tuple(to for to in ways if to not in WAITING_STEPS)
    appraisal = beside.one("appraisal", appraisals.of)
    spreads = cache(_spreads(here, made))
    theirs = [to for to in ways if is_theirs(here, to, spreads)]
    return {
        "appraisal": appraisal,
        "steps": [
            OfferedMove(to, needed_here(here, to, spreads), MAY_SAY.get(to, ())) for to in theirs
        ],
        "waiting_steps": WAITING_STEPS,
        "council_lacks": (
            council_gate.lacking(here, points, appraisal) if council_gate.is_asked(here) else ()
        ),
        "desk_ways": DESK_WAYS,
        "identities": IDENTITIES,
        "chair_decides": any(to in DECIDED and to not in theirs for to in ways),
        "chair_spreads": Status.REPLICATED in ways and Status.REPLICATED not in theirs,
        "answer_key": event_log.new_id(),
        "dates": DATES,
        "spread": _spread(beside),
        "ready": {field: ready[kind] for field, kind in READY.items()},
        "ready_answers": ready["answer"],
    }


def is_theirs(here: Proposal, to: Status, spreads: Callable[[], bool] | None = None) -> bool:
    """Say whether the reader may make a move of the table; a move that is not in the table is not
    refused here. Replicating without a signature is the chair's; `spreads` says whether there is
    one, where that is asked more often."""
    makers = MAKERS.get((here.status, to))
    if makers is None or me().role in CHAIR:
        return True
    return me().role in makers and (to is not Status.REPLICATED or (spreads or _spreads(here))())


def _spreads(here: Proposal, made: Sequence[Move] | None = None) -> Callable[[], bool]:
    return partial(case_steps.may_spread, store(), here.id, made)


def needed_here(
    here: Proposal, to: Status, spreads: Callable[[], bool] | None = None
) -> tuple[str, ...]:
    """Return what must be said for a move of this case; nothing for undoing a merge."""
    if here.status is Status.MERGED:
        return ()
    is_unsigned = (here.status, to) == (Status.RECOGNISED, Status.REPLICATED) and (
        not (spreads or _spreads(here))()
    )
    return needed_for(to, is_signed=not is_unsigned)


def _spread(beside: Beside) -> dict[str, str]:
    """Return where an idea is applied and since when, according to its register."""
    units = beside.many("adoption", adoptions.in_use)
    if not units:
        return {}
    return {"where": ", ".join(one.unit for one in units), "since": min(one.since for one in units)}
