"""Sending at a kiosk: few questions, one a screen, kept on the server as they are answered.

A draft is kept under a random visit cookie. After sending it holds no words and only leads to its
receipt, so Back, reload and a second tap never make a second proposal. A door of home begins a
visit of its own.
"""

from flask import redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from kiosk import limits, receipts
from kiosk.citizen import answers, bp, hinting, parking, questions
from kiosk.citizen.questions import CHECK, CHECK_STEP, PLACE, Question
from kiosk.citizen.sending import send, sent_as
from kiosk.citizen.steps import check_page, question_page, read_draft, with_status
from kiosk.visitor import begin_visit, is_own_path, this_kiosk, visit
from kiosk.web import busy, fault_page, store
from shared.db.connection import StoreUnavailable
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.proposal import NewProposal
from shared.domain.record import replace
from shared.runtime.guarded import ANYBODY
from shared.store.cases import drafts, reserved_codes
from shared.store.cases.drafts import Draft
from shared.store.cases.parked_drafts import ShelfFull
from shared.store.cases.proposals import Proposal
from shared.store.people import help_calls
from shared.store.people.devices import Device

# Within this time a second tap on a choice is the first one's.
SECOND_TAP_MS = 400
MANNER = "/gui/4?hoi=cach"
FRESH = "tu-dau=1"


@bp.get("/gui/<int:step>", allow=ANYBODY)
def ask(step: int) -> ResponseReturnValue:
    """Show one question, or the check of all answers at step 12."""
    if not 1 <= step <= CHECK_STEP:
        return fault_page(404)
    draft = _draft()
    sent = sent_as(draft.form_key) if draft else None
    if draft is None or (step == 1 and sent):
        return _from_the_start(step)
    if sent:
        return _receipt_of(sent)
    return check_page(draft, []) if step == CHECK_STEP else _shown(step, draft)


def lead_on() -> ResponseReturnValue:
    """Lead to the first question that this visitor has not answered."""
    draft = _draft()
    if draft is not None and sent_as(draft.form_key):
        _, draft, begun = _another_visit()
        answer = redirect(_fresh(questions.first_unanswered(draft.answers)), 303)
        _copy_cookies(begun, answer)
        return answer
    return redirect(questions.first_unanswered(draft.answers if draft else {}), 303)


@bp.post("/gui/<int:step>", allow=ANYBODY)
def answer_step(step: int) -> ResponseReturnValue:
    """Keep one answer and go on, or ask again with what to correct."""
    question = questions.on_screen(step, request.args.get("hoi", ""))
    if question is None:
        return fault_page(404)
    try:
        return _keep_answer(question)
    except StoreUnavailable as fault:
        typed = answers.typed(request.form, _fields_of(question))
        return busy(fault, question_page(question, typed, [Problem("", "err.busy")]))


@bp.post(f"/gui/{CHECK_STEP}", allow=ANYBODY)
def send_checked() -> ResponseReturnValue:
    """Send the checked answers, once."""
    known, draft = visit(), _draft()
    if "hold" in request.form and parking.is_done():
        return redirect("/giu-lai", 303)
    if known is None or draft is None:
        return redirect(questions.first_unanswered({}), 303)
    sent = sent_as(draft.form_key)
    if sent:
        return _receipt_of(sent)
    if "hold" in request.form and this_kiosk():
        return _hold(known, draft)
    try:
        return _send(known, draft)
    except StoreUnavailable as fault:
        return busy(fault, check_page(draft, [Problem("", "err.busy")]))


def _send(known: str, draft: Draft) -> Response:
    """Send what a draft says and lead to its receipt, or show what to correct. Raises
    StoreUnavailable."""
    if limits.too_many_sent():
        return with_status(check_page(draft, [Problem("", "err.too_many")]), 429)
    new = read_draft(draft.answers)
    if not isinstance(new, NewProposal):
        return with_status(check_page(draft, new), 422)
    kiosk = this_kiosk()
    receipt = send(
        new,
        form_key=draft.form_key,
        device_id=kiosk.id if kiosk else None,
        code=_set_aside(kiosk),
    )
    drafts.keep(store(), known, _emptied(draft), at=clock.now())
    return receipt


