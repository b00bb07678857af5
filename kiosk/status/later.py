"""Four questions that nobody has to answer, asked once the receipt is there: all on a phone's page,
one a screen at a kiosk."""

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from kiosk.callers import RECEIPT
from kiosk.citizen import answers, questions
from kiosk.citizen.device import IDLE_SECONDS, wait
from kiosk.status import bp
from kiosk.status.receipt import behind
from kiosk.visitor import this_kiosk
from kiosk.web import busy, settings, store
from shared.db.connection import StoreUnavailable
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.proposal import RESIDENCES, NewProposal
from shared.domain.record import replace
from shared.store.cases import authors, consents, later_answers
from shared.store.cases.later_answers import LaterAnswers
from shared.store.cases.proposals import Proposal
from shared.texts import NOTICE_VERSION

# As the form on the way asks them; words of one's own are added on the receipt.
_ASKED = {
    question.name: replace(question, fields=later_answers.QUESTIONS[question.name], required=False)
    for question in questions.QUESTIONS
    if question.name in later_answers.QUESTIONS
}
_FIELDS = frozenset(name for question in _ASKED.values() for name in question.fields)


@bp.get("/r/<secret>/hoi-them", allow=RECEIPT)
def ask_later(secret: str) -> ResponseReturnValue:
    """Ask what nobody has answered yet; at a kiosk the question that `cau` names."""
    found = behind(secret)
    if not isinstance(found, Proposal):
        return found
    asked = _asked(found, request.args.get("cau", ""))
    if not asked and not _may_name(found):
        return redirect(url_for("status.receipt", secret=secret), 303)
    return _page(found, secret, asked, {}, [])


@bp.post("/r/<secret>/hoi-them", allow=RECEIPT)
def answer_later(secret: str) -> ResponseReturnValue:
    """Keep what was answered and lead on: at a kiosk to the next question, else to the receipt."""
    found = behind(secret)
    if not isinstance(found, Proposal):
        return found
    asked = _asked(found, request.form.get("cau", ""))
    typed = _with_place(answers.typed(request.form, _FIELDS))
    said = answers.read(typed, "audio")
    if not isinstance(said, NewProposal):
        wrong = [problem for problem in said if problem.field in _FIELDS]
        return Response(_page(found, secret, asked, typed, wrong), 422, mimetype="text/html")
    try:
        kept = _keep(found, said)
    except StoreUnavailable as fault:
        return busy(fault, _page(found, secret, asked, typed, [Problem("", "err.busy")]))
    following = _following(found, request.form.get("cau", "")) if this_kiosk() else ""
    if following:
        return redirect(url_for("status.ask_later", secret=secret, cau=following), 303)
    return redirect(url_for("status.receipt", secret=secret, moi="hoi-them" if kept else None), 303)


def _keep(found: Proposal, said: NewProposal) -> bool:
    at = clock.now()
    given = LaterAnswers(said.effects, said.maturity, said.category, said.residence, said.hamlet)
    kept = bool(later_answers.keep(store(), found.code, given, at=at))
    if request.form.get("consents.name_me") == "yes":
        consents.agree_to_be_named(store(), found.id, notice=NOTICE_VERSION, at=at)
        kept = True
    return kept or bool(request.form.get("cau"))


def _asked(found: Proposal, wanted: str) -> list[questions.Question]:
    """Return the questions of a page."""
    left = [_ASKED[name] for name in later_answers.unanswered(found)]
    if not this_kiosk():
        return left
    return [one for one in left if one.name == wanted] or left[:1]


def _following(found: Proposal, done: str) -> str:
    """Return the question that a kiosk asks after one, "" after the last."""
    order = list(later_answers.QUESTIONS)
    rest = order[order.index(done) + 1 :] if done in order else []
    return next((name for name in rest if name in later_answers.unanswered(found)), "")


def _may_name(found: Proposal) -> bool:
    """Say whether the sender is asked for their consent to be named, where they are alone."""
    return not this_kiosk() and consents.may_be_asked_to_be_named(authors.of(store(), found.id))


def _with_place(typed: dict[str, object]) -> dict[str, object]:
    """Return the answers with the one word that stands for where one lives: a hamlet of the
    office's list, or one of RESIDENCES."""
    where = request.form.get("where", "")
    if where in settings().office.hamlets:
        return {**typed, "residence": "in_commune", "hamlet": where}
    return {**typed, "residence": where} if where in RESIDENCES else typed


def _page(
    found: Proposal,
    secret: str,
    asked: Sequence[questions.Question],
    given: questions.Answers,
    problems: Sequence[Problem],
) -> str:
    wait(IDLE_SECONDS)
    left = later_answers.unanswered(found)
    return render_template(
        "status/later.html",
        secret=secret,
        questions=asked,
        left=len(left),
        given=given,
        problems=problems,
        hamlets=settings().office.hamlets,
        may_name=_may_name(found),
    )
