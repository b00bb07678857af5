"""The appraisal of a case: a written opinion and proposal, the administrative procedure it is
about, what it is expected to change, and the roadmap for applying it (R10, R11, R18)."""

from collections.abc import Sequence
from functools import partial

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.effect_table import figure
from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.cases.appraisal_form import read_appraisal, read_step
from kiosk.staff.forms import Form, reading, sending_key
from kiosk.staff.visibility import visible_case
from kiosk.web import local_now, settings, store
from shared.db.event_log import new_id
from shared.db.pages import page_after
from shared.domain import clock
from shared.domain.appraisal import EFFECTS, PROPOSED, SETTLED, TIMINGS, VERBS
from shared.domain.intake import Problem
from shared.domain.measures import NOTE_LETTERS
from shared.domain.roles import DESK
from shared.store.cases import appraisals, roadmap
from shared.store.cases.appraisals import Appraisal, AppraisalStale
from shared.store.cases.proposals import Proposal
from shared.store.office import procedures
from shared.store.office.procedures import Procedure
from shared.store.people import staff

# Words to find a procedure by.
PROCEDURE_WORDS_LETTERS = 100


@bp.get("/ho-so/<code>/tham-dinh", allow=DESK)
def appraisal(code: str) -> ResponseReturnValue:
    """Show a case's appraisal and roadmap."""
    return _page(visible_case(code))


@bp.post("/ho-so/<code>/tham-dinh", allow=DESK)
def appraise(code: str) -> ResponseReturnValue:
    """Keep an appraisal; or look for a procedure while everything typed stays."""
    here, form = visible_case(code), request.form
    if form.get("act") == "find":
        return _page(here, given=form)
    with reading(lambda wrong: _page(here, wrong, given=form)) as given:
        said, expected = read_appraisal(given)
    if said.procedure_id and procedures.by_id(store(), said.procedure_id) is None:
        problem = Problem("procedure_words", "staff.appraisal.procedure_gone")
        return _page(here, [problem], given=form, status=422)
    try:
        appraisals.keep(
            store(), here.code, said, expected,
            seen=form.get("seen", ""), actor=me().id, at=clock.now(),
        )  # fmt: skip
    except AppraisalStale:
        return _page(here, [Problem("", "staff.models.changed")], given=form, status=409)
    return _back(here)


@bp.post("/ho-so/<code>/lo-trinh", allow=DESK)
def add_step(code: str) -> ResponseReturnValue:
    """Put a step on a case's roadmap."""
    here = visible_case(code)
    with reading(lambda wrong: _page(here, wrong, given=request.form)) as given:
        what, day = read_step(given)
    key = sending_key(request.form)
    roadmap.add(store(), here.id, what, day, key=key, actor=me().id, at=clock.now())
    return _back(here)


@bp.post("/ho-so/<code>/lo-trinh/<step_id>", allow=DESK)
def settle_step(code: str, step_id: str) -> ResponseReturnValue:
    """Record that a step is done, or will not be; a second time changes nothing."""
    here, state = visible_case(code), request.form.get("state", "")
    with reading(lambda wrong: _page(here, wrong, given=request.form), of=step_id) as given:
        said = given.text("note", NOTE_LETTERS)
    if state not in SETTLED:
        abort(404)
    roadmap.settle(store(), here.id, step_id, state, said, actor=me().id, at=clock.now())
    if request.form.get("from") == "list":
        return redirect(url_for("staff.roadmaps"), 303)
    return _back(here)


@bp.get("/lo-trinh", allow=DESK)
def roadmaps() -> ResponseReturnValue:
    """Show the steps of all roadmaps that are due or nearly due, the first due first."""
    today = local_now().date().isoformat()
    read = partial(roadmap.due_page, store(), clock.now())
    due = page_after(read, request.args.get("after", ""))
    return render_template("staff/roadmaps.html", due=due, today=today, states=SETTLED)


def _page(
    here: Proposal,
    problems: Sequence[Problem] = (),
    *,
    given: Form | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    db, at = store(), clock.now()
    kept = appraisals.of(db, here.id)
    is_appraising = given is not None and "opinion" in given
    typed = given if given is not None and is_appraising else _written_out(kept)
    today = clock.to_local(at, settings().office.zone).date().isoformat()
    words = typed.get("procedure_words", "")[:PROCEDURE_WORDS_LETTERS]
    page = render_template(
        "staff/appraisal.html",
        case=here,
        kept=kept,
        by=staff.names(db).get(kept.actor) if kept else None,
        typed=typed,
        found=_found(typed.get("procedure"), words, today),
        was_searched=bool(words) and is_appraising,
        proposed=PROPOSED,
        verbs=VERBS,
        timings=TIMINGS,
        effects=EFFECTS,
        steps=roadmap.of_proposal(db, here.id),
        step_states=SETTLED,
        today=today,
        step_key=new_id(),
        problems=list(problems),
        given=given or Form(),
    )
    return page, status


def _found(chosen: str | None, words: str, day: str) -> list[Procedure]:
    """Return what may be chosen: the present procedure, and those that the words find."""
    db = store()
    own = procedures.by_id(db, chosen)
    found = procedures.search(db, words, day)
    return ([own] if own else []) + [one for one in found if one != own]


def _written_out(kept: Appraisal | None) -> Form:
    """Return the form filled with an appraisal."""
    form = Form()
    if kept is None:
        return form
    said = kept.said
    form["opinion"], form["proposed"], form["verb"] = said.opinion, said.proposed, said.verb
    form["timing"], form["procedure"] = said.timing, said.procedure_id or ""
    for one in kept.expected:
        form[f"{one.kind}_before"], form[f"{one.kind}_after"] = map(figure, (one.before, one.after))
    return form


def _back(here: Proposal) -> ResponseReturnValue:
    return redirect(url_for("staff.appraisal", code=here.code), 303)
