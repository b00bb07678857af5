"""The papers of a council's session as files: its minutes, empty sheets, sheets handed in.

A member takes their own sheets; only the secretary takes all sheets of an idea, once all are in.
"""

from functools import partial

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.council.council import page_of, seen_session
from kiosk.staff.council.minutes_page import minutes_of, minutes_page
from kiosk.staff.download import is_preview, read_registered, send_paper, this_desk
from kiosk.staff.forms import reading
from kiosk.web import store
from shared.documents import council_papers
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.roles import COUNCIL
from shared.store.council import judging
from shared.store.council import sheets as council_sheets
from shared.store.council.judging import Judged, NotDecidable, Whole
from shared.store.council.sheets import OwnSheet
from shared.store.reports import case_rows

WHICH = ("empty", "own", "all")


@bp.post("/hoi-dong/<session_id>/bien-ban/tai", allow=COUNCIL)
def take_minutes(session_id: str) -> ResponseReturnValue:
    """Send the minutes of a session."""
    here = seen_session(session_id)
    with reading(partial(minutes_page, here)) as given:
        registered = read_registered(given)
    content = council_papers.minutes(this_desk(), here, minutes_of(here), registered)
    answer = send_paper(content, f"bien-ban-hop-{here.session.held_on}", back=_back(here))
    if not is_preview():
        _note("bien-ban-hop", here)
    return answer


@bp.post("/hoi-dong/<session_id>/phieu-cham/tai", allow=COUNCIL)
def take_sheets(session_id: str) -> ResponseReturnValue:
    """Send sheets of a session: empty ones, one's own, or everybody's."""
    here, which = seen_session(session_id), request.form.get("which", "empty")
    if which not in WHICH:
        abort(404)
    desk = this_desk()
    try:
        if which == "empty":
            content = council_papers.blank_sheets(desk, here)
        else:
            filled = _own(here) if which == "own" else _everybodys(here)
            content = council_papers.sheets(desk, here, filled)
    except ValueError:  # there is none
        return page_of(here, [Problem("", "staff.council.no_sheets")], 409)
    answer = send_paper(content, f"phieu-cham-diem-{here.session.held_on}", back=_back(here))
    if which != "empty":
        _note(f"phieu-cham-diem {which}", here)
    return answer


def _back(here: Whole) -> str:
    return url_for("staff.council_session", session_id=here.session.id)


def _own(here: Whole) -> list[tuple[Judged, str, OwnSheet]]:
    """Return what this member handed in."""
    db, mine = store(), me().id
    return [
        (one, mine, council_sheets.own_sheet(db, one.item.id, mine))
        for one in here.shown
        if mine in one.handed_in
    ]


def _everybodys(here: Whole) -> list[tuple[Judged, str, OwnSheet]]:
    """Return all sheets of the ideas whose sheets are all in; only for the secretary."""
    if me().id != here.session.secretary_id:
        abort(403)
    found = []
    for one in here.shown:
        try:
            own = judging.handed_in_sheets(store(), one.item.id, actor=me().id)
        except NotDecidable:
            continue
        found += [(one, who, sheet) for who, sheet in own.items()]
    return found


def _note(what: str, here: Whole) -> None:
    said = f"{what} {here.session.held_on}"
    case_rows.note_export(store(), actor=me().id, at=clock.now(), what=said, personal=False)
