"""The codes that replace a lost telephone: shown once, to be kept on paper."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.door import sessions
from kiosk.web import store
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.roles import TWO_FACTORS
from shared.runtime import passwords
from shared.store.people import recovery_codes as people_recovery_codes


@bp.get("/ma-du-phong", allow=TWO_FACTORS)
def recovery_codes() -> ResponseReturnValue:
    """Say how many are left, and offer new ones."""
    return _page([], 200)


@bp.post("/ma-du-phong", allow=TWO_FACTORS)
def draw_recovery_codes() -> ResponseReturnValue:
    """Show new codes to a member who knows the password; the old ones stop working."""
    given, at = request.form.get("password", ""), clock.now()
    if me().totp_secret is None:
        return drawn_page(at)
    try:
        if not sessions.knows_password(store(), me(), given, at=at):
            return _page([Problem("password", "staff.password.old_wrong")], 422)
    except sessions.TooManyTries as fault:
        return _page([Problem("password", "staff.login.wait", {"n": fault.minutes})], 429)
    return drawn_page(at)


def drawn_page(at: int) -> ResponseReturnValue:
    """Make codes for the member and return the one page that ever shows them."""
    if me().totp_secret is None:
        return redirect(url_for("staff.account"), 303)
    codes = passwords.new_recovery_codes()
    hashes = [passwords.recovery_hash(me().id, code) for code in codes]
    people_recovery_codes.draw(store(), me().id, hashes, actor=me().id, at=at)
    return render_template("staff/recovery_codes.html", codes=codes, at=at, problems=[])


def _page(problems: list[Problem], status: int) -> ResponseReturnValue:
    if me().totp_secret is None:
        return redirect(url_for("staff.account"), 303)
    left = people_recovery_codes.count(store(), me().id)
    page = render_template("staff/recovery_codes.html", codes=(), left=left, problems=problems)
    return page, status
