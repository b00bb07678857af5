"""Other work on a case: answer, classify, assign, flag."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.cases.page import case_page
from kiosk.staff.forms import ANSWER_LETTERS, reading, says_something
from kiosk.staff.visibility import visible_case
from kiosk.web import settings, store
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.proposal import CATEGORIES, FIELDS
from shared.domain.roles import DESK
from shared.domain.vietnamese import clean, one_line
from shared.store.cases import completeness, proposals, similar
from shared.store.cases.proposals import Proposal
from shared.store.people import staff
from shared.store.people.staff import StaffUnknown
from shared.workflows import case_steps


@bp.post("/ho-so/<code>/answer", allow=DESK)
def answer(code: str) -> ResponseReturnValue:
    """Answer the sender: behind the QR, and by SMS that there is an answer."""
    here = visible_case(code)
    with reading(lambda wrong: case_page(here, problems=wrong)) as given:
        ready = [one_line(one) for one in given.form.getlist("said")]
        typed = clean(given.form.get("text", ""))
        text = "\n".join(filter(None, (*ready, typed)))
        given.fits("text", text, ANSWER_LETTERS)
        if not says_something(text):
            given.wrong("text", "staff.wrong.answer_empty")
        key = given.key("text")
    case_steps.answer(
        store(), here.code, text,
        staff_id=me().id, key=f"{here.id}|{key}", at=clock.now(), zone=settings().office.zone,
    )  # fmt: skip
    return redirect(url_for("staff.case", code=here.code, _anchor="timeline"), 303)


@bp.post("/ho-so/<code>/classify", allow=DESK)
def classify(code: str) -> ResponseReturnValue:
    """Keep the group and the field of a case."""
    here = visible_case(code)
    with reading(lambda wrong: case_page(here, problems=wrong)) as given:
        category = given.choice("category", CATEGORIES, optional=True) or None
        field = given.choice("field", FIELDS, optional=True) or None
        more = given.choices("more_categories", CATEGORIES)
    proposals.classify(
        store(), here.code, category=category, field=field, more=more,
        actor=me().id, at=clock.now(),
    )  # fmt: skip
    return _back(here)


@bp.post("/ho-so/<code>/assign", allow=DESK)
def assign(code: str) -> ResponseReturnValue:
    """Give a case to oneself, to a colleague of the desk, or to nobody."""
    here, wanted = visible_case(code), request.form.get("to", "")
    if wanted and not _is_of_the_desk(wanted):
        return case_page(
            here, problems=[Problem("panel-owner", "staff.wrong.assignee")], status=422
        )
    try:
        case_steps.assign(store(), here.code, wanted or None, actor=me().id, at=clock.now())
    except case_steps.AssigneeNeeded:
        problem = Problem("panel-owner", "staff.wrong.assignee_needed")
        return case_page(here, problems=[problem], status=422)
    return _back_if_still_seen(here)


@bp.post("/ho-so/<code>/flag", allow=DESK)
def flag(code: str) -> ResponseReturnValue:
    """Set the two flags that no citizen ever sees."""
    here = visible_case(code)
    proposals.flag(
        store(),
        here.code,
        spam=request.form.get("spam") == "1",
        confidential=request.form.get("confidential") == "1",
        actor=me().id,
        at=clock.now(),
    )
    return _back_if_still_seen(here)


@bp.post("/ho-so/<code>/du-y", allow=DESK)
def correct_points(code: str) -> ResponseReturnValue:
    """Keep which points of the two parts an officer finds in a case."""
    here, points = visible_case(code), request.form.getlist("point")
    completeness.correct(store(), here.code, points, actor=me().id, at=clock.now())
    return _back(here)


@bp.post("/ho-so/<code>/khac-nhau", allow=DESK)
def tell_apart(code: str) -> ResponseReturnValue:
    """Keep that two cases are not the same idea, so that nobody is asked again."""
    here = visible_case(code)
    other = visible_case(request.form.get("other", ""))
    similar.tell_apart(store(), here.code, other.code, actor=me().id, at=clock.now())
    return _back(here)


def _is_of_the_desk(staff_id: str) -> bool:
    try:
        person = staff.by_id(store(), staff_id)
    except StaffUnknown:
        return False
    return person.is_active and person.role in DESK


def _back_if_still_seen(here: Proposal) -> ResponseReturnValue:
    if proposals.by_code(store(), here.code).is_open_to(me().id):
        return _back(here)
    return redirect(url_for("staff.home", status="received"), 303)


def _back(here: Proposal) -> ResponseReturnValue:
    return redirect(url_for("staff.case", code=here.code), 303)
