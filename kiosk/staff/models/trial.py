"""A case's trial, and the rule by which it is recognised: two forms of the model's page."""

import re
from datetime import date

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.forms import LINE_LETTERS, Reader, reading
from kiosk.staff.models.page import page_of
from kiosk.staff.visibility import visible_case
from kiosk.web import store
from shared.domain import clock
from shared.domain.measures import RECOGNITION_KINDS
from shared.domain.proposal import TEXT_LETTERS
from shared.domain.roles import DESK
from shared.domain.vietnamese import clean
from shared.store.models import recognitions, trials
from shared.store.models.recognitions import Recognition
from shared.store.models.trials import Trial

# "Nguyễn Văn A: 60" or "Nguyễn Văn A 60%"
_SHARE = re.compile(r"(.*\D)\s*[:\s]\s*(\d{1,3})\s*%?")


@bp.post("/ho-so/<code>/lam-thu", allow=DESK)
def note_trial(code: str) -> ResponseReturnValue:
    """Keep where, when and by whom an idea was tried."""
    here = visible_case(code)
    with reading(lambda wrong: page_of(here, wrong, "trial")) as given:
        trial = read_trial(given)
    trials.keep(store(), here.id, trial, actor=me().id, at=clock.now())
    return redirect(url_for("staff.model_page", code=here.code), 303)


@bp.post("/ho-so/<code>/cong-nhan", allow=DESK)
def note_recognition(code: str) -> ResponseReturnValue:
    """Keep the rule by which an idea is recognised, and what the decree asks for."""
    here = visible_case(code)
    with reading(lambda wrong: page_of(here, wrong, "recognition")) as given:
        recognition = read_recognition(given)
    recognitions.keep(store(), here.id, recognition, actor=me().id, at=clock.now())
    return redirect(url_for("staff.model_page", code=here.code), 303)


def read_trial(given: Reader) -> Trial:
    """Return a trial as it was typed, days as YYYY-MM-DD."""
    place, run_by = (
        given.line(name, LINE_LETTERS, empty="staff.models.place_empty")
        for name in ("place", "run_by")
    )
    begins, ends = given.day("from_day"), given.day("to_day")
    if begins and ends and ends < begins:
        given.wrong("to_day", "staff.wrong.day_order")
    return Trial(place, begins, ends, run_by, given.text("result", TEXT_LETTERS))


def read_recognition(given: Reader) -> Recognition:
    """Return the rule, with the decree's fields only for the decree's rule."""
    kind = given.choice("rule", RECOGNITION_KINDS)
    given.check()
    if kind == "plan":
        return Recognition(kind, "", "", "", "", "", "")
    applied, begins = given.day("first_applied_on"), given.day("clock_from")
    conditions, benefits = (given.text(name, TEXT_LETTERS) for name in ("conditions", "benefits"))
    shares = read_shares(given.form.get("contributions", ""))
    if shares is None:
        given.wrong("contributions", "staff.models.shares_wrong")
    given.check()
    due = recognitions.due_on(date.fromisoformat(begins)).isoformat()
    return Recognition(kind, applied, conditions, benefits, shares or "", begins, due)


def read_shares(text: str) -> str | None:
    """Return one author a line, "name: percent", if the percents make 100; otherwise None."""
    found = [_SHARE.fullmatch(line.strip()) for line in clean(text).splitlines() if line.strip()]
    parts = [(one[1].rstrip(" :"), int(one[2])) for one in found if one]
    if len(parts) != len(found) or sum(percent for _, percent in parts) != 100:
        return None
    return "\n".join(f"{name}: {percent}%" for name, percent in parts)
