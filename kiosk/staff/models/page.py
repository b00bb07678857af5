"""What is published of a case, who applies it and what it changed: one page of the case."""

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.effect_table import effect_rows, figure
from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.forms import Form, reading, sending_key
from kiosk.staff.models.model_form import read_measure, read_state, read_unit, read_words
from kiosk.staff.pending import reason_to_end
from kiosk.staff.visibility import visible_case
from kiosk.web import local_now, say, settings, site, store
from shared.db.connection import writing
from shared.db.event_log import new_id
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.measures import ADOPTION_STATES, KINDS, NOTE_LETTERS
from shared.domain.proposal import PUBLIC, Status
from shared.domain.roles import DESK
from shared.store.cases import appraisals, authors, notes, redactions
from shared.store.cases.proposals import Proposal
from shared.store.files import attachments
from shared.store.models import adoptions, follow_up, recognitions, registry
from shared.store.models.adoptions import UnitTaken
from shared.store.models.registry import EntryStale, NotRecognised, Words
from shared.workflows import case_steps, co_authors, trial_end


@bp.get("/ho-so/<code>/mo-hinh", allow=DESK)
def model_page(code: str) -> ResponseReturnValue:
    """Show what is published of a case, its units and its figures."""
    return page_of(visible_case(code))


@bp.post("/ho-so/<code>/mo-hinh", allow=DESK)
def publish_model(code: str) -> ResponseReturnValue:
    """Publish what the officer wrote of a recognised idea."""
    here = visible_case(code)
    with reading(lambda wrong: page_of(here, wrong, "model")) as given:
        words = read_words(given)
    seen = request.form.get("seen", "")
    try:
        registry.publish(store(), here.code, words, seen=seen, actor=me().id, at=clock.now())
    except NotRecognised:
        return page_of(here, [Problem("", "staff.models.not_yet")], "model", 422)
    except EntryStale:
        return page_of(here, [Problem("", "staff.models.changed")], "model", 409)
    return _back(here)


@bp.post("/ho-so/<code>/mo-hinh/go", allow=DESK)
def withdraw_model(code: str) -> ResponseReturnValue:
    """Take a model out of the public registry."""
    here, at = visible_case(code), clock.now()
    back = url_for("staff.model_page", code=here.code)
    reason = reason_to_end("model", name=here.title, back=back)
    with writing(store()):
        if registry.withdraw(store(), here.code, actor=me().id, at=at):
            said = say("staff.ending.noted.model", ly_do=reason)
            notes.add(store(), here.code, said, key=new_id(), actor=me().id, at=at)
    return _back(here)


@bp.post("/ho-so/<code>/ap-dung", allow=DESK)
def add_adoption(code: str) -> ResponseReturnValue:
    """Put a unit on the register of a case."""
    here = visible_case(code)
    with reading(lambda wrong: page_of(here, wrong, "unit")) as given:
        unit, state, since, text = read_unit(given)
    try:
        case_steps.add_unit(
            store(), here.id, unit, state, since, text=text,
            actor=me().id, at=clock.now(), zone=settings().office.zone,
        )  # fmt: skip
    except UnitTaken:
        same = (unit, state, since, text)
        known = {(one.unit, one.state, one.since, one.note) for one in _units(here)}
        if same not in known:
            return page_of(here, [Problem("unit", "staff.models.unit_taken")], "unit", 409)
    return _back(here)


@bp.post("/ho-so/<code>/ap-dung/<adoption_id>", allow=DESK)
def change_adoption(code: str, adoption_id: str) -> ResponseReturnValue:
    """Record the present state of a unit."""
    here = visible_case(code)
    unit = next((one for one in _units(here) if one.id == adoption_id), None)
    if unit is None:
        return page_of(here, [Problem("", "staff.models.unit_gone")], "", 404)
    with reading(lambda wrong: page_of(here, wrong, adoption_id), of=adoption_id) as given:
        state, since, text = read_state(given)
        effect = given.text("effect", NOTE_LETTERS)
    is_kept = case_steps.change_unit(
        store(), unit, state=state, since=since, effect=effect, text=text,
        seen=request.form.get("seen", ""), actor=me().id, at=clock.now(),
        zone=settings().office.zone,
    )  # fmt: skip
    if not is_kept:
        return page_of(here, [Problem("", "staff.models.changed")], adoption_id, 409)
    return _back(here)


