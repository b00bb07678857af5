"""The day by which a case is answered: an officer sets when a result can be expected."""

from datetime import date

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.cases.page import case_page
from kiosk.staff.forms import reading
from kiosk.staff.visibility import visible_case
from kiosk.web import settings, store
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.proposal import ON_THE_CLOCK
from shared.domain.roles import DESK
from shared.workflows import late_notices


@bp.post("/ho-so/<code>/du-kien", allow=DESK)
def expect(code: str) -> ResponseReturnValue:
    """Keep by when a result can be expected; a sender who was told another day is told."""
    here, at, zone = visible_case(code), clock.now(), settings().office.zone
    if here.status not in ON_THE_CLOCK:
        return case_page(here, problems=[Problem("expected_on", "staff.day.over")], status=409)
    with reading(lambda wrong: case_page(here, problems=wrong)) as given:
        day = given.day("expected_on")
        if day and day <= clock.to_local(at, zone).date().isoformat():
            given.wrong("expected_on", "staff.wrong.day_past")
    late_notices.expect(
        store(), here.code, date.fromisoformat(day), actor=me().id, at=at, zone=zone
    )
    return redirect(url_for("staff.case", code=here.code), 303)
