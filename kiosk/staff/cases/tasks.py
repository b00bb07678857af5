"""Other work on a case: answer, flag, correct its points, tell it from another."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.cases.page import case_page
from kiosk.staff.forms import ANSWER_LETTERS, reading, says_something
from kiosk.staff.visibility import visible_case
from kiosk.web import settings, store
from shared.domain import clock
from shared.domain.roles import DESK
from shared.domain.vietnamese import clean, one_line
from shared.store.cases import completeness, proposals, similar
from shared.store.cases.proposals import Proposal
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


def _back_if_still_seen(here: Proposal) -> ResponseReturnValue:
    if proposals.by_code(store(), here.code).is_open_to(me().id):
        return _back(here)
    return redirect(url_for("staff.home", status="received"), 303)


def _back(here: Proposal) -> ResponseReturnValue:
    return redirect(url_for("staff.case", code=here.code), 303)
