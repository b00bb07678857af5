"""The outreach log (R35): what was done, the evidence, and what it brought in."""

from datetime import date
from functools import partial

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import office_files
from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.forms import Form, read_seen, reading, sending_key
from kiosk.staff.pending import reason_to_end
from kiosk.staff.reports.charts import FINE, chart
from kiosk.staff.reports.outreach_form import read_effort
from kiosk.taking import FORM_BYTES, MIB, FileRefused
from kiosk.web import local_now, say, settings, store
from shared.db.event_log import new_id
from shared.db.pages import page_after
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.outreach import BROUGHT_NOTHING, KINDS, WEEKS
from shared.domain.record import asdict
from shared.domain.roles import OUTREACH
from shared.store.files import office_files as kept_files
from shared.store.office import outreach, profile
from shared.store.office.outreach import Effort
from shared.store.people import staff
from shared.store.reports import outreach_figures, overview


@bp.get("/tuyen-truyen", allow=OUTREACH)
def outreach_log() -> ResponseReturnValue:
    """Show what was done in a year, and what each effort brought in."""
    return _log_page()


@bp.post("/tuyen-truyen", allow=OUTREACH)
def add_outreach() -> ResponseReturnValue:
    """Keep what was done and lead to its page, where evidence is added."""
    with reading(_log_page) as given:
        new = read_effort(given, today=_today())
    key = sending_key(request.form)
    kept = outreach.add(store(), new, key=key, actor=me().id, at=clock.now())
    return redirect(url_for("staff.outreach_entry", effort_id=kept), 303)


@bp.get("/tuyen-truyen/<effort_id>", allow=OUTREACH)
def outreach_entry(effort_id: str) -> ResponseReturnValue:
    """Show one effort with its evidence."""
    return _entry_page(_effort(effort_id))


@bp.post("/tuyen-truyen/<effort_id>", allow=OUTREACH)
def change_outreach(effort_id: str) -> ResponseReturnValue:
    """Correct an entry."""
    here, seen = _effort(effort_id), read_seen(request.form)
    with reading(lambda wrong: _entry_page(here, wrong, given=request.form)) as given:
        new = read_effort(given, today=_today())
    if not outreach.change(store(), here.id, new, seen=seen, actor=me().id, at=clock.now()):
        return _entry_page(here, [Problem("", "staff.outreach.changed")], 409, request.form)
    return redirect(url_for("staff.outreach_log", nam=new.begun_on[:4]), 303)


@bp.post("/tuyen-truyen/<effort_id>/bo", allow=OUTREACH)
def strike_outreach(effort_id: str) -> ResponseReturnValue:
    """Strike out an entry that never happened."""
    here = _effort(effort_id)
    back = url_for("staff.outreach_entry", effort_id=here.id)
    reason = reason_to_end("effort", name=here.title, back=back)
    outreach.strike(store(), here.id, reason, actor=me().id, at=clock.now())
    return redirect(url_for("staff.outreach_log", nam=here.begun_on[:4]), 303)


@bp.post("/tuyen-truyen/<effort_id>/lay-lai", allow=OUTREACH)
def bring_outreach_back(effort_id: str) -> ResponseReturnValue:
    """Bring back an entry that was struck out."""
    outreach.bring_back(store(), effort_id, actor=me().id, at=clock.now())
    return redirect(url_for("staff.outreach_entry", effort_id=_effort(effort_id).id), 303)


@bp.post("/tuyen-truyen/<effort_id>/gui-tep", allow=OUTREACH)
def add_evidence(effort_id: str) -> ResponseReturnValue:
    """Keep photographs and papers as evidence of an effort."""
    here = _effort(effort_id)
    try:
        office_files.open_form()
        office_files.keep(
            "outreach", here.id, office_files.examined(), actor=me().id, at=clock.now()
        )
    except FileRefused as refusal:
        problem = Problem("files-new", refusal.key, refusal.blanks)
        return _entry_page(here, [problem], refusal.status)
    return redirect(url_for("staff.outreach_entry", effort_id=here.id, _anchor="files"), 303)


