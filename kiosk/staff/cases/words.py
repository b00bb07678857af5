"""The words of a case: redacted before others read them, titled for papers, commented, and the year
they count to set by hand."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.cases.page import case_page
from kiosk.staff.forms import ANSWER_LETTERS, reading
from kiosk.staff.visibility import visible_case
from kiosk.web import store
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.proposal import TEXT_LETTERS, TITLE_LETTERS
from shared.domain.roles import CHAIR, DESK
from shared.store.cases import notes, paper_titles, redactions


@bp.post("/ho-so/<code>/che", allow=DESK)
def redact(code: str) -> ResponseReturnValue:
    """Keep the texts that others read from now on."""
    here = visible_case(code)
    if redactions.hides(store(), here, me().id):
        problem = Problem("redaction-title", "staff.redaction.not_yours")
        return case_page(here, problems=[problem], status=409)
    with reading(lambda wrong: case_page(here, problems=wrong), within="redaction") as given:
        texts = {"title": given.line("title", TITLE_LETTERS[1])} | {
            name: given.text(name, TEXT_LETTERS) for name in redactions.TEXTS if name != "title"
        }
    redactions.keep(store(), here.code, texts, actor=me().id, at=clock.now())
    return redirect(url_for("staff.case", code=here.code), 303)


@bp.post("/ho-so/<code>/ten-van-ban", allow=DESK)
def set_paper_title(code: str) -> ResponseReturnValue:
    """Keep the title that papers give a case beside the sender's own; an empty one goes back to
    theirs."""
    here = visible_case(code)
    with reading(lambda wrong: case_page(here, problems=wrong)) as given:
        title = given.line("paper_title", TITLE_LETTERS[1])
        if title and len(title) < TITLE_LETTERS[0]:
            given.wrong("paper_title", "staff.file.title_wrong", n=TITLE_LETTERS[1])
    paper_titles.keep(store(), here.code, title, actor=me().id, at=clock.now())
    return redirect(url_for("staff.case", code=here.code, _anchor="paper_title"), 303)


@bp.post("/ho-so/<code>/ghi-chu", allow=DESK)
def add_note(code: str) -> ResponseReturnValue:
    """Keep a note that only staff read."""
    here = visible_case(code)
    with reading(lambda wrong: case_page(here, problems=wrong)) as given:
        text = given.text("note", ANSWER_LETTERS, empty="staff.notes.empty")
        key = given.key("note")
    notes.add(store(), here.code, text, key=key, actor=me().id, at=clock.now())
    return redirect(url_for("staff.case", code=here.code, _anchor="notes"), 303)


@bp.post("/ho-so/<code>/nam-xet", allow=CHAIR)
def set_year(code: str) -> ResponseReturnValue:
    """Count a case to another year, with a reason that is kept."""
    here = visible_case(code)
    with reading(lambda wrong: case_page(here, problems=wrong)) as given:
        year = given.whole("year", 2000, 2100, wrong="staff.year.wrong")
        reason = given.text("year_reason", ANSWER_LETTERS, empty="staff.notes.empty")
        key = given.key("year_reason")
    notes.set_year(store(), here.code, year, reason, key=key, actor=me().id, at=clock.now())
    return redirect(url_for("staff.case", code=here.code), 303)
