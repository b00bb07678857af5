"""Sending on a phone: every question on one page, one request down and one up."""

import re
from collections.abc import Sequence

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from kiosk import limits
from kiosk.citizen import answers, bp, hinting, questions
from kiosk.citizen.sending import send
from kiosk.visitor import this_kiosk
from kiosk.web import busy
from shared.db.connection import StoreUnavailable
from shared.db.event_log import new_id
from shared.domain.hints import Hint
from shared.domain.intake import Problem
from shared.domain.proposal import NewProposal
from shared.domain.vietnamese import one_line
from shared.runtime.guarded import ANYBODY

# More than there are hints; a stranger's form may hold any number.
_MOST_LEFT = 20


@bp.get("/gui", allow=ANYBODY)
def form() -> ResponseReturnValue:
    """Show the whole form; at a kiosk, the same questions one a screen. `moi` is the code of the
    poster that led here."""
    if this_kiosk():
        return redirect("/gui/1", 303)
    mobiliser = one_line(request.args.get("moi", "")).lower()
    is_code = re.fullmatch(r"[a-z0-9-]{1,20}", mobiliser)
    return _page({"mobiliser": mobiliser} if is_code else {}, [], new_id())


@bp.post("/gui", allow=ANYBODY)
def send_form() -> ResponseReturnValue:
    """Keep what the form says and show its receipt, or show the form again with what to correct."""
    given = answers.typed(request.form, answers.FIELDS | {"mobiliser"})
    if request.form.get("without_name"):
        given = answers.without_name(given)
    form_key = request.form.get("key", "")[:64] or new_id()
    if limits.too_many_sent():
        return _page(given, [Problem("", "err.too_many")], form_key), 429
    new = answers.read(given, "web")
    if not isinstance(new, NewProposal):
        return _page(given, new, form_key), 422
    try:
        hints = hinting.weighty_hints_for(given, _left())
        if hints:
            return _page(given, [], form_key, hints)
        return send(new, form_key=form_key, device_id=None)
    except StoreUnavailable as fault:
        return busy(fault, _page(given, [Problem("", "err.busy")], form_key))


def _page(
    given: questions.Answers,
    problems: list[Problem],
    form_key: str,
    hints: Sequence[Hint] = (),
) -> str:
    return render_template(
        "citizen/form.html",
        questions=questions.WRITTEN,
        given=given,
        problems=problems,
        form_key=form_key,
        hints=hints,
        left=[*_left(), *(hint.key for hint in hints)],
    )


def _left() -> list[str]:
    """Return the keys of the hints that were shown before."""
    return [one_line(key)[:60] for key in request.form.getlist("left")[:_MOST_LEFT]]
