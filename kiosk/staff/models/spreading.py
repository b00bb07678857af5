"""Who wants to apply a model, whether those who began still do, and what somebody uses already and
few know of: three worklists."""

from contextlib import suppress

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.visibility import visible_case
from kiosk.web import settings, store
from shared.db.connection import writing
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.measures import CHECK_DAYS, CHECK_OUTCOMES, NOTE_LETTERS
from shared.domain.roles import DESK
from shared.domain.vietnamese import clean
from shared.store.cases import proposals, scouting
from shared.store.models import adoptions, follow_up, registry
from shared.store.models.adoptions import UnitTaken
from shared.store.people import staff


@bp.get("/nhan-rong", allow=DESK)
def spreading() -> ResponseReturnValue:
    """Show which units wait for a call."""
    return _page()


@bp.post("/nhan-rong/<request_id>", allow=DESK)
def settle_request(request_id: str) -> ResponseReturnValue:
    """Take a request up, which puts the unit on the model's register, or decline it."""
    found = registry.request(store(), request_id)
    if found is None:
        abort(404)
    outcome, text = request.form.get("outcome", ""), clean(request.form.get("note", ""))
    if outcome not in ("taken_up", "declined"):
        return _page([Problem(f"note-{request_id}", "err.choice")], 422)
    if len(text) > NOTE_LETTERS:
        return _page([Problem(f"note-{request_id}", "err.too_long", {"n": NOTE_LETTERS})], 422)
    _settle(found, outcome, text)
    return redirect(url_for("staff.spreading"), 303)


def _settle(found: registry.Request, outcome: str, text: str) -> None:
    db, at = store(), clock.now()
    today = clock.to_local(at, settings().office.zone).date().isoformat()
    with writing(db):
        if not registry.settle(db, found.id, outcome, text, actor=me().id, at=at):
            return
        if outcome == "taken_up":
            case = proposals.by_code(db, found.code)
            with suppress(UnitTaken):  # it stands on the register already, further along
                adoptions.add(
                    db, case.id, found.unit, "asked", today, text=text, actor=me().id, at=at
                )  # fmt: skip


@bp.post("/nhan-rong/kiem-tra/<adoption_id>", allow=DESK)
def note_lasting(adoption_id: str) -> ResponseReturnValue:
    """Keep whether a unit still applies a model."""
    form, at = request.form, clock.now()
    field, text = f"note-{adoption_id}", clean(form.get("note", ""))
    outcome, days = form.get("outcome", ""), form.get("days", "")
    if outcome not in CHECK_OUTCOMES or days not in map(str, CHECK_DAYS):
        return _page([Problem(field, "err.choice")], 422)
    if len(text) > NOTE_LETTERS:
        return _page([Problem(field, "err.too_long", {"n": NOTE_LETTERS})], 422)
    today = clock.to_local(at, settings().office.zone).date().isoformat()
    follow_up.check(
        store(), adoption_id, int(days), outcome, text, today=today, actor=me().id, at=at
    )  # fmt: skip
    return redirect(url_for("staff.spreading"), 303)


@bp.post("/nhan-rong/co-san/<code>", allow=DESK)
def note_scouted(code: str) -> ResponseReturnValue:
    """Keep whether an idea that somebody uses already is fit to be copied."""
    here, outcome = visible_case(code), request.form.get("outcome", "")
    field, text = f"note-{here.code}", clean(request.form.get("note", ""))
    if outcome not in scouting.OUTCOMES:
        return _page([Problem(field, "err.choice")], 422)
    if len(text) > NOTE_LETTERS:
        return _page([Problem(field, "err.too_long", {"n": NOTE_LETTERS})], 422)
    scouting.settle(store(), here.code, outcome, text, actor=me().id, at=clock.now())
    return redirect(url_for("staff.spreading"), 303)


def _page(problems: list[Problem] | None = None, status: int = 200) -> ResponseReturnValue:
    db = store()
    page = render_template(
        "staff/spreading.html",
        waiting=registry.requests_waiting(db),
        due=follow_up.due(db, now=clock.now()),
        outcomes=CHECK_OUTCOMES,
        scouted=scouting.waiting(db, me().id),
        fits=scouting.OUTCOMES,
        settled=registry.requests_settled(db),
        names=staff.names(db),
        problems=problems or [],
    )
    return page, status
