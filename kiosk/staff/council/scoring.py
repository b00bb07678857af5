"""A member's sheet: one idea a screen, kept while it is filled in, locked when handed in.

The session's secretary enters a sheet that was written on paper, and the sheet says so.
"""

from collections.abc import Iterable, Sequence
from functools import partial

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import files
from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.council.council import seen_session, shown_idea
from kiosk.staff.council.council_form import read_sheet
from kiosk.staff.council.evidence import shown_evidence
from kiosk.staff.forms import Form, reading, sending_key
from kiosk.web import store
from shared.db.event_log import new_id
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.measures import whole_of
from shared.domain.roles import COUNCIL, SCORERS
from shared.domain.rubric import Rubric
from shared.store.council import files as council_files
from shared.store.council import sheets as council_sheets
from shared.store.council.judging import Judged, Whole
from shared.store.council.sessions import NotYours, Seat, SessionClosed
from shared.store.council.sheets import NotAtCouncil, OwnSheet, SheetLocked, SheetUnfinished
from shared.workflows import case_steps

_FAULTS = {
    SheetUnfinished: (422, "sheet", "staff.council.unfinished"),
    SheetLocked: (409, "", "staff.council.locked"),
    SessionClosed: (409, "", "staff.council.locked"),
    NotAtCouncil: (409, "", "staff.council.locked"),
    NotYours: (409, "", "staff.council.not_yours"),
}


@bp.get("/hoi-dong/<session_id>/cham/<item_id>", allow=SCORERS)
def score_sheet(session_id: str, item_id: str) -> ResponseReturnValue:
    """Show an idea and this member's sheet of it."""
    here = seen_session(session_id)
    return _page(here, shown_idea(here, item_id))


@bp.post("/hoi-dong/<session_id>/cham/<item_id>", allow=SCORERS)
def keep_score(session_id: str, item_id: str) -> ResponseReturnValue:
    """Keep a sheet as it is, or hand it in and go on to the next idea."""
    here = seen_session(session_id)
    judged = shown_idea(here, item_id)
    with reading(partial(_page, here, judged)) as given:
        sheet = read_sheet(given, here.session.rubric)
    if request.form.get("by", me().id) != me().id:  # sent again from a colleague's page
        return _page(here, judged, [Problem("", "staff.council.not_your_sheet")], 409)
    hand_in = request.form.get("act") == "hand_in"
    try:
        council_sheets.score(
            store(), item_id, me().id, sheet,
            hand_in=hand_in, at=clock.now(), key=sending_key(request.form),
        )  # fmt: skip
    except tuple(_FAULTS) as fault:
        status, field, key = _FAULTS[type(fault)]
        return _page(here, judged, [Problem(field, key)], status)
    if hand_in:
        return redirect(url_for("staff.council_session", session_id=session_id), 303)
    return redirect(url_for("staff.score_sheet", session_id=session_id, item_id=item_id), 303)


@bp.get("/hoi-dong/<session_id>/cham/<item_id>/tep/<file_id>", allow=COUNCIL)
def council_file(session_id: str, item_id: str, file_id: str) -> ResponseReturnValue:
    """Send a file that an officer let the council see, and record who opened it."""
    idea = shown_idea(seen_session(session_id), item_id).proposal
    shown = {file.id: file for file in council_files.shown(store(), idea.id)}
    if file_id not in shown:
        abort(404)
    answer = files.send(shown[file_id])
    case_steps.note_file_view(store(), idea.id, file_id, actor=me().id, at=clock.now())
    return answer


@bp.get("/hoi-dong/<session_id>/nhap-phieu/<item_id>/<staff_id>", allow=COUNCIL)
def paper_sheet(session_id: str, item_id: str, staff_id: str) -> ResponseReturnValue:
    """Show the secretary an empty sheet for typing a member's paper."""
    here = seen_session(session_id)
    return _paper_page(here, shown_idea(here, item_id), _seat(here, staff_id))


@bp.post("/hoi-dong/<session_id>/nhap-phieu/<item_id>/<staff_id>", allow=COUNCIL)
def enter_sheet(session_id: str, item_id: str, staff_id: str) -> ResponseReturnValue:
    """Hand in what a member wrote on paper, as the session's secretary."""
    here = seen_session(session_id)
    judged, seat = shown_idea(here, item_id), _seat(here, staff_id)
    with reading(partial(_paper_page, here, judged, seat)) as given:
        sheet = read_sheet(given, here.session.rubric)
    try:
        council_sheets.enter(store(), item_id, seat.staff_id, sheet, actor=me().id, at=clock.now())
    except tuple(_FAULTS) as fault:
        status, field, key = _FAULTS[type(fault)]
        return _paper_page(here, judged, seat, [Problem(field, key)], status)
    return redirect(url_for("staff.council_session", session_id=session_id), 303)


def _seat(here: Whole, staff_id: str) -> Seat:
    """Return a member's seat, only for the session's secretary, or 404."""
    seats = {seat.staff_id: seat for seat in here.seats}
    if me().id != here.session.secretary_id or staff_id not in seats:
        abort(404)
    return seats[staff_id]


def _page(
    here: Whole, judged: Judged, problems: Sequence[Problem] = (), status: int = 200
) -> ResponseReturnValue:
    own = council_sheets.own_sheet(store(), judged.item.id, me().id)
    page = render_template(
        "staff/council_score.html",
        **_idea(here, judged),
        own=own,
        may_write=_may_write(here, judged, own),
        entering=None,
        given=request.form if problems else _written_out(own, here.session.rubric),
        total=_total(request.form.getlist("points")) if problems else own.sheet.total,
        problems=list(problems),
    )
    return page, status


def _paper_page(
    here: Whole, judged: Judged, seat: Seat, problems: Sequence[Problem] = (), status: int = 200
) -> ResponseReturnValue:
    own = council_sheets.own_sheet(store(), judged.item.id, seat.staff_id)
    is_open = here.session.closed_at is None and judged.item.concluded_at is None
    page = render_template(
        "staff/council_score.html",
        **_idea(here, judged),
        own=own,
        may_write=is_open and seat.staff_id in judged.waited_for,
        entering=seat,
        given=request.form if problems else Form(),
        total=_total(request.form.getlist("points")),
        problems=list(problems),
    )
    return page, status


def _idea(here: Whole, judged: Judged) -> dict[str, object]:
    """Return what a sheet shows of its idea, and the key of the next sending."""
    idea = judged.proposal
    return {
        "whole": here,
        "item": judged.item,
        "idea": idea,
        "known": shown_evidence([idea], with_alike=True)[idea.id],
        "key": new_id(),
    }


def _total(points: Iterable[str]) -> int:
    return sum(whole_of(one.strip()) or 0 for one in points)


def _may_write(here: Whole, judged: Judged, own: OwnSheet) -> bool:
    is_open = here.session.closed_at is None and judged.item.concluded_at is None
    return is_open and me().id in judged.waited_for and own.submitted_at is None


def _written_out(own: OwnSheet, rubric: Rubric) -> Form:
    """Return the form filled with a kept sheet."""
    said = {True: "yes", False: "no", None: ""}
    form = Form((f"gate-{at}", said[own.sheet.gates[at]]) for at in range(len(rubric.gates)))
    for points, remark in zip(own.sheet.points, own.sheet.remarks, strict=True):
        form.add("points", "" if points is None else str(points))
        form.add("remark", remark)
    return form
