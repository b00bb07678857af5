"""A demo shows each role what to look at, in five minutes; an office has no such page."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.web import local_now, site, store
from shared.domain.roles import MEMBERS


@bp.get("/thu-trong-5-phut", allow=MEMBERS)
def tour() -> ResponseReturnValue:
    """Show the steps of the member's role, with links in order; 404 in an office."""
    if not site().commune.is_demo:
        abort(404)
    from shared.demo import tour  # imported late: an office never needs it

    year = local_now().year
    steps = tour.of_role(store(), me().role, year)
    return render_template("staff/tour.html", steps=steps)
