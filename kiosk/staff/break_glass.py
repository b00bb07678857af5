"""Emergency access: for an hour the chair can read what otherwise only somebody else may, and
everybody concerned sees that and why.

Closed to the chair are confidential cases of others, and the original words of redacted ones. Both
are then read, moved and answered as by their assignee (decision 42).
"""

from typing import Any

from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.door import sessions
from kiosk.staff.forms import REASON_LETTERS, reading
from kiosk.web import store
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.roles import ADMIN, CHAIR
from shared.store.cases import redactions
from shared.store.cases.proposals import Proposal
from shared.store.people import staff
from shared.store.privacy import break_glass as kept
from shared.store.privacy.break_glass import EmergencyAccess

# Everybody concerned reads the reason: one or two words would tell them nothing.
LEAST_LETTERS = 10


@bp.get("/mo-khan", allow=CHAIR | ADMIN)
def emergency_accesses() -> ResponseReturnValue:
    """Show all emergency accesses and what was read; during one, what it opens."""
    return _page([])


@bp.post("/mo-khan", allow=CHAIR)
def begin_emergency_access() -> ResponseReturnValue:
    """Begin an hour, for the chair who gives a reason and proves both factors again."""
    with reading(_page) as given:
        reason = given.line("reason", REASON_LETTERS)
        if sum(letter.isalpha() for letter in reason) < LEAST_LETTERS:
            given.wrong("reason", "staff.opening.reason_short", n=LEAST_LETTERS)
    form, at, problems = request.form, clock.now(), []
    try:
        sessions.prove_again(store(), me(), form.get("password", ""), form.get("totp", ""), at=at)
    except sessions.TooManyTries as fault:
        return _page([Problem("password", "staff.login.wait", {"n": fault.minutes})], 429)
    except sessions.CodeNeeded:
        problems = [Problem("totp", "staff.login.code_needed")]
    except sessions.LoginRefused:
        problems = [Problem("password", "staff.opening.refused")]
    if problems:
        return _page(problems, 422)
    kept.begin(store(), me().id, sessions.this_one(), reason, at=at)
    return redirect(url_for("staff.emergency_accesses"), 303)


@bp.post("/mo-khan/<opening_id>/ket-thuc", allow=CHAIR | ADMIN)
def end_emergency_access(opening_id: str) -> ResponseReturnValue:
    """End an emergency access at once."""
    if opening_id not in {one.id for one in kept.latest(store())}:
        abort(404)
    kept.end(store(), opening_id, actor=me().id, at=clock.now())
    return redirect(url_for("staff.emergency_accesses"), 303)


def reader_of(case: Proposal) -> str:
    """Return as whom the member reads a case: as themselves, or, during emergency access to it, as
    its assignee."""
    return case.assignee_id if case.assignee_id and _is_opened(case) else me().id


def look(case: Proposal) -> str:
    """Return as whom the member reads a case, and record the look if only emergency access allows
    it."""
    lasts = _here()
    if lasts is not None and _is_opened(case):
        kept.note_look(store(), lasts, case.id, at=clock.now())
    return reader_of(case)


def _is_opened(case: Proposal) -> bool:
    """Say whether the member may read a case only because of their emergency access."""
    if case.assignee_id == me().id or _here() is None:
        return False
    return not case.is_open_to(me().id) or redactions.hides(store(), case, me().id)


def _here() -> EmergencyAccess | None:
    """Return this session's present emergency access; looked up once a request."""
    if me().role not in CHAIR:
        return None
    if "opening" not in g:
        g.opening = kept.living_in(store(), sessions.this_one(), at=clock.now())
    found: EmergencyAccess | None = g.opening
    return found


@bp.app_context_processor
def _in_every_page() -> dict[str, Any]:
    return {"openings": _that_last}


def _that_last() -> list[tuple[EmergencyAccess, str]]:
    """Return the present emergency accesses and whose they are, for the people concerned."""
    member = g.get("me")
    if member is None or member.role not in CHAIR | ADMIN:
        return []
    lasting = kept.living(store(), at=clock.now())
    return [(one, staff.by_id(store(), one.staff_id).name) for one in lasting]


def _page(problems: list[Problem], status: int = 200) -> ResponseReturnValue:
    db, at = store(), clock.now()
    lasting, past = {one.id for one in kept.living(db, at=at)}, kept.latest(db)
    page = render_template(
        "staff/openings.html",
        problems=problems,
        may_open=me().role in CHAIR and _here() is None,
        closed=kept.closed_to(db, me().id) if _here() else None,
        past=[(one, one.id in lasting) for one in past],
        looks=kept.looks(db, since=min((one.opened_at for one in past), default=at)),
        whose=staff.names(db),
        has_totp=me().totp_secret is not None,
        minutes=kept.LASTS // clock.MINUTE,
    )
    return page, status
