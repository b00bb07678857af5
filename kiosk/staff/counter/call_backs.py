"""The call-back list: people who asked by SMS, called and said nothing, or missed a call."""

from functools import partial

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.forms import REASON_LETTERS, reading
from kiosk.web import store
from shared.db.event_log import new_id
from shared.db.pages import page_after
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.roles import READERS
from shared.store.messages import call_backs
from shared.store.people import staff


@bp.get("/goi-lai", allow=READERS)
def call_back_list() -> ResponseReturnValue:
    """Show who waits for a call."""
    return _page()


@bp.post("/goi-lai", allow=READERS)
def note_missed_call() -> ResponseReturnValue:
    """Put the number of a missed call on the list, and tell it by SMS."""
    with reading(_page) as given:
        number = given.telephone("phone", "staff.call_backs.phone_wrong")
        key = given.key("phone")
    call_backs.missed(store(), number, key=f"missed|{key}", actor=me().id, at=clock.now())
    return redirect(url_for("staff.call_back_list"), 303)


@bp.post("/goi-lai/<call_back_id>/so", allow=READERS)
def show_number(call_back_id: str) -> ResponseReturnValue:
    """Show one number, and record who looked."""
    found = call_backs.by_id(store(), call_back_id)
    if found is None:
        abort(404)
    call_backs.note_view(store(), found.id, actor=me().id, at=clock.now())
    return _page(shown_id=found.id)


@bp.post("/goi-lai/<call_back_id>/xong", allow=READERS)
def called_back(call_back_id: str) -> ResponseReturnValue:
    """Note that somebody called."""
    with reading(_page, of=call_back_id) as given:
        text = given.line("note", REASON_LETTERS)
    if call_backs.by_id(store(), call_back_id) is None:
        abort(404)
    call_backs.done(store(), call_back_id, actor=me().id, at=clock.now(), text=text)
    return redirect(url_for("staff.call_back_list", after=_after() or None), 303)


def _after() -> str:
    """Return the mark of the page that is read, or that a line's form stood on."""
    return request.values.get("after", "")


def _page(problems: list[Problem] | None = None, *, shown_id: str = "") -> ResponseReturnValue:
    db = store()
    read = partial(call_backs.waiting_page, db, clock.now())
    return render_template(
        "staff/call_backs.html",
        waiting=page_after(read, _after()),
        after=_after(),
        done=call_backs.lately_done(db),
        names=staff.names(db),
        shown_id=shown_id,
        form_key=new_id(),
        problems=problems or [],
    )
