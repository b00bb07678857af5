"""Who gets no notices: the list, adding somebody at their word, removing somebody for a reason."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.forms import MOBILE, reading
from kiosk.staff.sms.page import tabs
from kiosk.web import store
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.roles import DESK, READERS
from shared.store.messages import opt_outs
from shared.store.people import staff

PAGE_SIZE = 50


@bp.get("/tin-nhan/ngung", allow=READERS)
def sms_silence() -> ResponseReturnValue:
    """Show who gets no notices."""
    return _page()


@bp.post("/tin-nhan/ngung", allow=DESK)
def add_silence() -> ResponseReturnValue:
    """Put a number on the list because its owner said so."""
    with reading(_page) as given:
        number = given.telephone("phone", "staff.sms.silence.wrong", kinds=MOBILE)
    opt_outs.add_for(store(), number, actor=me().id, at=clock.now())
    return redirect(url_for("staff.sms_silence"), 303)


@bp.post("/tin-nhan/ngung/<suppression_id>/so", allow=DESK)
def show_silent_number(suppression_id: str) -> ResponseReturnValue:
    """Show one number, and record who looked."""
    found = opt_outs.by_id(store(), suppression_id)
    if found is None:
        abort(404)
    opt_outs.note_view(store(), found.id, actor=me().id, at=clock.now())
    return _page(shown_id=found.id)


@bp.post("/tin-nhan/ngung/<suppression_id>/bo", allow=DESK)
def lift_silence(suppression_id: str) -> ResponseReturnValue:
    """Allow notices to a number again."""
    with reading(_page, of=suppression_id) as given:
        reason = given.reason()
    opt_outs.lift(store(), suppression_id, reason, actor=me().id, at=clock.now())
    return redirect(url_for("staff.sms_silence"), 303)


def _page(problems: list[Problem] | None = None, *, shown_id: str = "") -> ResponseReturnValue:
    db = store()
    found = opt_outs.page(db, before=_before(), limit=PAGE_SIZE + 1)
    return render_template(
        "staff/sms_silence.html",
        tabs=tabs(),
        list=found[:PAGE_SIZE],
        lifted=opt_outs.lately_lifted(db),
        names=staff.names(db),
        shown_id=shown_id,
        before=found[PAGE_SIZE - 1].since if len(found) > PAGE_SIZE else None,
        may_act=me().role in DESK,
        problems=problems or [],
    )


def _before() -> int | None:
    given = request.args.get("before", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 15 else None
