"""What a member must set up before anything else: a password of their own, and a second factor if
the office asks for one."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from kiosk.web import settings
from shared.domain.roles import TWO_FACTORS
from shared.store.people.staff import StaffMember

# Routes open to a member who still has to set something up.
MEANWHILE = frozenset({"staff.log_out", "staff.password", "staff.set_password"})
TOTP_PAGES = frozenset({"staff.totp", "staff.enrol_totp"})


def first(member: StaffMember, endpoint: str) -> ResponseReturnValue | None:
    """Return the way to what this member must set up before they open an endpoint, or None."""
    if endpoint in MEANWHILE:
        return None
    if member.must_change:
        return redirect(url_for("staff.password"), 303)
    if _needs_totp(member) and endpoint not in TOTP_PAGES:
        return redirect(url_for("staff.totp"), 303)
    return None


def _needs_totp(member: StaffMember) -> bool:
    return (
        settings().staff.require_totp and member.role in TWO_FACTORS and member.totp_secret is None
    )
