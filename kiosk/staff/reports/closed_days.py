"""The sheets for the notice board: the list, and each as it is printed, as often as needed."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from kiosk import qr
from kiosk.staff.blueprint import bp
from kiosk.web import say, site, store
from shared.db import daily_roots
from shared.domain import clock, codes, unit_number
from shared.domain.addresses import opens_here_alone
from shared.domain.roles import ADMIN, CULTURE, READERS

# A month and a half of days; older ones are found by their number in the address.
SHOWN_DAYS = 45


@bp.get("/chot-so", allow=READERS | CULTURE | ADMIN)
def closed_days() -> ResponseReturnValue:
    """List the sheets, newest first."""
    db = store()
    found = [
        (kept, daily_roots.lies_in_chain(db, kept)) for kept in daily_roots.lately(db, SHOWN_DAYS)
    ]
    return render_template("staff/closed_days.html", sheets=found)


@bp.get("/chot-so/<int(max=999999):number>", allow=READERS | CULTURE | ADMIN)
def closed_day(number: int) -> ResponseReturnValue:
    """Show a sheet as it is printed for the notice board."""
    kept = daily_roots.by_number(store(), number)
    if kept is None:
        abort(404)
    base = site().public_url.rstrip("/")
    only_here = opens_here_alone(base)
    return render_template(
        "print/sheet.html",
        kept=kept,
        unit=unit_number.shown(kept.sheet.commune_id),
        qr=None
        if only_here
        else qr.svg(
            codes.qr_address(f"{base}/s/{kept.sheet.day}/{kept.head}"),
            say("paper.sheet_alt", ngay=clock.written_day(kept.sheet.day)),
        ),
        only_here=only_here,
    )
