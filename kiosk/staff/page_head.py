"""What every staff page shows at its head: who is logged in, their links, and what is wrong with
the notices, the backups or the records."""

from typing import Any

from flask import g

from kiosk.staff import navigation
from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.web import settings, store
from shared.domain import clock
from shared.domain.roles import ADMIN, DESK, READERS
from shared.runtime.guarded import allowed
from shared.store.jobs import backup_status
from shared.store.jobs.backup_status import Alarms
from shared.store.messages import budgets
from shared.store.messages.budgets import Budget
from shared.store.people.staff import StaffMember

# Roles that see when the month's notices run out.
BUDGET_READERS = DESK | ADMIN


@bp.app_context_processor
def _in_every_page() -> dict[str, Any]:
    member: StaffMember | None = g.get("me")
    is_set_up = member is not None and not member.must_change
    links = navigation.open_to(member, navigation.LINKS) if member and is_set_up else []
    return {
        "me": member,
        "desk": DESK,
        "readers": READERS,
        "navigation": navigation.drawn(links, member.role if member else ""),
        "notice_budget": _notice_budget,
        "alarms": _alarms,
    }


def _alarms() -> Alarms | None:
    """Return what is wrong with backups and records, for those who may open the page that says
    more; asked by the pages that show it."""
    if me().role not in allowed("staff.backup_page"):
        return None
    return backup_status.alarms(store(), clock.now())


def _notice_budget() -> Budget | None:
    """Return the state of the month's notices, for those it concerns; asked by the pages that show
    it."""
    if me().role not in BUDGET_READERS:
        return None
    most, zone = settings().sms.monthly_budget, settings().office.zone
    return budgets.of_month(store(), most, at=clock.now(), zone=zone)