@bp.post(f"/gui/{CHECK_STEP}/giu-nguyen", allow=ANYBODY)
def leave_as_it_is() -> ResponseReturnValue:
    """Hide a hint: what it is about stays as it was written."""
    known, draft = visit(), _draft()
    if known is None or draft is None:
        return redirect(questions.first_unanswered({}), 303)
    keys = {hint.key for hint in hinting.hints_for(draft.answers)}
    left = hinting.left_in(draft.answers)
    if request.form.get("leave") in keys:
        left = [*left, request.form["leave"]]
    given = {**draft.answers, hinting.LEFT: left}
    drafts.keep(store(), known, replace(draft, answers=given), at=clock.now())
    return redirect(CHECK, 303)


def _emptied(draft: Draft) -> Draft:
    """Return what is left of a sent draft: its key, and which of the browser's takes belong to
    it."""
    of_the_browser = {
        name: value for name, value in draft.answers.items() if name in questions.OF_THE_BROWSER
    }
    return Draft(draft.form_key, of_the_browser)


def _set_aside(kiosk: Device | None) -> str | None:
    """Return the code that the kiosk set aside for this visit, if the kiosk may give it. If the
    idea is sent again without the server, it has the same code."""
    code = request.form.get("code", "")
    if kiosk is None or reserved_codes.device_of(store(), code) != kiosk.id:
        return None
    return code if reserved_codes.is_waiting(store(), code) else None


def _keep_answer(question: Question) -> ResponseReturnValue:
    """Keep one screen's answer in the draft. Raises StoreUnavailable."""
    if "hold" in request.form and parking.is_done():
        return redirect("/giu-lai", 303)
    known, draft, begun = _another_visit() if "new" in request.form else _draft_to_write()
    sent = sent_as(draft.form_key)
    if sent:
        return _receipt_of(sent)
    if _is_second_tap(draft):
        return redirect(questions.first_unanswered(draft.answers), 303)
    given = _merged(draft, question)
    stays = bool(request.form.keys() & {"stay", "hold", "go"})
    problems = [] if stays or "skip" in request.form else _problems_of(question, given)
    if stays or problems:
        given[PLACE] = _same_again(question)
    else:
        given = questions.passing(question, given)
        given[PLACE] = _where_next(question, given)
    kept = replace(draft, answers=given)
    drafts.keep(store(), known, kept, at=clock.now())
    answer = _answer_to(question, known, kept, problems)
    if begun is not None:
        _copy_cookies(begun, answer)
    return answer


def _answer_to(question: Question, known: str, kept: Draft, problems: list[Problem]) -> Response:
    """Return what follows on an answer that is kept: the next screen, or what was asked for."""
    if "stay" in request.form:
        return redirect(str(kept.answers[PLACE]), 303)
    if "go" in request.form:
        wanted = request.form["go"]
        return redirect(wanted if is_own_path(wanted) else "/", 303)
    if "hold" in request.form and this_kiosk():
        return _hold(known, kept, question)
    if problems:
        return with_status(question_page(question, kept.answers, problems), 422)
    if _is_all_said(question, kept.answers):
        return _send(known, kept)
    if question.name == "manner" and kept.answers.get("manner") == "help":
        return _to_a_person()
    following = str(kept.answers[PLACE])
    return redirect(_fresh(following) if "new" in request.form else following, 303)


def _is_second_tap(draft: Draft) -> bool:
    """Say whether a choice comes from a page whose choice was kept a moment ago: the finger hit
    twice, and the second time perhaps beside it."""
    drawn_at = request.form.get("turn", "")
    if not drawn_at.isdecimal() or drawn_at == str(draft.touched_at):
        return False
    return 0 <= clock.now() - draft.touched_at < SECOND_TAP_MS


def _is_all_said(question: Question, given: questions.Answers) -> bool:
    """Say whether nothing is left to look through: a recording was heard before, and its last
    question was answered by a button that says "send"."""
    if not questions.is_recorded(given) or request.form.get("then") == "check":
        return False
    return question.name == "consents" or (
        question.name == "contact" and "without_name" in request.form
    )


def _to_a_person() -> Response:
    kiosk = this_kiosk()
    if kiosk is None:
        return redirect("/tro-giup", 303)
    help_calls.ring(store(), kiosk.id, at=clock.now())
    return redirect("/can-bo", 303)


