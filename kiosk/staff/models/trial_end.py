"""The page on which a trial's end is settled: it goes on until another day, or ends with its
result."""

from collections.abc import Sequence
from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.forms import LINE_LETTERS, Form, Reader, reading, sending_key
from kiosk.staff.visibility import visible_case
from kiosk.web import local_now, say, settings, store
from shared.db.event_log import new_id
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.proposal import TEXT_LETTERS, MoveRefused, Status
from shared.domain.record import Record, replace
from shared.domain.roles import DESK
from shared.store.cases.moves import MoveStale
from shared.store.cases.proposals import Proposal
from shared.store.models.trials import Trial
from shared.workflows import council_gate, trial_end
from shared.workflows.correct_sender import SenderUnasked
from shared.workflows.council_gate import NotReady
from shared.workflows.trial_end import OUTCOMES

_GO_ON = "go_on"


class TrialSaid(Record):
    """What was said of a trial's end: `outcome` is go_on or one of OUTCOMES, `until` its new last
    day ("" if it ends), `anyway` why the council gets it though something is missing."""

    outcome: str
    trial: Trial
    until: str
    result: str
    reason: str
    anyway: str


@bp.get("/ho-so/<code>/het-lam-thu", allow=DESK)
def trial_ends(code: str) -> ResponseReturnValue:
    """Ask what becomes of a trial; a case that is not on trial leads to its own page."""
    here = visible_case(code)
    return _page(here) if here.status is Status.ON_TRIAL else _to_case(here)


@bp.post("/ho-so/<code>/het-lam-thu", allow=DESK)
def settle_trial(code: str) -> ResponseReturnValue:
    """Let a trial go on until another day, or end it with its result: the case goes to the
    council."""
    here = visible_case(code)
    if here.status is not Status.ON_TRIAL:  # pressed twice, or a colleague was faster
        return _to_case(here)
    with reading(lambda wrong: _page(here, wrong)) as given:
        said = _read(given, here)
    try:
        _settle(here, said, key=sending_key(request.form), at=clock.now())
    except NotReady as fault:
        lacks = [Problem("anyway", f"staff.gate.{name}") for name in fault.missing]
        return _page(here, [*lacks, Problem("anyway", "staff.gate.anyway_hint")]), 409
    except SenderUnasked:
        return _page(here, [Problem("", "staff.wrong.unasked")]), 409
    except (MoveStale, MoveRefused):
        return _to_case(here)
    return _to_case(here)


def _settle(here: Proposal, said: TrialSaid, *, key: str, at: int) -> None:
    if said.outcome == _GO_ON:
        noted = say(
            "staff.trial_end.noted_on", ngay=clock.written_day(said.until), ly_do=said.reason
        )
        trial_end.go_on(
            store(), here, said.trial, said.until, noted, key=key, actor=me().id, at=at
        )  # fmt: skip
        return
    came = say(f"staff.trial_end.came.{said.outcome}")
    noted = say("staff.trial_end.noted_end", ket_qua=came, ly_do=said.reason)
    ended = replace(said.trial, result=f"{came}. {said.result}")
    trial_end.end(
        store(), here, ended, noted, said.anyway, key=key, actor=me().id, at=at,
        zone=settings().office.zone,
    )  # fmt: skip


def _read(given: Reader, here: Proposal) -> TrialSaid:
    outcome = given.choice("outcome", (_GO_ON, *OUTCOMES))
    trial, reason = _read_trial(given, here), given.reason()
    until = _read_until(given, _today()) if outcome == _GO_ON else ""
    empty = "staff.trial_end.result_empty" if outcome in OUTCOMES else ""
    result = given.text("result", TEXT_LETTERS, empty=empty)
    return TrialSaid(outcome, trial, until, result, reason, given.reason_if_any("anyway"))


def _read_trial(given: Reader, here: Proposal) -> Trial:
    """Return the trial as it is recorded; where and by whom is asked if nobody wrote that down."""
    trial = trial_end.known(store(), here)
    if trial.place:
        return trial
    place, run_by = (
        given.line(name, LINE_LETTERS, empty="staff.models.place_empty")
        for name in ("place", "run_by")
    )
    return replace(trial, place=place, run_by=run_by)


def _read_until(given: Reader, today: date) -> str:
    until = given.day("until")
    if until and until <= today.isoformat():
        given.wrong("until", "staff.wrong.day_past")
    return until


def _page(here: Proposal, problems: Sequence[Problem] = ()) -> str:
    trial = trial_end.known(store(), here)
    return render_template(
        "staff/trial_end.html",
        case=here,
        trial=trial,
        is_over=bool(trial.to_day) and trial.to_day < _today().isoformat(),
        outcomes=[("", say("staff.do.not_chosen"))]
        + [(one, say(f"staff.trial_end.outcome.{one}")) for one in (_GO_ON, *OUTCOMES)],
        lacks=council_gate.missing(store(), here),
        key=new_id(),
        problems=problems,
        given=request.form if problems else Form(),
    )


def _today() -> date:
    return local_now().date()


def _to_case(here: Proposal) -> ResponseReturnValue:
    return redirect(url_for("staff.case", code=here.code), 303)
