"""Sending on a phone: one box and one number on a page, everything else folded; one request down
and one up. What is left out is taken as of an SMS."""

import re
from collections.abc import Sequence

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from kiosk import limits
from kiosk.citizen import answers, bp, hinting, questions, wizard
from kiosk.citizen.home import remember_language
from kiosk.citizen.sending import new_key, send
from kiosk.drawn_once import page
from kiosk.speaking import speak
from kiosk.visitor import this_kiosk
from kiosk.web import busy, local_now
from shared.db.connection import StoreUnavailable
from shared.domain.hints import Hint
from shared.domain.intake import Problem
from shared.domain.proposal import TEXT_LETTERS, NewProposal
from shared.domain.vietnamese import one_line
from shared.runtime.base_app import this_request
from shared.runtime.guarded import ANYBODY
from shared.texts import NOTICE_VERSIONS

# More than there are hints; a stranger's form may hold any number.
_MOST_LEFT = 20
# A text that somebody pasted, far too long, still comes back as a form that says what to shorten.
# Each letter may be nine signs on its way.
_MOST_BYTES = 960 * 1024
_FIELDS = answers.FIELDS | {"mobiliser"}
_FOLDED = frozenset({"name", *(name for one in questions.FOLDED for name in one.fields)})


@bp.get("/gui", allow=ANYBODY)
def form() -> ResponseReturnValue:
    """Show the whole form; a kiosk leads to the first of its questions that is not answered. `moi`
    is the code of the poster that led here."""
    if this_kiosk():
        return wizard.lead_on()
    mobiliser = one_line(request.args.get("moi", "")).lower()
    own = _own(new_key(), mobiliser if re.fullmatch(r"[a-z0-9-]{1,20}", mobiliser) else "")
    return page(
        "citizen/form.html", own, folded=questions.FOLDED, letters=TEXT_LETTERS, letters_left=None,
        year=_year(),
    )  # fmt: skip


@bp.post("/gui", allow=ANYBODY)
def send_form() -> ResponseReturnValue:
    """Keep what the form says and show its receipt, or show the form again with what to correct."""
    asked = this_request()
    asked.max_content_length = asked.max_form_memory_size = _MOST_BYTES
    sent = asked.form
    given = answers.typed(sent, _FIELDS)
    # A page without the version is from before pages named it.
    given.setdefault("notice", NOTICE_VERSIONS[0])
    if sent.get("without_name"):
        given = answers.without_name(given)
    form_key = sent.get("key", "")[:64] or new_key()
    if "to" in sent:
        return _in_another_language(given, form_key)
    if limits.too_many_sent():
        return _page(given, [Problem("", "err.too_many")], form_key), 429
    new = answers.read(given, "web")
    if not isinstance(new, NewProposal):
        return _page(given, new, form_key), 422
    try:
        hints = hinting.weighty_hints_for(answers.titled(given), _left())
        if hints:
            return _page(given, [], form_key, hints)
        return send(new, form_key=form_key, device_id=None)
    except StoreUnavailable as fault:
        return busy(fault, _page(given, [Problem("", "err.busy")], form_key))


def _in_another_language(given: questions.Answers, form_key: str) -> ResponseReturnValue:
    """Show the form in the language that was chosen below it, with all that was typed."""
    speak(request.form["to"])
    answer = make_response(_page(given, [], form_key))
    remember_language(answer, request.form["to"])
    return answer


def _page(
    given: questions.Answers,
    problems: list[Problem],
    form_key: str,
    hints: Sequence[Hint] = (),
) -> str:
    solution = answers.text(given, "solution")
    return render_template(
        "citizen/form.html",
        folded=questions.FOLDED,
        is_open=_is_open(given, problems),
        letters=TEXT_LETTERS,
        letters_left=TEXT_LETTERS - len(solution) if solution else None,
        given=given,
        problems=problems,
        own=_own(form_key, answers.text(given, "mobiliser")),
        hints=hints,
        left=[*_left(), *(hint.key for hint in hints)],
        year=_year(),
    )


def _year() -> int:
    """Return the year that an idea counts to if it is sent now (R24); an insider's may be the next,
    which the question about it says."""
    return local_now().year


def _own(form_key: str, mobiliser: str) -> dict[str, str]:
    """Return what is this form's own: its key, and the code of its poster if there is one."""
    return {"key": form_key, "mobiliser": mobiliser} if mobiliser else {"key": form_key}


def _is_open(given: questions.Answers, problems: list[Problem]) -> bool:
    """Say whether something folded was filled in, or must be put right."""
    return any(given.get(name) for name in _FOLDED) or any(one.field in _FOLDED for one in problems)


def _left() -> list[str]:
    """Return the keys of the hints that were shown before."""
    return [one_line(key)[:60] for key in request.form.getlist("left")[:_MOST_LEFT]]
