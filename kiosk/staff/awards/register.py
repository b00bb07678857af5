"""What was given: the register of letters and awards of a year, their papers one by one or in a
batch, and that each was handed over."""

from collections.abc import Sequence
from functools import partial

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import qr
from kiosk.staff.access import me
from kiosk.staff.awards.dossier import PAPERS, back, done, dossier
from kiosk.staff.awards.honour_form import read_handed
from kiosk.staff.awards.page import row_of, rows_of, tabs
from kiosk.staff.blueprint import bp
from kiosk.staff.download import send_paper, this_desk
from kiosk.staff.forms import Form, reading
from kiosk.web import settings, site, store
from shared.db.pages import page_after
from shared.documents import fill, honour_papers
from shared.documents.idea_papers import GenuineCheck
from shared.domain import clock
from shared.domain.addresses import opens_here_alone
from shared.domain.honours import State, is_in_force
from shared.domain.intake import Problem
from shared.domain.roles import CULTURE, DESK, READERS
from shared.store.awards import awards, conferences
from shared.store.awards.awards import Honour
from shared.workflows import award_steps, case_steps

MOST_AT_ONCE = 200


@bp.get("/khen-thuong/so", allow=READERS | CULTURE)
def honour_register() -> ResponseReturnValue:
    """Show what was given in a year; outside the desk only what may be told."""
    return _page()


@bp.post("/khen-thuong/in", allow=DESK)
def print_honours() -> ResponseReturnValue:
    """Send the papers of the chosen rows as one file; each look at a name is recorded."""
    paper = request.form.get("paper", "")
    chosen = [
        row_of(one).honour for one in dict.fromkeys(request.form.getlist("given")[:MOST_AT_ONCE])
    ]  # fmt: skip
    chosen = [one for one in chosen if one.kind == PAPERS.get(paper)]
    if not chosen:
        return _page([Problem("given", "staff.honours.none_to_print")], 422)
    content = _written(paper, chosen)
    for one in chosen:
        case_steps.note_view(
            store(), one.proposal_id, "honour_printed", actor=me().id, at=clock.now()
        )  # fmt: skip
    return send_paper(content, paper, back=url_for("staff.honour_register"))


@bp.post("/khen-thuong/ho-so/<honour_id>/cach-trao", allow=DESK)
def choose_delivery(honour_id: str) -> ResponseReturnValue:
    """Record whether it is handed over at once or at a conference."""
    here, where = row_of(honour_id), request.form.get("where", "")
    is_there = where == "now" or bool(conferences.by_ids(store(), [where]))
    if not is_there or not is_in_force(here.honour.kind, here.honour.state):
        return dossier(here, [Problem("where", "err.choice")], "deliver", 422)
    conference_id = None if where == "now" else where
    conferences.choose(store(), honour_id, conference_id, actor=me().id, at=clock.now())
    return back(here)


@bp.post("/khen-thuong/ho-so/<honour_id>/trao", allow=READERS)
def hand_over(honour_id: str) -> ResponseReturnValue:
    """Record that it was handed over, on which day and to whom; or that it was not after all."""
    here, at = row_of(honour_id), clock.now()
    today = clock.to_local(at, settings().office.zone).date()
    with reading(lambda wrong: dossier(here, wrong, "hand")) as given:
        day, received_by = ("", "") if given.tick("undo") else read_handed(given, today)
    return done(
        here,
        lambda: award_steps.hand_over(
            store(), honour_id, day, received_by, actor=me().id, at=at
        ),
        "hand",
    )  # fmt: skip


def how_to_check(code: str) -> GenuineCheck:
    """Return how the reader of a letter learns whether it is genuine; without an address if no
    other machine can open it."""
    address = f"{site().public_url.rstrip('/')}/xac-minh"
    if opens_here_alone(address):
        return GenuineCheck(code, "")
    picture = fill.Picture(qr.png(f"{address}?ma={code}"), honour_papers.QR_MM)
    return GenuineCheck(code, honour_papers.check_where(address), picture)


def _written(paper: str, chosen: Sequence[Honour]) -> bytes:
    here = this_desk()
    if paper == "thu-khen":
        return honour_papers.letters(here, chosen, how_to_check)
    if paper == "giay-khen":
        return honour_papers.certificates(here, chosen)
    return honour_papers.decisions(here, chosen)


def _page(problems: Sequence[Problem] = (), status: int = 200) -> ResponseReturnValue:
    years = awards.years(store())
    year = request.args.get("nam", "")
    year = year if year in years else next(iter(years), "")
    here = request.args.get("after", "")
    found = page_after(partial(awards.page_given_in, store(), year), here)
    rows = rows_of(found.lines)
    if me().role not in DESK:
        rows = [row for row in rows if row.honour.state is not State.WITHDRAWN]
    deliveries = conferences.deliveries_of(store(), [row.honour.id for row in rows])
    held = {one.conference_id for one in deliveries.values() if one.conference_id}
    page = render_template(
        "staff/honour_register.html",
        tabs=tabs(),
        rows=rows,
        page=found,
        here=here,
        years=years,
        year=year,
        papers=PAPERS,
        deliveries=deliveries,
        conferences=conferences.by_ids(store(), held),
        problems=list(problems),
        given=request.form if problems else Form(),
    )
    return page, status
