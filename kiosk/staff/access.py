"""Who is asking, and the check before every route of the staff app: it lets in those whom the route
names.

The check runs before every route of the app, those of later blueprints too. door/setting_up.py says
what a member must set up first (an own password, a second factor).
"""

from flask import g, request
from flask.typing import ResponseReturnValue

from kiosk.staff.blueprint import bp
from kiosk.staff.door import sessions, setting_up
from kiosk.staff.door.session_over import log_in_first
from kiosk.web import fault_page, is_this_machine, store
from shared.runtime import guarded
from shared.runtime.guarded import ANYBODY, THIS_MACHINE
from shared.store.people.staff import StaffMember


def me() -> StaffMember:
    """Return who is logged in; only on routes that let in only members."""
    member: StaffMember = g.me
    return member


@bp.before_app_request
def door() -> ResponseReturnValue | None:
    """Let a request pass only if its route names the member."""
    g.me = None
    if request.endpoint is None or request.routing_exception is not None:
        return None  # there is no such page, and everybody may know that
    allowed = guarded.allowed()
    if allowed == ANYBODY:
        return None
    if allowed == THIS_MACHINE:
        return None if is_this_machine() else fault_page(404)
    member = g.me = sessions.who(store())
    if member is None:
        return log_in_first()
    if member.role not in allowed:
        return fault_page(403)
    return setting_up.first(member, request.endpoint)