@bp.post("/ho-so/<code>/so-do", allow=DESK)
def add_measure(code: str) -> ResponseReturnValue:
    """Keep figures from before and after."""
    here = visible_case(code)
    files = {file.id for file in attachments.of_proposal(store(), here.id)}
    with reading(lambda wrong: page_of(here, wrong, "measure")) as given:
        new = read_measure(given, {one.id for one in _units(here)}, files)
    key = sending_key(request.form)
    adoptions.measure(store(), here.id, new, key=key, actor=me().id, at=clock.now())
    return _back(here)


@bp.post("/ho-so/<code>/so-do/<measure_id>/go", allow=DESK)
def strike_measure(code: str, measure_id: str) -> ResponseReturnValue:
    """Strike out a wrong figure."""
    here, at = visible_case(code), clock.now()
    back = url_for("staff.model_page", code=here.code)
    struck = [one for one in adoptions.measures(store(), here.id) if one.id == measure_id]
    name = next((f"{row.label}: {row.before} → {row.after}" for row in effect_rows(struck)), "")
    reason = reason_to_end("measure", name=name, back=back)
    with writing(store()):
        if adoptions.strike(store(), here.id, measure_id, actor=me().id, at=at):
            said = say("staff.ending.noted.measure", ly_do=reason)
            notes.add(store(), here.code, said, key=new_id(), actor=me().id, at=at)
    return _back(here)


def _units(here: Proposal) -> list[adoptions.Adoption]:
    return adoptions.of_proposal(store(), here.id)


def page_of(
    here: Proposal, problems: Sequence[Problem] = (), open_form: str = "", status: int = 200
) -> ResponseReturnValue:
    """Return the page; what was typed stays in the form `open_form`."""
    db = store()
    entry = registry.of_proposal(db, here.id)
    page = render_template(
        "staff/model.html",
        case=here,
        entry=entry,
        address=f"{site().public_url.rstrip('/')}/mo-hinh/{entry.slug}" if entry else "",
        words=entry.words if entry else _words_to_begin_with(here),
        author=authors.of(db, here.id),
        may_publish=here.status in PUBLIC,
        units=_units(here),
        rows=effect_rows(adoptions.measures(db, here.id)),
        files=attachments.of_proposal(db, here.id),
        states=ADOPTION_STATES,
        checks=follow_up.of_proposal(db, here.id),
        will_spread=here.status is Status.RECOGNISED and case_steps.may_spread(db, here.id),
        trial=trial_end.known(db, here),
        recognition=recognitions.of_proposal(db, here.id),
        shares=_shares(here),
        kinds=KINDS,
        expected=_expected(here),
        today=local_now().date().isoformat(),
        form_key=new_id(),
        problems=list(problems),
        open_form=open_form,
        given=request.form if problems else Form(),
    )
    return page, status


def _words_to_begin_with(here: Proposal) -> Words:
    """Return the sender's words, redacted if they are, which the officer shortens before anything
    is published."""
    known = redactions.of(store(), here.id)
    own = {name: getattr(here, name) for name in redactions.TEXTS}
    texts = known.texts if known else own
    title, problem, solution, effect = (texts[name] for name in redactions.TEXTS)
    return Words(title, problem, solution, effect, False, False)


def _shares(here: Proposal) -> str:
    """Return the agreed shares as the decree's form has them, one author a line; "" if one of them
    does not want to be named."""
    everybody = authors.of_idea(store(), here.id)
    may_name = all(one.name and one.consent_name for one in everybody)
    if not may_name or not co_authors.are_agreed(everybody):
        return ""
    return "\n".join(f"{one.name}: {one.share}%" for one in everybody)


def _expected(here: Proposal) -> list[tuple[str, str, str, str]]:
    """Return what the appraisal expected to change, for the form of a figure: kind, name if it is
    the office's own, before, after."""
    kept = appraisals.of(store(), here.id)
    return [
        (
            one.kind if one.kind in KINDS else "other",
            "" if one.kind in KINDS else say(f"staff.appraisal.effect.{one.kind}"),
            figure(one.before),
            figure(one.after),
        )
        for one in (kept.expected if kept else ())
    ]


def _back(here: Proposal) -> ResponseReturnValue:
    return redirect(url_for("staff.model_page", code=here.code), 303)
