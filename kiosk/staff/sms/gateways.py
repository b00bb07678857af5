"""The state of SMS: each gateway's health, what waits, the month's budget, who gets no answers.

The admin may see it too: numbers of messages, never a message.
"""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.sms.page import SmsView, fault_of, shown, tabs
from kiosk.web import settings, store
from shared.domain import clock
from shared.domain.record import Record
from shared.domain.roles import ADMIN, DESK, READERS
from shared.store.messages import (
    budgets,
    first_answers,
    gateway_health,
    loop_alarms,
    outgoing,
    sms_list,
)
from shared.store.messages.loop_alarms import Alarm

# These are asked or call by themselves; others are silent while nothing is sent.
# What each does with a call is said on the page; the Android app's webhooks know SMS and MMS only.
_TELLS_OF_CALLS = ("android", "gammu", "twilio", "simulator")
_HEARD_ALWAYS = ("android", gateway_health.ANDROID_EVENTS, "gammu")


class GatewayStanding(Record):
    """The state of one gateway. `state` is a key under `staff.sms.gateway_state`, `fault` one under
    `staff.sms.fault`, `calls`, what becomes of calls to it, one under `staff.sms.gateway_calls`,
    each "" for none; instants are ms UTC."""

    name: str
    sends: bool
    state: str
    heard_at: int | None
    fault: str
    raw_fault: str
    fault_at: int | None
    calls: str


class Silenced(Record):
    """A sender who gets no more answers; `sms` is the cause, None for those who may not read it."""

    alarm: Alarm
    sms: SmsView | None


@bp.get("/tin-nhan/may-gui", allow=READERS | ADMIN)
def sms_gateways() -> ResponseReturnValue:
    """Show the state of the gateways."""
    db, at, office = store(), clock.now(), settings()
    return render_template(
        "staff/sms_gateways.html",
        tabs=tabs() if me().role in READERS else (),
        standings=[_standing(name, at) for name in _gateways()],
        queue=outgoing.queue_now(db),
        firsts=first_answers.waiting(db, at=at, zone=office.office.zone),
        firsts_a_day=office.limits.first_replies_per_day,
        now=at,
        budget=budgets.of_month(db, office.sms.monthly_budget, at=at, zone=office.office.zone),
        used=budgets.used(db, at=at, zone=office.office.zone),
        sms_settings=office.sms,
        silenced=[_silenced(alarm) for alarm in loop_alarms.unseen(db)],
        may_act=me().role in DESK,
    )


@bp.post("/tin-nhan/canh-bao/<alarm_id>", allow=DESK)
def see_alarm(alarm_id: str) -> ResponseReturnValue:
    """Record that somebody looked at an alarm."""
    loop_alarms.see(store(), alarm_id, actor=me().id, at=clock.now())
    return redirect(url_for("staff.sms_gateways"), 303)


def _gateways() -> list[str]:
    """Return the gateways this office has, the one that sends first."""
    here = settings()
    configured = {
        "android": here.android.is_configured,
        gateway_health.ANDROID_EVENTS: bool(here.android.signing_key),
        "gammu": bool(here.gammu.database),
        "twilio": here.twilio.is_configured,
    }
    sends = here.sms.gateway
    return [sends, *(name for name, has in configured.items() if has and name != sends)]


def _standing(name: str, at: int) -> GatewayStanding:
    health = gateway_health.health(store(), name)
    has_fault = bool(health.fault) and (health.fault_at or 0) > (health.heard_at or 0)
    state: str = health.state(at)
    if state == "silent" and name not in _HEARD_ALWAYS:
        state = "failing" if has_fault else "idle"
    return GatewayStanding(
        name=name,
        sends=name == settings().sms.gateway,
        state=state,
        heard_at=health.heard_at,
        fault=fault_of(health.fault) if has_fault else "",
        raw_fault=health.fault,
        fault_at=health.fault_at,
        calls=name if name in _TELLS_OF_CALLS else "",
    )


def _silenced(alarm: Alarm) -> Silenced:
    line = sms_list.one(store(), alarm.message_id, viewer=me().id) if me().role in READERS else None
    return Silenced(alarm, shown(line) if line else None)
