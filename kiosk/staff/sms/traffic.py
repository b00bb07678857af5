"""All SMS in and out, newest first, and one of them in full."""

from urllib.parse import urlencode

from flask import render_template, request
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.sms.page import shown, tabs, visible_sms
from kiosk.web import store
from shared.domain import clock, phone
from shared.domain.roles import DESK, READERS
from shared.store.messages import outgoing, sms_list
from shared.store.messages.outgoing import STATES
from shared.store.messages.sms_list import IN_STATES, SmsFilter, SmsLine
from shared.workflows import sms_steps

GATEWAYS = ("android", "gammu", "twilio", "simulator")
# A telephone number with all that people put between its digits.
PHONE_LETTERS = 40


@bp.get("/tin-nhan", allow=READERS)
def sms() -> ResponseReturnValue:
    """Show what came and went."""
    typed = request.args.get("so", "").strip()[:PHONE_LETTERS]
    wanted = _wanted(typed)
    page = sms_list.page(store(), wanted)
    return render_template(
        "staff/sms_traffic.html",
        tabs=tabs(),
        list=[shown(line) for line in page.lines],
        wanted=wanted,
        typed=typed,
        in_states=IN_STATES,
        out_states=STATES,
        gateways=GATEWAYS,
        is_filtered=bool(typed or wanted.direction or wanted.state or wanted.gateway),
        newest=_href(wanted, typed) if wanted.after else None,
        older=_href(wanted, typed, page.after) if page.after else None,
    )


@bp.get("/tin-nhan/<message_id>", allow=READERS)
def sms_message(message_id: str) -> ResponseReturnValue:
    """Show one SMS: its text, its state, what may be done."""
    return message_page(visible_sms(message_id))


@bp.post("/tin-nhan/<message_id>/so", allow=READERS)
def show_sms_number(message_id: str) -> ResponseReturnValue:
    """Show the number of one SMS, and record who looked."""
    line = visible_sms(message_id)
    if line.phone:
        sms_steps.note_view(store(), line.id, line.proposal_id, actor=me().id, at=clock.now())
    return message_page(line, with_number=True)


def message_page(
    line: SmsLine, *, with_number: bool = False, refused: str = "", status: int = 200
) -> ResponseReturnValue:
    """Return the page of one SMS; `refused` is the key of why it may not be sent again."""
    may_go_again = (
        me().role in DESK
        and line.direction == "out"
        and line.state in ("failed", "unknown")
        and line.settled != "sent_again"
    )
    page = render_template(
        "staff/sms_message.html",
        tabs=tabs(),
        one=shown(line, with_number=with_number),
        is_shown=with_number,
        may_go_again=may_go_again and not refused,
        refused=refused or (_why_not(line) if may_go_again else ""),
    )
    return page, status


def _why_not(line: SmsLine) -> str:
    message = outgoing.by_id(store(), line.id)
    if message is None:
        return ""
    return sms_steps.why_not(store(), message, may_arrive_twice=True, at=clock.now()) or ""


def _wanted(typed: str) -> SmsFilter:
    given = request.args
    direction, state = given.get("huong"), given.get("tt")
    return SmsFilter(
        viewer=me().id,
        direction="in" if direction == "in" else "out" if direction == "out" else None,
        state=state if state in (*IN_STATES, *STATES) else None,
        gateway=given.get("may") if given.get("may") in GATEWAYS else None,
        number=phone.read_sender(typed).number if typed else None,
        after=given.get("after"),
    )


def _href(wanted: SmsFilter, typed: str, after: str | None = None) -> str:
    given = {
        "huong": wanted.direction,
        "tt": wanted.state,
        "may": wanted.gateway,
        "so": typed,
        "after": after,
    }
    query = urlencode({name: value for name, value in given.items() if value})
    return f"/tin-nhan?{query}" if query else "/tin-nhan"
