"""Does one thing to several cases of the list at once: each passes the same checks as alone, and
the result of each is shown."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.visibility import visible_case
from kiosk.web import settings, store
from shared.domain import clock
from shared.domain.proposal import CATEGORIES, MoveRefused, Status
from shared.domain.roles import DESK
from shared.store.cases import proposals, queue
from shared.store.cases.moves import MoveStale
from shared.store.cases.proposals import Proposal
from shared.store.people import staff
from shared.workflows import case_steps


@dataclass(frozen=True)
class BatchResult:
    """The result for one case: `key` is its sentence; `is_done` whether it was done as wished."""

    code: str
    title: str
    key: str
    is_done: bool


@bp.post("/hang-loat", allow=DESK)
def bulk() -> ResponseReturnValue:
    """Do one thing to the chosen cases and show the result of each."""
    chosen = list(dict.fromkeys(request.form.getlist("code")))[: queue.PAGE_SIZE]
    act = _act(request.form.get("what", ""), request.form)
    if act is None or not chosen:
        key = "staff.bulk.none_chosen" if act else "staff.bulk.nothing_to_do"
        return render_template("staff/bulk.html", results=[], problem=key), 422
    results = [_done_to(code, act) for code in chosen]
    return render_template("staff/bulk.html", results=results, problem="")


def _act(what: str, given: dict[str, str]) -> Callable[[Proposal], str] | None:
    """Return what to do to each case: a function that answers with a sentence's key, or "" if it
    was done. Return None if nothing valid was asked for."""
    if what == "assign" and given.get("assignee", "") in _assignable():
        return lambda here: _assign(here, given["assignee"])
    if what == "category" and given.get("category", "") in CATEGORIES:
        return lambda here: _classify(here, given["category"])
    return _appraise if what == "appraise" else None


def _done_to(code: str, act: Callable[[Proposal], str]) -> BatchResult:
    try:
        here = visible_case(code)
    except NotFound:
        return BatchResult(code[:12], "", "staff.bulk.not_found", is_done=False)
    key = act(here)
    return BatchResult(here.code, here.title, key or "staff.bulk.done", is_done=not key)


def _assign(here: Proposal, staff_id: str) -> str:
    if not replace(here, assignee_id=staff_id).is_open_to(me().id):
        return "staff.bulk.confidential"
    case_steps.assign(store(), here.code, staff_id, actor=me().id, at=clock.now())
    return ""


def _classify(here: Proposal, category: str) -> str:
    proposals.classify(
        store(), here.code, category=category, field=here.field, actor=me().id, at=clock.now()
    )
    return ""


def _appraise(here: Proposal) -> str:
    wanted = Status.UNDER_APPRAISAL
    try:
        case_steps.move(
            store(), here.code, wanted,
            actor=me().id, at=clock.now(), zone=settings().office.zone, seen=here.status,
        )  # fmt: skip
    except (MoveStale, MoveRefused):
        is_made = case_steps.has_made(store(), here.code, wanted, {}, actor=me().id)
        return "" if is_made else "staff.bulk.not_from_here"
    return ""


def _assignable() -> set[str]:
    everyone = staff.everyone(store())
    return {person.id for person in everyone if person.is_active and person.role in DESK}
