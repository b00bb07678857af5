"""A half-written idea is parked under a slip of four digits, and opened again at any kiosk here.

Names, numbers, recordings and photographs are not parked (docs/decisions/0017). Only enrolled
kiosks have these screens; a member of staff who helps sees no more on them than the citizen would.
"""

import re
import secrets
from collections.abc import Iterator

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from kiosk import limits
from kiosk.callers import KIOSK
from kiosk.citizen import answers, bp, questions
from kiosk.citizen.device import IDLE_SHORT_SECONDS, wait
from kiosk.visitor import begin_visit, this_kiosk, visit
from kiosk.web import busy, fault_page, settings, store
from shared.db.connection import StoreUnavailable
from shared.domain import clock, codes
from shared.store.cases import parked_drafts
from shared.store.cases.drafts import Draft

_FOUR_DIGITS = re.compile(r"[0-9]{4}")


def park(known: str, draft: Draft) -> Response:
    """Park a visit's draft and lead to its slip. Raises ShelfFull, StoreUnavailable."""
    at = clock.now()
    zone = settings().office.zone
    parked_drafts.park(
        store(),
        known,
        Draft(draft.form_key, answers.to_hold(draft.answers)),
        numbers=_numbers(),
        at=at,
        until=clock.end_of_day(clock.to_local(at, zone).date(), zone),
    )
    return redirect("/giu-lai", 303)


def is_done() -> bool:
    """Say whether this visit has a slip already: the button was tapped twice."""
    return _slip_of_visit() is not None


@bp.get("/giu-lai", allow=KIOSK)
def slip() -> ResponseReturnValue:
    """Show the number of the slip, to the visit that got it."""
    given = _slip_of_visit()
    if given is None:
        return redirect("/", 303)
    wait(IDLE_SHORT_SECONDS)
    return render_template("citizen/slip.html", slip=given)


@bp.get("/lam-tiep", allow=KIOSK)
def ask_for_slip() -> ResponseReturnValue:
    """Ask for the number of a slip."""
    if this_kiosk() is None:
        return fault_page(404)
    answer = _page("", None)
    if visit() is None:
        # Before the number is sent: if the answer to that is lost, the same visit asks again.
        begin_visit(answer)
    return answer


@bp.post("/lam-tiep", allow=KIOSK)
def pick_up() -> ResponseReturnValue:
    """Open the idea that waits under a number, or say that there is none."""
    kiosk, known = this_kiosk(), visit()
    if kiosk is None:
        return fault_page(404)
    if known is None:
        return redirect("/lam-tiep", 303)
    number = codes.tidy(request.form.get("so", ""))
    if not _FOUR_DIGITS.fullmatch(number):
        return _page(number[:12], "hold.wrong_shape", 422)
    at = clock.now()
    try:
        draft = limits.at_kiosk(kiosk, lambda: parked_drafts.pick_up(store(), number, known, at=at))
    except limits.TooManyGuesses as fault:
        return _page("", "hold.locked", 429, fault.minutes)
    except StoreUnavailable as fault:
        return busy(fault, _page(number, "err.busy"))
    if draft is None:
        return _page(number, "hold.unknown", 404)
    return redirect(questions.place(draft.answers), 303)


def _slip_of_visit() -> parked_drafts.ParkedSlip | None:
    known = visit()
    return (
        parked_drafts.of_visit(store(), known, at=clock.now()) if known and this_kiosk() else None
    )


def _page(typed: str, problem: str | None, status: int = 200, minutes: int = 0) -> Response:
    wait(IDLE_SHORT_SECONDS)
    page = render_template("citizen/pick_up.html", typed=typed, problem=problem, minutes=minutes)
    return Response(page, status, mimetype="text/html")


def _numbers() -> Iterator[str]:
    """Random numbers, never in a row: one number says nothing about the next."""
    while True:
        yield f"{secrets.randbelow(10_000):04d}"
