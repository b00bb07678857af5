"""A member's own sheet: one idea a screen, kept as it is filled in, locked when handed in."""

from collections.abc import Sequence

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff import bp
from kiosk.staff.access import me
from kiosk.staff.council import seen_session
from kiosk.staff.council_form import read_sheet
from kiosk.staff.reading import Form
from kiosk.web import store
from shared import clock
from shared.council import redacted
from shared.intake import Problem
from shared.rubric import Rubric
from shared.store import authors, council
from shared.store.council import (
    Judged,
    NotAtCouncil,
    NotYours,
    OwnSheet,
    SessionClosed,
    SheetLocked,
    SheetUnfinished,
    Whole,
)


@bp.get("/hoi-dong/<session_id>/cham/<item_id>")
def score_sheet(session_id: str, item_id: str) -> ResponseReturnValue:
    """Show an idea and this member's sheet of it."""
    here = seen_session(session_id)
    return _page(here, _judged(here, item_id))


@bp.post("/hoi-dong/<session_id>/cham/<item_id>")
def keep_score(session_id: str, item_id: str) -> ResponseReturnValue:
    """Keep a sheet as it stands, or hand it in and go on to the next idea."""
    here = seen_session(session_id)
    judged = _judged(here, item_id)
    sheet = read_sheet(request.form, here.session.rubric)
    if isinstance(sheet, list):
        return _page(here, judged, sheet, 422)
    hand_in = request.form.get("act") == "hand_in"
    try:
        council.score(store(), item_id, me().id, sheet, hand_in=hand_in, at=clock.now())
    except SheetUnfinished:
        return _page(here, judged, [Problem("sheet", "staff.council.unfinished")], 422)
    except (SheetLocked, SessionClosed, NotAtCouncil):
        return _page(here, judged, [Problem("", "staff.council.locked")], 409)
    except NotYours:
        return _page(here, judged, [Problem("", "staff.council.not_yours")], 409)
    if hand_in:
        return redirect(url_for("staff.council_session", session_id=session_id), 303)
    return redirect(url_for("staff.score_sheet", session_id=session_id, item_id=item_id), 303)


def _judged(here: Whole, item_id: str) -> Judged:
    """Return an idea of the session that may be shown, or 404: never a confidential one."""
    shown = {one.item.id: one for one in here.judged if not one.proposal.is_confidential}
    if item_id not in shown:
        abort(404)
    return shown[item_id]


def _page(
    here: Whole, judged: Judged, problems: Sequence[Problem] = (), status: int = 200
) -> ResponseReturnValue:
    db, idea = store(), judged.proposal
    own = council.own_sheet(db, judged.item.id, me().id)
    names = [one.name for one in authors.of_idea(db, idea.id)]
    page = render_template(
        "staff/council_score.html",
        whole=here,
        item=judged.item,
        idea=idea,
        words={
            part: redacted(getattr(idea, part), names)
            for part in ("title", "current_state", "solution", "expected_effect")
        },
        own=own,
        is_here=me().id in {seat.staff_id for seat in here.seats},
        may_write=_may_write(here, judged, own),
        given=request.form if problems else _written_out(own, here.session.rubric),
        problems=list(problems),
    )
    return page, status


def _may_write(here: Whole, judged: Judged, own: OwnSheet) -> bool:
    is_open = here.session.closed_at is None and judged.item.concluded_at is None
    return is_open and me().id in judged.waited_for and own.submitted_at is None


def _written_out(own: OwnSheet, rubric: Rubric) -> Form:
    """Return a kept sheet as its form holds it."""
    said = {True: "yes", False: "no", None: ""}
    form = Form((f"gate-{at}", said[own.sheet.gates[at]]) for at in range(len(rubric.gates)))
    for points, remark in zip(own.sheet.points, own.sheet.remarks, strict=True):
        form.add("points", "" if points is None else str(points))
        form.add("remark", remark)
    return form
