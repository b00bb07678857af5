"""The first page after logging in: what waits for this person, due first, and nothing else."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.today import kinds
from kiosk.staff.today.lines import lines_of
from kiosk.staff.visibility import visible_case
from kiosk.web import store
from shared.domain import clock
from shared.domain.roles import ADMIN, COUNCIL, DESK, READERS
from shared.store.cases import waiting_cases

# Those whose work waits by itself; the others are led to their one desk.
WAITED_FOR = READERS | COUNCIL | ADMIN


@bp.get("/hom-nay", allow=WAITED_FOR)
def today() -> ResponseReturnValue:
    """Show what waits for this person."""
    found = kinds.waiting()
    return render_template(
        "staff/today.html",
        lines=lines_of(found, kinds.asker()),
        is_full=any(len(one.rows) >= one.kind.most for one in found),
        reads_cases=me().role in READERS,
    )


def first_page(role: str) -> str:
    """Return the address that a login leads to: this page, or the one desk of who has no other."""
    return url_for("staff.today" if role in WAITED_FOR else "staff.home")


@bp.post("/hom-nay/<code>/da-doc", allow=DESK)
def note_answer_seen(code: str) -> ResponseReturnValue:
    """Keep that somebody read what a sender said."""
    here = visible_case(code)
    waiting_cases.note_seen(store(), here.id, actor=me().id, at=clock.now())
    return redirect(url_for("staff.today"), 303)
