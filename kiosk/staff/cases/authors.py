"""The authors of a case: who they are, the share of each, further ones noted from paper.

This page shows every name, so each look at it is recorded.
"""

from collections.abc import Callable, Sequence
from functools import partial

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.cases.authors_form import read_author, read_shares
from kiosk.staff.forms import Form, reading
from kiosk.staff.pending import reason_to_end, shown_acts, waits_problem
from kiosk.staff.visibility import visible_case
from kiosk.web import fault_page, settings, store
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.proposal import PARTICIPANT_TYPES
from shared.domain.roles import DESK
from shared.store.cases import authors, pending_acts, proposals
from shared.store.cases.authors import Author, anonymous
from shared.store.cases.proposals import Proposal
from shared.workflows import case_steps, co_authors, pending
from shared.workflows.co_authors import AuthorUnknown, Honoured, SharesWrong, TooManyAuthors
from shared.workflows.pending import ActWaits


@bp.get("/ho-so/<code>/tac-gia", allow=DESK)
def case_authors(code: str) -> ResponseReturnValue:
    """Show all the authors of a case and record who looked."""
    here = visible_case(code)
    case_steps.note_view(store(), here.id, "viewed_personal_details", actor=me().id, at=clock.now())
    return _page(here)


@bp.post("/ho-so/<code>/tac-gia", allow=DESK)
def add_author(code: str) -> ResponseReturnValue:
    """Keep a further author."""
    here = visible_case(code)
    with reading(lambda wrong: _page(here, wrong, "author")) as given:
        new = read_author(given)
    zone = settings().office.zone
    try:
        co_authors.add(store(), here.code, new, zone=zone, actor=me().id, at=clock.now())
    except TooManyAuthors:
        problem = Problem("name", "staff.authors.too_many", {"n": co_authors.MOST_CO_AUTHORS})
        return _page(here, [problem], "author", 409)
    return _back(here)


@bp.post("/ho-so/<code>/tac-gia/<author_id>/xoa", allow=DESK)
def erase_author(code: str, author_id: str) -> ResponseReturnValue:
    """Let the erasure of a further author's details, as they ask, wait."""
    return _done_to(code, author_id, pending.ask_to_erase_co_author)


@bp.post("/ho-so/<code>/tac-gia/<author_id>/bo", allow=DESK)
def take_author_off(code: str, author_id: str) -> ResponseReturnValue:
    """Let the removal of a further author who was added by mistake wait."""
    here = visible_case(code)
    back = url_for("staff.case_authors", code=here.code)
    name = next((one.name for one in _of_idea(here) if one.id == author_id), "") or ""
    reason = reason_to_end("author", name=name, back=back, waits=True)
    return _done_to(code, author_id, partial(pending.ask_to_take_off, reason=reason))


@bp.post("/ho-so/<code>/ty-le", allow=DESK)
def set_shares(code: str) -> ResponseReturnValue:
    """Keep each author's share of the work."""
    here = visible_case(code)
    with reading(lambda wrong: _page(here, wrong, "shares")) as given:
        shares = read_shares(given, _of_idea(here))
    try:
        co_authors.set_shares(store(), here.code, shares, actor=me().id, at=clock.now())
    except SharesWrong:  # somebody else added or removed an author meanwhile
        return _page(here, [Problem("", "staff.authors.changed")], "shares", 409)
    return _back(here)


def _done_to(code: str, author_id: str, act: Callable[..., object]) -> ResponseReturnValue:
    here = visible_case(code)
    try:
        act(store(), here.code, author_id, actor=me().id, at=clock.now())
    except AuthorUnknown:
        if not authors.by_id(store(), author_id):  # removed by an earlier tap
            return _back(here)
        return fault_page(404)
    except ActWaits as fault:
        return _page(here, [waits_problem(fault.act, "")], "", 409)
    except Honoured:
        return _page(here, [Problem("", "staff.authors.honoured")], "", 409)
    return _back(here)


def _of_idea(here: Proposal) -> list[Author]:
    """Return all authors; those of a merged case that the member may not see, without their
    details."""
    db = store()
    return [
        one if one.proposal_id == here.id or _may_see(one.proposal_id) else anonymous(one)
        for one in authors.of_idea(db, here.id)
    ]


def _may_see(proposal_id: str) -> bool:
    return proposals.by_id(store(), proposal_id).is_open_to(me().id)


def _page(
    here: Proposal, problems: Sequence[Problem] = (), open_form: str = "", status: int = 200
) -> ResponseReturnValue:
    db, everybody = store(), _of_idea(here)
    merged = {one.proposal_id for one in everybody} - {here.id}
    page = render_template(
        "staff/authors.html",
        case=here,
        authors=everybody,
        codes={one: proposals.by_id(db, one).code for one in merged if _may_see(one)},
        are_agreed=co_authors.are_agreed(everybody),
        participant_types=PARTICIPANT_TYPES,
        acts=shown_acts(pending_acts.of_proposal(db, here.id)),
        problems=list(problems),
        open_form=open_form,
        given=request.form if problems else Form(),
    )
    return page, status


def _back(here: Proposal) -> ResponseReturnValue:
    return redirect(url_for("staff.case_authors", code=here.code), 303)
