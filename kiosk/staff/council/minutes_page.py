"""The minutes of a session, previewed and edited in one page."""

from collections.abc import Sequence
from functools import partial

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.council.council import seen_session
from kiosk.staff.council.council_form import read_minutes
from kiosk.staff.download import this_desk
from kiosk.staff.forms import Form, reading
from kiosk.web import settings, store
from shared.documents import council_papers
from shared.documents.write import Registered
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.roles import COUNCIL, DESK
from shared.store.council import minutes
from shared.store.council.judging import Whole
from shared.store.council.minutes import Minutes


@bp.get("/hoi-dong/<session_id>/bien-ban", allow=COUNCIL)
def council_minutes(session_id: str) -> ResponseReturnValue:
    """Show a session's minutes as they stand, and to those who lead it what only they can say."""
    return minutes_page(seen_session(session_id))


@bp.post("/hoi-dong/<session_id>/dien-bien", allow=DESK)
def keep_minutes(session_id: str) -> ResponseReturnValue:
    """Keep what only a person can say of a session; also after its end."""
    here = seen_session(session_id)
    with reading(partial(minutes_page, here)) as given:
        said = read_minutes(given)
    minutes.keep(store(), session_id, said, actor=me().id, at=clock.now())
    return redirect(url_for("staff.council_minutes", session_id=session_id), 303)


def minutes_page(
    here: Whole, problems: Sequence[Problem] = (), status: int = 200
) -> ResponseReturnValue:
    """Return the page of a session's minutes; what was typed stays in the form."""
    said = minutes_of(here)
    page = render_template(
        "staff/council_minutes.html",
        whole=here,
        leads=me().role in DESK,
        said=said,
        paper=council_papers.minutes_blanks(this_desk(), here, said, Registered()),
        problems=list(problems),
        given=request.form if problems else Form(),
    )
    return page, status


def minutes_of(here: Whole) -> Minutes:
    """Return the minutes of a session, or what its clock says."""
    kept = minutes.of_session(store(), here.session.id)
    if kept is not None:
        return kept
    zone, session = settings().office.zone, here.session
    began = clock.to_local(here.plan.begun_at or session.opened_at, zone)
    ended = clock.to_local(session.closed_at, zone) if session.closed_at else None
    return Minutes(
        began=f"{began:%H:%M}" if began.date().isoformat() == session.held_on else "",
        ended=f"{ended:%H:%M}" if ended else "",
        ended_on=ended.date().isoformat() if ended else "",
    )
