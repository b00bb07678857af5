"""The conference at which letters and awards are handed over: who is called up in which order, who
came, what was handed over; the list to print and to sign (R30)."""

from collections.abc import Sequence
from functools import partial

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.awards.honour_form import read_conference
from kiosk.staff.awards.page import HonourRow, row_of, rows_of, tabs
from kiosk.staff.blueprint import bp
from kiosk.staff.download import send_paper, this_desk
from kiosk.staff.forms import Form, reading, sending_key
from kiosk.web import fault_page, settings, store
from shared.db.event_log import new_id
from shared.db.pages import page_after
from shared.documents import honour_papers
from shared.domain import clock
from shared.domain.honours import State
from shared.domain.intake import Problem
from shared.domain.record import Record
from shared.domain.roles import DESK, READERS
from shared.store.awards import awards, conferences
from shared.store.awards.conferences import PRESENCES, Conference, ConferenceUnknown, Delivery
from shared.workflows import award_steps, case_steps
from shared.workflows.award_steps import NotTaken

MOST_CALLED = 500


class Call(Record):
    """One person who is called up."""

    row: HonourRow
    delivery: Delivery
    name: str


@bp.get("/khen-thuong/hoi-nghi", allow=READERS)
def conference_list() -> ResponseReturnValue:
    """List the conferences."""
    return _list_page()


@bp.post("/khen-thuong/hoi-nghi", allow=DESK)
def open_conference() -> ResponseReturnValue:
    """Keep a new conference."""
    with reading(_list_page) as given:
        name, day, place = read_conference(given)
    key = sending_key(request.form)
    opened = conferences.open_one(store(), name, day, place, key=key, actor=me().id, at=clock.now())
    return redirect(url_for("staff.conference", conference_id=opened), 303)


@bp.get("/khen-thuong/hoi-nghi/<conference_id>", allow=READERS)
def conference(conference_id: str) -> ResponseReturnValue:
    """Show who is called up in which order."""
    return _page(conferences.by_id(store(), conference_id))


@bp.post("/khen-thuong/hoi-nghi/<conference_id>", allow=DESK)
def change_conference(conference_id: str) -> ResponseReturnValue:
    """Keep a new name, day and place."""
    here = conferences.by_id(store(), conference_id)
    with reading(partial(_page, here)) as given:
        name, day, place = read_conference(given)
    conferences.change(store(), here.id, name, day, place, actor=me().id, at=clock.now())
    return _back(here)


@bp.post("/khen-thuong/hoi-nghi/<conference_id>/them", allow=DESK)
def call_up(conference_id: str) -> ResponseReturnValue:
    """Put those chosen at the end of the order."""
    here = conferences.by_id(store(), conference_id)
    may = {row.honour.id for row in rows_of(conferences.free(store()))}
    chosen = [one for one in request.form.getlist("given")[:MOST_CALLED] if one in may]
    if not chosen:
        return _page(here, [Problem("given", "staff.honours.none_chosen")], 422)
    for one in chosen:
        conferences.choose(store(), one, here.id, actor=me().id, at=clock.now())
    return _back(here)


@bp.post("/khen-thuong/hoi-nghi/<conference_id>/goi/<honour_id>", allow=READERS)
def change_call(conference_id: str, honour_id: str) -> ResponseReturnValue:
    """Move one in the order, record whether they came, or hand over at once instead."""
    here, form = conferences.by_id(store(), conference_id), request.form
    listed = {one.honour_id: one for one in conferences.list_of(store(), here.id)}
    if honour_id not in listed:
        return fault_page(404)
    row_of(honour_id)
    if "turn" in form:
        with reading(partial(_page, here), of=honour_id) as given:
            turn = given.whole("turn", 1, len(listed), wrong="staff.honours.turn_wrong")
        conferences.reorder(store(), here.id, honour_id, turn, at=clock.now())
    elif form.get("presence") in PRESENCES:
        conferences.note_presence(store(), honour_id, form["presence"])
    elif form.get("off") == "yes":
        conferences.choose(store(), honour_id, None, actor=me().id, at=clock.now())
    return _back(here, f"goi-{honour_id}")


@bp.post("/khen-thuong/hoi-nghi/<conference_id>/trao", allow=READERS)
def hand_over_all(conference_id: str) -> ResponseReturnValue:
    """Record that all who came got theirs, on the day of the conference."""
    here, at = conferences.by_id(store(), conference_id), clock.now()
    if here.held_on > clock.to_local(at, settings().office.zone).date().isoformat():
        return _page(here, [Problem("", "staff.honours.not_yet_held")], 422)
    there = [call for call in _calls(here) if call.delivery.presence == "present"]
    if not there:
        return _page(here, [Problem("", "staff.honours.nobody_there")], 422)
    for one in there:
        try:
            award_steps.hand_over(store(), one.row.honour.id, here.held_on, actor=me().id, at=at)
        except NotTaken:  # withdrawn meanwhile: the list says so
            continue
    return _back(here)


@bp.get("/khen-thuong/hoi-nghi/<conference_id>/danh-sach", allow=READERS)
def print_call_sheet(conference_id: str) -> ResponseReturnValue:
    """Show the list to print, with room to sign."""
    here = conferences.by_id(store(), conference_id)
    return render_template("print/call_sheet.html", conference=here, calls=_calls(here))


@bp.post("/khen-thuong/hoi-nghi/<conference_id>/danh-sach/tai", allow=DESK)
def take_call_sheet(conference_id: str) -> ResponseReturnValue:
    """Send the list as a file."""
    here = conferences.by_id(store(), conference_id)
    called = [call.row.honour for call in _calls(here)]
    content = honour_papers.call_sheet(this_desk(), here, called)
    for one in called:
        case_steps.note_view(
            store(), one.proposal_id, "honour_printed", actor=me().id, at=clock.now()
        )
    back = url_for("staff.conference", conference_id=here.id)
    return send_paper(content, f"danh-sach-trao-{here.held_on}", back=back)


@bp.app_errorhandler(ConferenceUnknown)
def _no_conference(_fault: ConferenceUnknown) -> ResponseReturnValue:
    return fault_page(404)


def _calls(here: Conference) -> list[Call]:
    """Return who is called up, in order, without what was withdrawn meanwhile."""
    listed = {one.honour_id: one for one in conferences.list_of(store(), here.id)}
    rows = rows_of(awards.by_id(store(), one) for one in listed)
    named = this_desk()
    return [
        Call(row, listed[row.honour.id], honour_papers.called_name(named, row.honour))
        for row in rows
        if row.honour.state is not State.WITHDRAWN
    ]


def _back(here: Conference, anchor: str = "") -> ResponseReturnValue:
    return redirect(
        url_for("staff.conference", conference_id=here.id, _anchor=anchor or None), 303
    )  # fmt: skip


def _page(
    here: Conference, problems: Sequence[Problem] = (), status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "staff/conference.html",
        tabs=tabs(),
        conference=here,
        calls=_calls(here),
        free=rows_of(conferences.free(store())),
        problems=list(problems),
        given=request.form if problems else Form(),
    )
    return page, status


def _list_page(problems: Sequence[Problem] = ()) -> str:
    found = page_after(partial(conferences.page, store()), request.args.get("after", ""))
    return render_template(
        "staff/conferences.html",
        tabs=tabs(),
        conferences=found,
        counts=conferences.called(store(), [one.id for one in found.lines]),
        form_key=new_id(),
        problems=list(problems),
        given=request.form if problems else Form(),
    )
