"""What the chair does with letters and awards: agrees to one or to many, signs a decision, returns,
refuses, undoes a mistake (R34). What an officer does next: gives letters number and day."""

from collections.abc import Callable, Sequence
from datetime import date

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.awards.dossier import done, dossier
from kiosk.staff.awards.honour_form import read_numbered
from kiosk.staff.awards.page import HonourRow, row_of, rows_of, tabs
from kiosk.staff.blueprint import bp
from kiosk.staff.cases.batch import BatchResult
from kiosk.staff.forms import Form, read_seen, reading
from kiosk.web import local_now, store
from shared.domain import clock
from shared.domain.honours import FOR_THE_CHAIR, State
from shared.domain.intake import Problem
from shared.domain.measures import whole_of
from shared.domain.roles import CHAIR, DESK, READERS
from shared.store.awards import awards
from shared.store.awards.decision_numbers import NumberTaken
from shared.workflows import award_steps
from shared.workflows.award_steps import NotTaken

MOST_AT_ONCE = 200


@bp.get("/khen-thuong/dang-xet", allow=DESK)
def open_honours() -> ResponseReturnValue:
    """Show what is in progress: what waits for the chair, a check, a name, a number."""
    return _page()


@bp.get("/khen-thuong/ten", allow=READERS)
def open_names() -> ResponseReturnValue:
    """Show whose name must be confirmed: a list for telephoning."""
    found = awards.in_progress(store())
    waiting = rows_of(one for one in found if one.state is not State.RETURNED)
    return render_template(
        "staff/honour_names.html",
        tabs=tabs(),
        rows=[row for row in waiting if row.name.state == "open" and not row.is_gone],
    )


@bp.post("/khen-thuong/dong-y", allow=CHAIR)
def approve_letters() -> ResponseReturnValue:
    """Agree to the chosen letters, as the chair, and show the result of each."""
    chosen = _chosen("letter")
    if not chosen:
        return _page([Problem("letters", "staff.honours.none_chosen")], status=422)
    return _results(
        chosen,
        lambda one, seen: award_steps.approve(
            store(), one, seen=seen, actor=me().id, at=clock.now()
        ),
        "staff.honours.state.letter.decided",
    )


@bp.post("/khen-thuong/quyet-dinh", allow=CHAIR)
def decide_awards() -> ResponseReturnValue:
    """Sign the decision on the chosen awards, as the chair: one number and day for all."""
    chosen = _chosen("award")
    with reading(_page, within="award") as given:
        number, day = read_numbered(given, _today())
    if not chosen:
        return _page([Problem("awards", "staff.honours.none_chosen")], status=422)
    return _results(
        chosen,
        lambda one, seen: award_steps.decide(
            store(), one, number, day, seen=seen, actor=me().id, at=clock.now()
        ),
        "staff.honours.state.award.decided",
    )


@bp.post("/khen-thuong/ban-hanh", allow=DESK)
def issue_letters() -> ResponseReturnValue:
    """Give the chosen letters numbers and a day; all or none."""
    chosen = _chosen("ready")
    with reading(_page, within="ready") as given:
        number, day = read_numbered(given, _today())
    if not chosen:
        return _page([Problem("ready", "staff.honours.none_chosen")], status=422)
    try:
        issued = award_steps.issue(
            store(), [one for one, _ in chosen], number, day,
            one_number=request.form.get("one_number") == "yes", actor=me().id, at=clock.now(),
        )  # fmt: skip
    except NotTaken as fault:
        field = "ready-number" if fault.why == "number_count" else "ready"
        return _page([Problem(field, f"staff.honours.refused.{fault.why}")], status=409)
    except NumberTaken as fault:
        return _page([_taken("ready-number", fault)], status=422)
    return render_template("staff/honours_issued.html", tabs=tabs(), rows=rows_of(issued))


@bp.post("/khen-thuong/ho-so/<honour_id>/tra-lai", allow=CHAIR)
def return_honour(honour_id: str) -> ResponseReturnValue:
    """Return it to the officer, or refuse it for good, with a reason."""
    here = row_of(honour_id)
    with reading(lambda wrong: dossier(here, wrong, "back"), within="back") as given:
        reason = given.reason()
    return done(
        here,
        lambda: award_steps.send_back(
            store(), honour_id, reason, for_good=request.form.get("to") == "refused",
            seen=read_seen(request.form), actor=me().id, at=clock.now(),
        ),
        "back",
    )  # fmt: skip


@bp.post("/khen-thuong/ho-so/<honour_id>/thu-hoi", allow=CHAIR)
def withdraw_honour(honour_id: str) -> ResponseReturnValue:
    """Undo a mistaken agreement, or withdraw a paper that went out, with a reason."""
    here = row_of(honour_id)
    with reading(lambda wrong: dossier(here, wrong, "undo"), within="undo") as given:
        reason = given.reason()
    return done(
        here,
        lambda: award_steps.take_back(
            store(), honour_id, reason, seen=read_seen(request.form), actor=me().id, at=clock.now()
        ),
        "undo",
    )


def _results(
    chosen: Sequence[tuple[str, int]], step: Callable[[str, int], object], done_key: str
) -> ResponseReturnValue:
    """Take a step for each and show its result."""
    results = [_stepped(row_of(one), seen, step, done_key) for one, seen in chosen]
    return render_template(
        "staff/bulk.html", results=results, problems=[], back=url_for("staff.open_honours")
    )


def _stepped(
    here: HonourRow, seen: int, step: Callable[[str, int], object], done_key: str
) -> BatchResult:
    idea = here.idea
    try:
        step(here.honour.id, seen)
    except NotTaken as fault:
        return BatchResult(
            idea.code, idea.title, f"staff.honours.refused.{fault.why}", is_done=False
        )
    except NumberTaken:
        return BatchResult(idea.code, idea.title, "staff.honours.number_taken", is_done=False)
    return BatchResult(idea.code, idea.title, done_key, is_done=True)


def _chosen(name: str) -> list[tuple[str, int]]:
    """Return (id, version) of the ticked rows of a form, each once."""
    found = {}
    for said in request.form.getlist(name)[:MOST_AT_ONCE]:
        one, _, seen = said.partition(":")
        found[one] = whole_of(seen) or 0
    return list(found.items())


def _taken(field: str, fault: NumberTaken) -> Problem:
    blanks = {"ngay": clock.written_day(fault.day), "ma": fault.code}
    return Problem(field, "staff.sign.number_taken", blanks)


def _page(problems: Sequence[Problem] = (), *, status: int = 200) -> ResponseReturnValue:
    rows = rows_of(awards.in_progress(store()))
    for_chair = {
        kind: [r for r in rows if (r.honour.kind, r.honour.state) == (kind, state)]
        for kind, state in FOR_THE_CHAIR.items()
    }
    page = render_template(
        "staff/honours_open.html",
        tabs=tabs(),
        letters=for_chair["letter"],
        awards=for_chair["award"],
        to_check=[r for r in rows if _stands(r, "award", State.PROPOSED)],
        returned=[r for r in rows if r.honour.state is State.RETURNED],
        ready=[r for r in rows if _stands(r, "letter", State.DECIDED)],
        problems=list(problems),
        given=request.form if problems else Form(),
    )
    return page, status


def _stands(row: HonourRow, kind: str, state: State) -> bool:
    return row.honour.kind == kind and row.honour.state is state


def _today() -> date:
    return local_now().date()
