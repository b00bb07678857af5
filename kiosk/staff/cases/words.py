"""The words of a case: redacted before others read them, noted about, and the year they count to
set by hand."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.cases.page import case_page
from kiosk.staff.forms import read_note, read_redaction, read_year
from kiosk.staff.visibility import visible_case
from kiosk.web import store
from shared.domain import clock
from shared.domain.intake import Problem
from shared.store.cases import notes, redactions


@bp.post("/ho-so/<code>/che")
def redact(code: str) -> ResponseReturnValue:
    """Keep the texts that others read from now on."""
    here = visible_case(code)
    if redactions.hides(store(), here, me().id):
        problem = Problem("redaction-title", "staff.redaction.not_yours")
        return case_page(here, problems=[problem], status=409)
    read = read_redaction(request.form)
    if isinstance(read, list):
        return case_page(here, problems=read, status=422)
    redactions.keep(store(), here.code, read, actor=me().id, at=clock.now())
    return redirect(url_for("staff.case", code=here.code), 303)


@bp.post("/ho-so/<code>/ghi-chu")
def add_note(code: str) -> ResponseReturnValue:
    """Keep a note that only staff read."""
    here = visible_case(code)
    read = read_note(request.form, "note")
    if isinstance(read, list):
        return case_page(here, problems=read, status=422)
    text, key = read
    notes.add(store(), here.code, text, key=key, actor=me().id, at=clock.now())
    return redirect(url_for("staff.case", code=here.code, _anchor="notes"), 303)


@bp.post("/ho-so/<code>/nam-xet")
def set_year(code: str) -> ResponseReturnValue:
    """Count a case to another year, for a reason that is kept."""
    here = visible_case(code)
    year, read = read_year(request.form), read_note(request.form, "year_reason")
    if isinstance(year, list):
        return case_page(here, problems=year, status=422)
    if isinstance(read, list):
        return case_page(here, problems=read, status=422)
    reason, key = read
    notes.set_year(store(), here.code, year, reason, key=key, actor=me().id, at=clock.now())
    return redirect(url_for("staff.case", code=here.code), 303)
