"""What ends something: a page asks why, and what a case would lose for good waits, shown on its
case and on one list, taken back by one tap.

The page answers the first press, on the same address, so nothing ends at one tap.
What lapsed, because the case changed or the store was restored, stays on the list until somebody
has it done after all or lets it be.
"""

from collections.abc import Sequence

from flask import abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.forms import reading
from kiosk.staff.visibility import visible_case
from kiosk.web import say, settings, store
from shared.db.event_log import CITIZEN, SYSTEM
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.proposal import DetailMissing, MoveRefused
from shared.domain.record import Record
from shared.domain.roles import CHAIR, DESK, READERS
from shared.store.awards.decision_numbers import NumberTaken
from shared.store.cases import pending_acts, proposals
from shared.store.cases.pending_acts import SIGNED, PendingAct
from shared.store.cases.proposals import Proposal
from shared.store.people import staff
from shared.workflows import pending
from shared.workflows.pending import ActWaits


class ShownAct(Record):
    """One act as pages show it: `what` is its sentence, `who` put it, `only` the key of who alone
    takes it back, "" if the reader may."""

    id: str
    what: str
    who: str
    reason: str
    is_lapsed: bool
    only: str


class WaitingRow(Record):
    """An act on the list, with the code and the title of its case."""

    code: str
    title: str
    act: ShownAct


class WaitingNow(Record):
    """What the first page says of the list: how many acts wait, the hour of the `first` one, and
    how many lapsed."""

    waiting: int
    lapsed: int
    first: str


def reason_to_end(what: str, *, back: str, name: str = "", waits: bool = False) -> str:
    """Return why something is ended. A press that says no reason ends here, with the page that asks
    it: 200, or 422 if the page was sent with an empty one.

    `what` names the words of what ends and of what stays (`staff.ending.what`), `name` is what it
    is called, `back` the address that leaves it as it is; `waits`: it waits before it is done.
    """

    def page(problems: list[Problem]) -> str:
        return render_template(
            "staff/ending.html", what=what, name=name, back=back, waits=waits, problems=problems,
            given=request.form,
        )  # fmt: skip

    if "reason" not in request.form:
        abort(make_response(page([])))
    with reading(page) as given:
        return given.reason()


@bp.get("/viec-cho", allow=READERS)
def waiting_list() -> ResponseReturnValue:
    """Show what waits, the first due first, and what lapsed."""
    return _list()


@bp.post("/viec-cho/<act_id>/lay-lai", allow=DESK)
def take_act_back(act_id: str) -> ResponseReturnValue:
    """Take back an act that waits, or let a lapsed one be."""
    act, case = _wanted(act_id)
    if only := _only(act):
        return _refused(f"staff.acts.{only}", 403)
    if not pending.take_back(store(), case.id, act.id, actor=me().id, at=clock.now()):
        return _refused("staff.acts.gone", 409)
    return _back(case)


@bp.post("/viec-cho/<act_id>/lam-lai", allow=DESK)
def put_act_again(act_id: str) -> ResponseReturnValue:
    """Let a lapsed act wait once more."""
    act, case = _wanted(act_id)
    if only := _only(act):
        return _refused(f"staff.acts.{only}", 403)
    try:
        again = pending.put_again(store(), act.id, actor=me().id, at=clock.now())
    except ActWaits as fault:
        return _list([waits_problem(fault.act, "")]), 409
    except (MoveRefused, DetailMissing, NumberTaken):
        return _refused("staff.acts.not_any_more", 409)
    return _back(case) if again else _refused("staff.acts.gone", 409)


def waiting_now() -> WaitingNow | None:
    """Return what waits, for members of the desk; None if nothing does."""
    if me().role not in DESK:
        return None
    found = [one.act for one in pending_acts.seen_by(store(), me().id)]
    waiting = [one for one in found if one.state == "waits"]
    first = _when(waiting[0])["luc"] if waiting else ""
    return WaitingNow(len(waiting), len(found) - len(waiting), first) if found else None


def shown_acts(acts: Sequence[PendingAct]) -> list[ShownAct]:
    """Return acts as pages show them."""
    if not acts:
        return []
    names = staff.names(store())
    return [_shown(one, names.get(one.actor, "")) for one in acts]


def waits_problem(act: PendingAct, field: str) -> Problem:
    """Return that another act waits and must be done or taken back first."""
    return Problem(field, "staff.wrong.act_waits", {"viec": _what(act), **_when(act)})


def _only(act: PendingAct) -> str:
    """Return the key of who alone takes an act back, or has it done after all; "" if the reader
    may."""
    if act.kind in SIGNED and me().role not in CHAIR:
        return "chairs"
    return "theirs" if act.state == "waits" and act.actor == CITIZEN else ""


def _shown(act: PendingAct, name: str) -> ShownAct:
    is_lapsed = act.state == "lapsed"
    key = "will"
    if is_lapsed:
        key = "restored" if act.settled_by != SYSTEM else "lapsed_all" if act.batch else "lapsed"
    return ShownAct(
        act.id,
        say(f"staff.acts.{key}", viec=_what(act), **_when(act)),
        say("staff.who.citizen") if act.actor == CITIZEN else name,
        act.reason,
        is_lapsed,
        _only(act),
    )


def _what(act: PendingAct) -> str:
    """Return what will be done, in words: of a signature with its number and how many ideas."""
    if act.kind not in SIGNED:
        return say(f"staff.acts.kind.{act.kind}")
    step = pending.step_of(act)
    what = say(f"staff.acts.signs.{step}", so=act.details.get("decision_number", ""))
    many = int(act.details.get("many", 1))
    return say("staff.acts.signs.many", viec=what, n=many) if many > 1 else what


def _when(act: PendingAct) -> dict[str, str]:
    """Return the hour of an act, with the day if that is not today."""
    zone = settings().office.zone
    hour, day = clock.hour_words(act.due_at, zone), clock.day_words(act.due_at, zone)
    if day == clock.day_words(clock.now(), zone):
        return {"luc": hour}
    return {"luc": say("staff.acts.on_day", gio=hour, ngay=day)}


def _wanted(act_id: str) -> tuple[PendingAct, Proposal]:
    """Return an act and its case, or 404 if the member sees neither."""
    act = pending_acts.by_id(store(), act_id)
    if act is None:
        abort(404)
    return act, visible_case(proposals.by_id(store(), act.proposal_id).code)


def _back(case: Proposal) -> ResponseReturnValue:
    lists = {
        "list": "staff.waiting_list", "today": "staff.today", "sign": "staff.sign_off_queue",
    }  # fmt: skip
    if request.form.get("from") in lists:
        return redirect(url_for(lists[request.form["from"]]), 303)
    return redirect(url_for("staff.case", code=case.code), 303)


def _refused(key: str, status: int) -> ResponseReturnValue:
    return _list([Problem("", key)]), status


def _list(problems: Sequence[Problem] = ()) -> str:
    found = pending_acts.seen_by(store(), me().id)
    shown = shown_acts([one.act for one in found])
    rows = [WaitingRow(one.code, one.title, act) for one, act in zip(found, shown, strict=True)]
    return render_template(
        "staff/waiting_acts.html",
        waiting=[row for row in rows if not row.act.is_lapsed],
        lapsed=[row for row in rows if row.act.is_lapsed],
        problems=problems,
    )