@bp.get("/tuyen-truyen/<effort_id>/tep/<file_id>", allow=OUTREACH)
def evidence(effort_id: str, file_id: str) -> Response:
    """Send a file that shows an effort."""
    return office_files.send("outreach", _effort(effort_id).id, file_id)


@bp.post("/tuyen-truyen/<effort_id>/tep/<file_id>/bo", allow=OUTREACH)
def remove_evidence(effort_id: str, file_id: str) -> ResponseReturnValue:
    """Delete a file for good, for instance if a person in it asks."""
    here = _effort(effort_id)
    its = kept_files.of(store(), "outreach", here.id)
    file = next((one for one in its if one.id == file_id), None) or abort(404)
    back = url_for("staff.outreach_entry", effort_id=here.id, _anchor="files")
    reason = reason_to_end("evidence", name=file.name, back=back)
    office_files.remove(file, reason, actor=me().id, at=clock.now())
    return redirect(back, 303)


def _effort(effort_id: str) -> Effort:
    return outreach.by_id(store(), effort_id) or abort(404)


def _log_page(problems: list[Problem] | None = None, status: int = 200) -> ResponseReturnValue:
    db, zone = store(), settings().office.zone
    years = overview.years(db, at=clock.now(), zone=zone)
    said = request.args.get("nam", "")
    year = next((one for one in years if str(one) == said), _today().year)
    found = page_after(partial(outreach.page_of_year, db, year), request.args.get("after", ""))
    efforts = found.lines
    brought = outreach_figures.brought(db, efforts, zone)
    page = render_template(
        "staff/outreach.html",
        year=year,
        years=[(str(one), str(one)) for one in years],
        efforts=found,
        struck=outreach.struck(db, year),
        brought=brought,
        nothing=BROUGHT_NOTHING,
        weeks=[say("staff.outreach.week", n=n) for n in range(1, WEEKS + 1)],
        files=kept_files.of_many(db, "outreach", [one.id for one in efforts]),
        chart=chart(
            (one.title, ((brought.get(one.id, BROUGHT_NOTHING).total, FINE),))
            for one in reversed(efforts)
            if one.mobiliser
        ),
        key=new_id(),
        problems=problems or [],
        given=request.form if problems else {"done_by": me().name},
        **_choices(),
    )
    return page, status


def _entry_page(
    here: Effort,
    problems: list[Problem] | None = None,
    status: int = 200,
    given: Form | None = None,
) -> ResponseReturnValue:
    """Return an effort's page; `given` is what was typed, if that is wrong."""
    db, zone = store(), settings().office.zone
    its = outreach_figures.brought(db, [here], zone).get(here.id, BROUGHT_NOTHING)
    weeks = [(say("staff.outreach.week", n=n), count) for n, count in enumerate(its.weeks, 1)]
    rows = [*weeks, (say("staff.outreach.later"), its.later)]
    page = render_template(
        "staff/outreach_entry.html",
        here=here,
        its=its,
        rows=rows,
        chart=chart((words, ((count, FINE),)) for words, count in rows),
        around=outreach_figures.around(db, here.begun_on, zone),
        files=kept_files.of(db, "outreach", here.id),
        files_most=FORM_BYTES // MIB,
        entered_by=staff.names(db).get(here.entered_by),
        problems=problems or [],
        given=_as_typed(here) if given is None else given,
        **_choices(),
    )
    return page, status


def _as_typed(here: Effort) -> dict[str, object]:
    said = asdict(here)
    days = {name: clock.written_day(said[name]) for name in ("begun_on", "ended_on")}
    numbers = {name: "" if said[name] is None else said[name] for name in ("reached", "cost")}
    return {**said, **days, **numbers, "moi": here.mobiliser}


def _choices() -> dict[str, object]:
    return {
        "kinds": [("", say("staff.do.not_chosen"))]
        + [(one, say(f"staff.outreach.kinds.{one}")) for one in KINDS],
        "organisations": [one for one in profile.organisations(store()) if not one.ended_on],
    }


def _today() -> date:
    return local_now().date()