def _hold(known: str, draft: Draft, question: Question | None = None) -> Response:
    """Park a draft, or show the same screen again when no number is free."""
    try:
        return parking.park(known, draft)
    except ShelfFull:
        full = [Problem("", "hold.full")]
        if question is None:
            return with_status(check_page(draft, full), 409)
        return with_status(question_page(question, draft.answers, full), 409)


def _draft() -> Draft | None:
    known = visit()
    return drafts.of_visit(store(), known, at=clock.now()) if known else None


def _draft_to_write() -> tuple[str, Draft, Response | None]:
    """Return the visit, its draft, and the answer that carries a new visit's cookie."""
    known, draft = visit(), _draft()
    return (known, draft, None) if known and draft else _another_visit()


def _another_visit() -> tuple[str, Draft, Response]:
    """Begin a visit of its own in this browser; what the one before had answered is forgotten."""
    before, begun, kiosk = visit(), Response(), this_kiosk()
    if before:
        drafts.end(store(), before)
    if kiosk:
        help_calls.end_writing(store(), kiosk.id)
    known = begin_visit(begun)
    return known, drafts.begin(store(), known, at=clock.now()), begun


def _from_the_start(step: int) -> ResponseReturnValue:
    """Begin a draft at the question whose address was opened."""
    if step == CHECK_STEP:
        return redirect(questions.first_unanswered({}), 303)
    _, draft, begun = _another_visit()
    answer = _shown(step, draft)
    _copy_cookies(begun, answer)
    return answer


def _shown(step: int, draft: Draft) -> Response:
    """Return the question of a screen, or lead to the one that is asked instead."""
    part = request.args.get("hoi", "")
    wanted = questions.on_screen(step, part)
    if wanted is None:
        return fault_page(404)
    shown = wanted if part else questions.first_on_screen(step, draft.answers) or wanted
    if shown is not wanted:
        return redirect(shown.address, 303)
    if not shown.is_asked(draft.answers):
        return redirect(questions.first_unanswered(draft.answers), 303)
    return question_page(shown, draft.answers, [], turn=draft.touched_at)


def _receipt_of(sent: Proposal) -> Response:
    return receipts.lead_to(receipts.secret_of(sent.code))


def _merged(draft: Draft, question: Question) -> dict[str, object]:
    """Return the draft's answers with this screen's in place of its earlier ones."""
    kept = {name: value for name, value in draft.answers.items() if name not in question.fields}
    if left := hinting.still_left(kept, question.fields):
        kept[hinting.LEFT] = left
    else:
        kept.pop(hinting.LEFT, None)
    if request.form.get("without_name"):
        return answers.without_name(kept)
    kept.pop(f"spoken_{question.name}", None)
    if request.form.get("skip"):
        return kept
    return kept | answers.typed(request.form, _fields_of(question))


def _fields_of(question: Question) -> frozenset[str]:
    """Return the fields that a screen's form may send; with what it says about the browser it can
    be shown again when the store is away."""
    return frozenset({*question.fields, "devices", "manner", f"spoken_{question.name}"})


def _problems_of(question: Question, given: questions.Answers) -> list[Problem]:
    if question.name == "manner" and given.get("manner") not in questions.MANNERS:
        return [Problem("manner", "err.choice")]
    read = read_draft(given)
    if isinstance(read, NewProposal):
        return []
    return [problem for problem in read if problem.field in question.fields]


def _where_next(question: Question, given: questions.Answers) -> str:
    if not questions.is_possible(given):
        return MANNER
    if request.form.get("then") == "check" and question.name not in ("contact", "manner"):
        return CHECK
    return questions.first_unanswered(given)


def _fresh(address: str) -> str:
    """Return the address of a new visit's first screen: what scripts kept for the visit before goes
    (static/js/visit.js)."""
    return f"{address}{'&' if '?' in address else '?'}{FRESH}"


def _same_again(question: Question) -> str:
    """The address of a question as it was opened, for a visitor who said "I am still here"."""
    sign = "&" if "?" in question.address else "?"
    is_change = request.form.get("then") == "check"
    return question.address + (f"{sign}then=check" if is_change else "")


def _copy_cookies(source: Response, target: Response) -> None:
    for cookie in source.headers.getlist("Set-Cookie"):
        target.headers.add("Set-Cookie", cookie)
