"""Moves a case along the table, and says so plainly if a colleague was faster."""

from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import scanning
from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.cases.merging import kept_code, merge_page
from kiosk.staff.cases.move_form import field_id, read_details, read_status
from kiosk.staff.cases.offered import is_theirs, needed_here
from kiosk.staff.cases.page import case_page
from kiosk.staff.cases.timeline import timeline
from kiosk.staff.forms import reading
from kiosk.staff.pending import waits_problem
from kiosk.staff.visibility import visible_case
from kiosk.web import settings, store
from shared.db import event_log
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.proposal import DetailMissing, MoveRefused, NotTheirs, Status, following
from shared.domain.roles import DESK
from shared.store.awards.decision_numbers import NumberTaken
from shared.store.cases import moves, proposals
from shared.store.cases.moves import MoveStale
from shared.store.cases.proposals import Proposal
from shared.store.people import staff
from shared.workflows import case_steps, pending
from shared.workflows.correct_sender import SenderUnasked
from shared.workflows.council_gate import NotReady
from shared.workflows.pending import ActWaits


@bp.post("/ho-so/<code>/move", allow=DESK)
def move(code: str) -> ResponseReturnValue:
    """Move a case and tell its sender."""
    here, at, zone = visible_case(code), clock.now(), settings().office.zone
    wanted = read_status(request.form.get("to"))
    if wanted is None:
        return case_page(here, problems=[Problem("moves", "staff.wrong.step")], status=422)
    if not is_theirs(here, wanted):
        return _signed_by_the_chair(here, wanted)
    details = _details(here, wanted, today=clock.to_local(at, zone).date())
    seen = read_status(request.form.get("seen"))
    try:
        if wanted in pending.WAITING_STEPS:
            pending.ask_to_move(
                store(), here.code, wanted, actor=me().id, at=at, details=details, seen=seen
            )
        else:
            case_steps.move(
                store(), here.code, wanted,
                actor=me().id, at=at, zone=zone, details=details, seen=seen,
            )  # fmt: skip
    except ActWaits as fault:
        return case_page(here, problems=[waits_problem(fault.act, "moves")], status=409)
    except DetailMissing as fault:
        problems = [Problem(field_id(wanted, name), "staff.wrong.into") for name in fault.names]
        return _again(here, wanted, problems)
    except NumberTaken as fault:
        blanks = {"ngay": clock.written_day(fault.day), "ma": fault.code}
        place = field_id(wanted, "decision_number")
        problems = [Problem(place, "staff.sign.number_taken", blanks)]
        return _again(here, wanted, problems)
    except NotTheirs:
        return _signed_by_the_chair(here, wanted)
    except NotReady as fault:
        return _not_ready(here, fault.missing)
    except SenderUnasked:
        return case_page(here, problems=[Problem("unasked", "staff.wrong.unasked")], status=409)
    except (MoveStale, MoveRefused):
        return _too_late(proposals.by_code(store(), here.code), wanted, details)
    return redirect(url_for("staff.case", code=here.code), 303)


def _details(here: Proposal, wanted: Status, *, today: date) -> dict[str, str]:
    """Return what the step's form says; a problem answers with the form as it was typed."""
    with reading(lambda wrong: _again(here, wanted, wrong), within=wanted) as given:
        details = read_details(
            given,
            wanted,
            today=today,
            needed=needed_here(here, wanted),
            read_code=scanning.code_in,
        )
        if wanted is Status.AT_COUNCIL:
            details["anyway"] = given.reason_if_any("anyway")
    if details.get("into"):  # a case that one may not see counts as one that does not exist
        details["into"] = kept_code(details["into"])
    return details


def _again(here: Proposal, wanted: Status, problems: list[Problem]) -> ResponseReturnValue:
    """Return the page of the step's form, with what was typed and what is wrong with it."""
    if wanted is Status.MERGED:
        typed = request.form.get("into", "")
        return merge_page(here, typed, problems=problems, status=422)
    return case_page(here, problems=problems, open_step=wanted, status=422)


def _not_ready(here: Proposal, missing: tuple[str, ...]) -> ResponseReturnValue:
    """Answer a case that lacks something for the council: what, where to mend it, or why not."""
    problems = [Problem(f"lack-{name}", f"staff.gate.{name}") for name in missing]
    asks = Problem(field_id(Status.AT_COUNCIL, "anyway"), "staff.gate.anyway_hint")
    return case_page(here, problems=[*problems, asks], open_step=Status.AT_COUNCIL, status=409)


def _signed_by_the_chair(here: Proposal, wanted: Status) -> ResponseReturnValue:
    """Answer a member of the desk who tried what only the chair decides."""
    key = "not_signed" if wanted is Status.REPLICATED else "chair_signs"
    return case_page(here, problems=[Problem("moves", f"staff.wrong.{key}")], status=403)


def _too_late(now: Proposal, wanted: Status, details: dict[str, str]) -> ResponseReturnValue:
    """Answer a move that the table or a colleague's move did not allow."""
    db = store()
    if case_steps.has_made(db, now.code, wanted, details, actor=me().id):
        return redirect(url_for("staff.case", code=now.code), 303)
    seen = read_status(request.form.get("seen"))
    if seen in (None, now.status) and wanted in following(now.status, now.merged_from):
        # The table allows it, but the other case of the merge does not.
        problem = Problem(field_id(wanted, "into"), "staff.wrong.into_dead")
        return _again(now, wanted, [problem])
    names = staff.names(db)
    entries = timeline(
        event_log.of_proposal(db, now.id), moves.of_proposal(db, now.id), (), (), names
    )
    moved = [entry for entry in entries if entry.kind == "moved"]
    page = render_template(
        "staff/stale.html", case=now, wanted=wanted, last=moved[-1] if moved else None
    )
    return page, 409
