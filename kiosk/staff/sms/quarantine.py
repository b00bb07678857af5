"""What was set aside: a bank's or an operator's SMS, a cry for help, what could not be read."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.sms.page import shown, tabs, visible_sms
from kiosk.web import store
from shared.domain import clock
from shared.domain.roles import DESK, READERS
from shared.store.messages import sms_list
from shared.store.messages.sms_list import OPEN_FOR, SmsFilter
from shared.workflows import sms_steps


@bp.get("/tin-nhan/cach-ly", allow=READERS)
def sms_quarantine() -> ResponseReturnValue:
    """Show what was set aside and waits for a person to read it."""
    wanted = SmsFilter(
        me().id,
        state="quarantined",
        open_since=clock.now() - OPEN_FOR,
        after=request.args.get("after"),
    )
    page = sms_list.page(store(), wanted)
    return render_template(
        "staff/sms_quarantine.html",
        tabs=tabs(),
        list=[shown(line) for line in page.lines],
        may_act=me().role in DESK,
        after=page.after,
    )


@bp.post("/tin-nhan/<message_id>/cua-dan", allow=DESK)
def release_sms(message_id: str) -> ResponseReturnValue:
    """Let it be handled as a citizen's."""
    line = visible_sms(message_id)
    sms_steps.take_for_a_citizens(store(), line.id, actor=me().id, at=clock.now())
    return redirect(url_for("staff.sms_quarantine"), 303)
