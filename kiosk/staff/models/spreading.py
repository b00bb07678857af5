"""Three worklists: who wants to apply a model, whether those who began still do, and ideas that
somebody uses already and few know of."""

from contextlib import suppress
from functools import partial

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.forms import reading
from kiosk.staff.visibility import is_hidden, visible_case
from kiosk.web import settings, site, store
from shared.db.connection import writing
from shared.db.pages import page_after
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.measures import CHECK_DAYS, CHECK_OUTCOMES, NOTE_LETTERS
from shared.domain.roles import DESK
from shared.store.cases import proposals, scouting
from shared.store.models import adoptions, follow_up, lasting_questions, model_requests
from shared.store.models.adoptions import UnitTaken
from shared.store.people import staff
from shared.workflows import ask_lasting


@bp.get("/nhan-rong", allow=DESK)
def spreading() -> ResponseReturnValue:
    """Show which units wait for a call."""
    return _page()


@bp.post("/nhan-rong/<request_id>", allow=DESK)
def settle_request(request_id: str) -> ResponseReturnValue:
    """Take a request up, which puts the unit on the model's register, or decline it."""
    found = model_requests.by_id(store(), request_id, me().id)
    if found is None:
        abort(404)
    with reading(_page) as given:
        field = f"note-{request_id}"
        outcome = given.choice("outcome", ("taken_up", "declined"), at=field)
        text = given.text("note", NOTE_LETTERS, at=field)
    _settle(found, outcome, text)
    return _back()


def _settle(found: model_requests.Request, outcome: str, text: str) -> None:
    db, at = store(), clock.now()
    today = clock.to_local(at, settings().office.zone).date().isoformat()
    with writing(db):
        if not model_requests.settle(db, found.id, outcome, text, actor=me().id, at=at):
            return
        if outcome == "taken_up":
            case = proposals.by_code(db, found.code)
            with suppress(UnitTaken):  # it is on the register already, perhaps further along
                adoptions.add(
                    db, case.id, found.unit, "asked", today, text=text, actor=me().id, at=at
                )  # fmt: skip


@bp.post("/nhan-rong/kiem-tra/<adoption_id>", allow=DESK)
def note_lasting(adoption_id: str) -> ResponseReturnValue:
    """Keep whether a unit still applies a model."""
    at, field = clock.now(), f"note-{adoption_id}"
    with reading(_page) as given:
        outcome = given.choice("outcome", CHECK_OUTCOMES, at=field)
        days = given.choice("days", list(map(str, CHECK_DAYS)), at=field)
        text = given.text("note", NOTE_LETTERS, at=field)
    today = clock.to_local(at, settings().office.zone).date().isoformat()
    unit = adoptions.by_id(store(), adoption_id)
    if unit is not None and not is_hidden(proposals.by_id(store(), unit.proposal_id)):
        follow_up.check(
            store(), adoption_id, int(days), outcome, text, today=today, actor=me().id, at=at
        )  # fmt: skip
    return _back()


@bp.post("/nhan-rong/co-san/<code>", allow=DESK)
def note_scouted(code: str) -> ResponseReturnValue:
    """Keep whether an idea that somebody uses already is worth replicating."""
    here = visible_case(code)
    with reading(_page) as given:
        field = f"note-{here.code}"
        outcome = given.choice("outcome", scouting.OUTCOMES, at=field)
        text = given.text("note", NOTE_LETTERS, at=field)
    scouting.settle(store(), here.code, outcome, text, actor=me().id, at=clock.now())
    return _back()


def _marks() -> dict[str, str]:
    """Return the marks of the page's two long lists, which a form on it carries on."""
    return {name: request.values.get(name, "") for name in ("after", "requests")}


def _back() -> ResponseReturnValue:
    after, requests = _marks().values()
    return redirect(url_for("staff.spreading", after=after or None, requests=requests or None), 303)


def _page_of_unit(question_id: str) -> str:
    """Return the address of the page on which a unit answers, for staff to hand over."""
    here = site()
    secret = ask_lasting.secret_of(
        question_id, key=here.secrets.receipt_key, commune_id=store().commune_id
    )
    return f"{here.public_url.rstrip('/')}/con-dung/{secret}"


def _page(problems: list[Problem] | None = None) -> ResponseReturnValue:
    db, marks = store(), _marks()
    due = page_after(partial(follow_up.due_page, db, clock.now()), marks["after"])
    return render_template(
        "staff/spreading.html",
        waiting=page_after(partial(model_requests.waiting_page, db, me().id), marks["requests"]),
        due=due,
        said=lasting_questions.of_due(db, due.lines),
        marks=marks,
        page_of_unit=_page_of_unit,
        outcomes=CHECK_OUTCOMES,
        scouted=scouting.waiting(db, me().id),
        fits=scouting.OUTCOMES,
        settled=model_requests.settled(db, me().id),
        names=staff.names(db),
        problems=problems or [],
    )
