"""Keeps what the panel of a case says, all at once, and goes on to the next case of the list."""

from flask import redirect, request
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.cases import queue, queue_filters
from kiosk.staff.cases.move_form import read_status
from kiosk.staff.cases.offered import is_theirs
from kiosk.staff.cases.page import case_page
from kiosk.staff.forms import Form, Reader, reading
from kiosk.staff.visibility import visible_case
from kiosk.web import settings, store
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.proposal import (
    CATEGORIES,
    FIELDS,
    NEEDS,
    DetailMissing,
    MoveRefused,
    Status,
    further_categories,
)
from shared.domain.roles import DESK
from shared.store.cases import proposals
from shared.store.cases.moves import MoveStale
from shared.store.cases.proposals import Proposal
from shared.store.people import staff
from shared.workflows import case_steps, triage
from shared.workflows.correct_sender import SenderUnasked
from shared.workflows.triage import SortedMeanwhile, Sorting


@bp.post("/ho-so/<code>/phan-loai", allow=DESK)
def sort_case(code: str) -> ResponseReturnValue:
    """Keep assignee, groups, field and step of a case."""
    here, form = visible_case(code), request.form
    onward = queue.next_code(here)  # before its step may take it out of the list

    def again(problems: list[Problem], status: int = 409) -> ResponseReturnValue:
        return case_page(visible_case(code), problems=problems, panel_given=form, status=status)

    with reading(lambda wrong: again(wrong, 422), within="panel") as given:
        wanted = _wanted(given, here)
    try:
        triage.sort(
            store(), here.code, wanted, _seen(form, here),
            actor=me().id, at=clock.now(), zone=settings().office.zone,
        )  # fmt: skip
    except SortedMeanwhile:
        return again([Problem("panel-owner", "staff.panel.meanwhile")])
    except case_steps.AssigneeNeeded:
        return again([Problem("panel-owner", "staff.wrong.assignee_needed")], 422)
    except SenderUnasked:
        return again([Problem("unasked", "staff.wrong.unasked")])
    except (MoveStale, MoveRefused, DetailMissing):
        return again([Problem("panel-to", "staff.wrong.step")])
    return redirect(_after(here, onward), 303)


def _wanted(given: Reader, here: Proposal) -> Sorting:
    desk = [one.id for one in staff.everyone(store()) if one.is_active and one.role in DESK]
    kept = [here.assignee_id] if here.assignee_id else []
    step = read_status(given.form.get("to")) or here.status
    if step is not here.status and (step in NEEDS or step is Status.WITHDRAWN):
        given.wrong("to", "staff.wrong.step")
    if not is_theirs(here, step):
        given.wrong("to", "staff.wrong.chair_signs")
    owner = given.choice("owner", [*desk, *kept], empty="staff.wrong.assignee", optional=True)
    category = given.choice("category", CATEGORIES, optional=True) or None
    return Sorting(
        owner or None,
        category,
        further_categories(given.choices("more_categories", CATEGORIES), category),
        given.choice("field", FIELDS, optional=True) or None,
        step,
    )


def _seen(form: Form, here: Proposal) -> Sorting:
    """Return how the case stood on the page that sent the form."""
    return Sorting(
        form.get("seen_owner", "") or None,
        form.get("seen_category", "") or None,
        tuple(form.get("seen_more", "").split()),
        form.get("seen_field", "") or None,
        read_status(form.get("seen_status")) or here.status,
    )


def _after(here: Proposal, onward: str | None) -> str:
    """Return where to go: on along the list, or, as asked, to the case itself."""
    wanted = queue_filters.of_this_page()
    is_seen = proposals.by_id(store(), here.id).is_open_to(me().id)
    if request.form.get("go") == "stay" and is_seen:
        return queue_filters.case_href(here.code, wanted)
    if onward:
        return queue_filters.case_href(onward, wanted, saved=here.code)
    return queue_filters.href(wanted, saved=here.code)
