"""The chair's queue: the council's conclusions are signed with number and day, or sent back
(R34)."""

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.cases.claimed_time import claim_of
from kiosk.staff.cases.move_form import read_details
from kiosk.staff.forms import Form, reading
from kiosk.web import settings, store
from shared.db import event_log
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.proposal import needed_for
from shared.domain.roles import CHAIR
from shared.store.awards.decision_numbers import NumberTaken
from shared.workflows import sign_off
from shared.workflows.sign_off import Signed


@bp.get("/ky-duyet", allow=CHAIR)
def sign_off_queue() -> ResponseReturnValue:
    """Show what waits for the chair."""
    return _page()


@bp.post("/ky-duyet/<item_id>", allow=CHAIR)
def sign_idea(item_id: str) -> ResponseReturnValue:
    """Sign a conclusion: the idea moves and its sender is told."""
    try:
        found = sign_off.find(store(), item_id)
    except Signed:
        return _page([Problem("", "staff.sign.gone")], 409)
    at, zone = clock.now(), settings().office.zone
    today = clock.to_local(at, zone).date()
    with reading(lambda wrong: _page(wrong, item_id=item_id), of=item_id) as given:
        details = read_details(given, found.step, today=today, needed=needed_for(found.step))
    try:
        sign_off.sign(store(), item_id, details, actor=me().id, at=at, zone=zone)
    except NumberTaken as fault:
        blanks = {"ngay": clock.written_day(fault.day), "ma": fault.code}
        problem = Problem(f"decision_number-{item_id}", "staff.sign.number_taken", blanks)
        return _page([problem], 422, item_id)
    except Signed:
        return _page([Problem("", "staff.sign.gone")], 409, item_id)
    return redirect(url_for("staff.sign_off_queue"), 303)


@bp.post("/ky-duyet/<item_id>/tra-lai", allow=CHAIR)
def return_idea(item_id: str) -> ResponseReturnValue:
    """Send a conclusion back to the council, or the idea to the officer, with a reason."""
    with reading(lambda wrong: _page(wrong, item_id=item_id)) as given:
        reason = given.reason(at=f"back-{item_id}")
    try:
        sign_off.send_back(
            store(), item_id, reason, to_officer=request.form.get("to") == "officer",
            actor=me().id, at=clock.now(), zone=settings().office.zone,
        )  # fmt: skip
    except Signed:
        return _page([Problem("", "staff.sign.gone")], 409, item_id)
    return redirect(url_for("staff.sign_off_queue"), 303)


def _page(
    problems: Sequence[Problem] = (), status: int = 200, item_id: str = ""
) -> ResponseReturnValue:
    db, zone = store(), settings().office.zone
    waiting = sign_off.waiting(db)
    claims = {
        one.item_id: claim_of(db, one.proposal, event_log.of_proposal(db, one.proposal.id), zone)
        for one in waiting
    }
    page = render_template(
        "staff/sign_off.html",
        waiting=waiting,
        claims=claims,
        problems=list(problems),
        open_form=item_id,
        given=request.form if problems else Form(),
    )
    return page, status
