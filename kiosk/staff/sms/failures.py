"""What could not be sent, why, and sending it again: once, however often anybody presses."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.sms.page import shown, tabs, visible_sms
from kiosk.staff.sms.traffic import message_page
from kiosk.web import store
from shared.domain import clock
from shared.domain.roles import DESK, READERS
from shared.store.messages import sms_list
from shared.store.messages.sms_list import OPEN_FOR, SmsFilter
from shared.workflows import sms_steps
from shared.workflows.sms_steps import ResendRefused, SmsUnknown


@bp.get("/tin-nhan/loi", allow=READERS)
def sms_failures() -> ResponseReturnValue:
    """Show what failed, and what has an unknown outcome."""
    db, since = store(), clock.now() - OPEN_FOR
    failed = sms_list.page(
        db,
        SmsFilter(me().id, state="failed", open_since=since, after=request.args.get("after")),
    )
    unknown = sms_list.page(db, SmsFilter(me().id, state="unknown", open_since=since))
    return render_template(
        "staff/sms_failures.html",
        tabs=tabs(),
        failed=[shown(line) for line in failed.lines],
        unknown=[shown(line) for line in unknown.lines],
        may_act=me().role in DESK,
        after=failed.after,
    )


@bp.get("/tin-nhan/<message_id>/gui-lai", allow=DESK)
def ask_to_resend(message_id: str) -> ResponseReturnValue:
    """Say what sending again may cause, and ask."""
    line = visible_sms(message_id)
    return render_template("staff/sms_resend.html", tabs=tabs(), one=shown(line))


@bp.post("/tin-nhan/<message_id>/gui-lai", allow=DESK)
def resend_sms(message_id: str) -> ResponseReturnValue:
    """Send it again."""
    line = visible_sms(message_id)
    accepted = request.form.get("twice") == "1"
    try:
        sms_steps.resend(store(), line.id, actor=me().id, at=clock.now(), may_arrive_twice=accepted)
    except SmsUnknown:
        abort(404)
    except ResendRefused as fault:
        if fault.why == "may_arrive":
            return redirect(url_for("staff.ask_to_resend", message_id=line.id), 303)
        return message_page(line, refused=fault.why, status=409)
    return redirect(url_for("staff.sms_failures"), 303)


@bp.post("/tin-nhan/<message_id>/bo-qua", allow=DESK)
def set_sms_aside(message_id: str) -> ResponseReturnValue:
    """Take it off its list; it is kept."""
    line = visible_sms(message_id)
    if line.state not in ("failed", "unknown", "quarantined"):
        abort(404)
    sms_steps.set_aside(store(), line.id, actor=me().id, at=clock.now())
    here = "staff.sms_quarantine" if line.direction == "in" else "staff.sms_failures"
    return redirect(url_for(here), 303)
