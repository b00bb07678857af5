"""How long things are kept: what is due, what the machine deletes tonight, and what an officer must
look at first."""

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.privacy.data_desk import tabs
from kiosk.web import settings, store
from shared.domain import clock
from shared.domain.roles import DESK
from shared.privacy import retaining
from shared.store.jobs import job_runs
from shared.workflows import retention as kept


@bp.get("/luu-giu", allow=DESK)
def retention() -> ResponseReturnValue:
    """Show each rule, and how much it would delete now."""
    at = clock.now()
    return render_template(
        "staff/retention.html",
        tabs=tabs(),
        due=_plan(at),
        last=job_runs.last(store(), retaining.NAME, at=at),
        percent=retaining.MOST_PERCENT,
        may_act=me().role in DESK,
    )


@bp.post("/luu-giu/<rule>", allow=DESK)
def allow_retention(rule: str) -> ResponseReturnValue:
    """Let a rule delete as much as the officer saw."""
    at = clock.now()
    found = [one for one in _plan(at) if one.rule == rule]
    if not found:
        abort(404)
    if found[0].waits:
        kept.allow(store(), rule, len(found[0].ids), actor=me().id, at=at)
    return redirect(url_for("staff.retention"), 303)


def _plan(at: int) -> list[retaining.RetentionDue]:
    return retaining.plan(store(), settings().retention, settings().office.zone, at=at)
