"""A case's trial, and by which rule it is recognised: two forms of the model's page."""

import re

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.forms import Form, read_day
from kiosk.staff.models.page import page_of
from kiosk.staff.visibility import visible_case
from kiosk.web import store
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.measures import RECOGNITION_KINDS
from shared.domain.roles import DESK
from shared.domain.vietnamese import clean, one_line
from shared.store.models import recognitions, trials
from shared.store.models.recognitions import Recognition
from shared.store.models.trials import Trial

PLACE_LETTERS = 200
WORDS_LETTERS = 2000
# "Nguyễn Văn A: 60" or "Nguyễn Văn A 60%"
_SHARE = re.compile(r"(.*\D)\s*[:\s]\s*(\d{1,3})\s*%?")


@bp.post("/ho-so/<code>/lam-thu", allow=DESK)
def note_trial(code: str) -> ResponseReturnValue:
    """Keep where, when and by whom an idea was tried."""
    here, read = visible_case(code), read_trial(request.form)
    if isinstance(read, list):
        return page_of(here, read, "trial", 422)
    trials.keep(store(), here.id, read, actor=me().id, at=clock.now())
    return redirect(url_for("staff.model_page", code=here.code), 303)


@bp.post("/ho-so/<code>/cong-nhan", allow=DESK)
def note_recognition(code: str) -> ResponseReturnValue:
    """Keep by which rule an idea is recognised, and what the decree asks for."""
    here, read = visible_case(code), read_recognition(request.form)
    if isinstance(read, list):
        return page_of(here, read, "recognition", 422)
    recognitions.keep(store(), here.id, read, actor=me().id, at=clock.now())
    return redirect(url_for("staff.model_page", code=here.code), 303)


def read_trial(form: Form) -> Trial | list[Problem]:
    """Return a trial as it was typed, days as YYYY-MM-DD, or what must be put right."""
    place, run_by = one_line(form.get("place", "")), one_line(form.get("run_by", ""))
    result = clean(form.get("result", ""))
    begins, ends = (read_day(form.get(name, "").strip()) for name in ("from_day", "to_day"))
    problems = [
        Problem(name, "staff.models.place_empty")
        for name, said in (("place", place), ("run_by", run_by))
        if not any(letter.isalnum() for letter in said)
    ]
    problems += [
        Problem(name, "err.too_long", {"n": most})
        for name, said, most in (
            ("place", place, PLACE_LETTERS),
            ("run_by", run_by, PLACE_LETTERS),
            ("result", result, WORDS_LETTERS),
        )
        if len(said) > most
    ]
    problems += [
        Problem(name, "staff.wrong.day")
        for name, day in (("from_day", begins), ("to_day", ends))
        if day is None
    ]
    if begins and ends and ends < begins:
        problems.append(Problem("to_day", "staff.wrong.day_order"))
    if problems or begins is None or ends is None:
        return problems
    return Trial(place, begins.isoformat(), ends.isoformat(), run_by, result)


def read_recognition(form: Form) -> Recognition | list[Problem]:
    """Return by which rule, or what must be put right; the decree's fields only for its rule."""
    kind = form.get("rule", "")
    if kind not in RECOGNITION_KINDS:
        return [Problem("rule", "err.choice")]
    if kind == "plan":
        return Recognition(kind, "", "", "", "", "", "")
    applied, begins = (
        read_day(form.get(name, "").strip()) for name in ("first_applied_on", "clock_from")
    )
    conditions, benefits = clean(form.get("conditions", "")), clean(form.get("benefits", ""))
    shares = read_shares(form.get("contributions", ""))
    problems = [
        Problem(name, "staff.wrong.day")
        for name, day in (("first_applied_on", applied), ("clock_from", begins))
        if day is None
    ]
    problems += [
        Problem(name, "err.too_long", {"n": WORDS_LETTERS})
        for name, said in (("conditions", conditions), ("benefits", benefits))
        if len(said) > WORDS_LETTERS
    ]
    if shares is None:
        problems.append(Problem("contributions", "staff.models.shares_wrong"))
    if problems or applied is None or begins is None or shares is None:
        return problems
    return Recognition(
        kind, applied.isoformat(), conditions, benefits, shares, begins.isoformat(),
        recognitions.due_on(begins).isoformat(),
    )  # fmt: skip


def read_shares(text: str) -> str | None:
    """Return a line an author, "name: percent", whose percents make 100; None when they do not."""
    found = [_SHARE.fullmatch(line.strip()) for line in clean(text).splitlines() if line.strip()]
    parts = [(one[1].rstrip(" :"), int(one[2])) for one in found if one]
    if len(parts) != len(found) or sum(percent for _, percent in parts) != 100:
        return None
    return "\n".join(f"{name}: {percent}%" for name, percent in parts)
