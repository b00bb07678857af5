"""What every staff page shows at its head: who is logged in, their links, and what is wrong with
the notices, the backups or the records."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import g, request
from markupsafe import Markup

from kiosk import assets, sheets
from kiosk.pieces import macro, pieces
from kiosk.staff import navigation
from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.today.kinds import calling, this_moment
from kiosk.web import settings, store
from shared.domain import clock
from shared.domain.roles import ADMIN, DESK, READERS
from shared.runtime.guarded import allowed
from shared.store.jobs import backup_status
from shared.store.jobs.backup_status import Alarms
from shared.store.messages import budgets
from shared.store.messages.budgets import Budget
from shared.store.people.help_calls import Ring
from shared.store.people.staff import StaffMember

# Roles that see when the month's notices run out.
BUDGET_READERS = DESK | ADMIN


class Who(NamedTuple):
    """What a page shows of the member who is logged in."""

    id: str
    name: str


@bp.app_context_processor
def _in_every_page() -> dict[str, Any]:
    member: StaffMember | None = g.get("me")
    return {
        "me": member,
        "desk": DESK,
        "readers": READERS,
        "top": _top,
        "style_sheets": assets.style_url(sheets.OFFICE),
        "notice_budget": _notice_budget,
        "alarms": _alarms,
    }


def ahead() -> tuple[Callable[[], object], ...]:
    """Return what the head of a page reads, for the page to read it together with its own
    (`at_once`); it is remembered for the head."""
    role = "" if me().must_change else me().role
    return lambda: navigation.counts(role), _alarms


def _top() -> Markup:
    """Return what stands above every page: who is logged in, their links, the kiosks that call."""
    member: StaffMember | None = g.get("me")
    if member is None:
        return pieces(_drawn_top)("", (), None, request.endpoint)
    role = "" if member.must_change else member.role  # nothing is open to them yet
    reads_cases = member.role in READERS
    if reads_cases:
        assets.allow_scripts()
    return pieces(_drawn_top)(
        role,
        navigation.counts(role),
        Who(member.id, member.name),
        request.endpoint,
        tuple(calling()) if reads_cases else None,
    )


def _drawn_top(
    role: str,
    counts: tuple[int, ...],
    who: Who | None,
    here: str | None,
    rings: tuple[Ring, ...] | None = None,
) -> Markup:
    return macro(
        "components/staff_top.html", "staff_top",
        who, navigation.drawn(role, counts, here), rings is not None, rings or (),
        here == "staff.ring_list",
    )  # fmt: skip


def _alarms() -> Alarms | None:
    """Return what is wrong with backups and records, for those who may open the page that says
    more; asked by the pages that show it."""
    if me().role not in allowed("staff.backup_page"):
        return None
    if "alarms" not in g:
        g.alarms = backup_status.alarms(store(), this_moment())
    found: Alarms = g.alarms
    return found


def _notice_budget() -> Budget | None:
    """Return the state of the month's notices, for those it concerns; asked by the pages that show
    it."""
    if me().role not in BUDGET_READERS:
        return None
    most, zone = settings().sms.monthly_budget, settings().office.zone
    return budgets.of_month(store(), most, at=clock.now(), zone=zone)
