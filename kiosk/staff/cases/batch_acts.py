"""What can be done to several cases at once; each act passes the same rules as on one alone."""

from collections.abc import Callable

from kiosk.staff.access import me
from kiosk.staff.forms import Reader
from kiosk.web import say, settings, store
from shared.domain import clock
from shared.domain.proposal import CATEGORIES, DetailMissing, MoveRefused, Status
from shared.domain.record import Record, replace
from shared.domain.roles import DESK
from shared.store.cases import proposals
from shared.store.cases.moves import MoveStale
from shared.store.cases.proposals import Proposal
from shared.store.people import staff
from shared.store.people.staff import StaffMember
from shared.workflows import case_steps, pending
from shared.workflows.correct_sender import SenderUnasked
from shared.workflows.council_gate import NotReady
from shared.workflows.pending import ActWaits

REASON = "reason"


class Act(Record):
    """One thing to do to several cases: `what` says it, `do` does it to one and answers with the
    key of why it was left, "" if it was done. `step` is the step that it makes, None for none;
    `given` is what its form said, for the form that asks whether to go on."""

    what: str
    do: Callable[[Proposal], str]
    step: Status | None
    given: dict[str, str]


def read_act(given: Reader) -> Act:
    """Return the act that a form asks for; what is wrong in it stands in its problems."""
    name = given.form.get("what", "")
    if name == "assign":
        return _assign(given)
    if name == "category":
        category = given.choice("category", CATEGORIES, at="b-category")
        words = say("staff.bulk.will_category", nhom=say(f"choice.category.{category or 'none'}"))
        kept = {"what": name, "category": category}
        return Act(words, lambda here: _classify(here, category), None, kept)
    if name in _STEPS:
        step = _STEPS[name]
        words = say("staff.bulk.will_move", buoc=say(f"status.{step}.label"))
        return Act(words, lambda here: _move(here, step), step, {"what": name})
    if name == "close":
        reason = _reason(given)
        words = say("staff.bulk.will_close", lydo=reason)
        kept = {"what": name, REASON: reason}
        return Act(words, lambda here: _close(here, reason), Status.CLOSED, kept)
    given.wrong("", "staff.bulk.nothing_to_do")
    return Act("", lambda here: "staff.bulk.nothing_to_do", None, {})


_STEPS = {"appraise": Status.UNDER_APPRAISAL, "council": Status.AT_COUNCIL}


def assignable() -> list[StaffMember]:
    """Return who may be given cases."""
    return [one for one in staff.everyone(store()) if one.is_active and one.role in DESK]


def _assign(given: Reader) -> Act:
    names = {one.id: one.name for one in assignable()}
    staff_id = given.choice("assignee", names, empty="staff.wrong.assignee", at="b-assignee")
    words = say("staff.bulk.will_assign", ai=names.get(staff_id, ""))
    kept = {"what": "assign", "assignee": staff_id}
    return Act(words, lambda here: _give(here, staff_id), None, kept)


def _reason(given: Reader) -> str:
    """Return why cases are closed: a ready sentence or one's own words."""
    if given.said("own"):
        return given.reason("own", at="b-own")
    return given.reason(REASON, at="b-reason")


def _give(here: Proposal, staff_id: str) -> str:
    if here.assignee_id == staff_id:
        return "staff.bulk.already"
    if not replace(here, assignee_id=staff_id).is_open_to(me().id):
        return "staff.bulk.confidential"
    case_steps.assign(store(), here.code, staff_id, actor=me().id, at=clock.now())
    return ""


def _classify(here: Proposal, category: str) -> str:
    if here.category == category:
        return "staff.bulk.already"
    proposals.classify(
        store(), here.code, category=category, field=here.field, actor=me().id, at=clock.now()
    )
    return ""


def _move(here: Proposal, wanted: Status) -> str:
    if here.status is wanted:
        return "staff.bulk.already"
    try:
        case_steps.move(
            store(), here.code, wanted,
            actor=me().id, at=clock.now(), zone=settings().office.zone, seen=here.status,
        )  # fmt: skip
    except SenderUnasked:
        return "staff.bulk.unasked"
    except NotReady:
        return "staff.bulk.not_ready"
    except (MoveStale, MoveRefused, DetailMissing):
        return "staff.bulk.not_from_here"
    return ""


def _close(here: Proposal, reason: str) -> str:
    try:
        pending.ask_to_move(
            store(), here.code, Status.CLOSED, actor=me().id, at=clock.now(),
            details={REASON: reason}, seen=here.status,
        )  # fmt: skip
    except ActWaits:
        return "staff.bulk.act_waits"
    except (MoveStale, MoveRefused, DetailMissing):
        return "staff.bulk.not_from_here"
    return ""
