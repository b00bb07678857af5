"""The desk for personal data: who asks what about their data, by when it must be done, and the
papers for them. data_acts.py carries the requests out."""

from collections.abc import Sequence
from datetime import date

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import scanning
from kiosk.staff import break_glass, navigation
from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.due import DueLabel
from kiosk.staff.forms import reading, sending_key
from kiosk.staff.navigation import NavigationLink, Shown
from kiosk.staff.pending import shown_acts
from kiosk.staff.privacy.data_form import read_request
from kiosk.staff.visibility import seen_case
from kiosk.web import say, settings, store
from shared.db.event_log import new_id
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.roles import DESK, READERS
from shared.store.cases import authors, pending_acts, proposals, redactions
from shared.store.cases.proposals import Proposal
from shared.store.people import staff
from shared.store.privacy import data_requests
from shared.store.privacy.data_requests import (
    DESK_WAYS,
    IDENTITIES,
    KINDS,
    MORE_DAYS,
    OUTCOMES,
    DataRequest,
    RequestUnknown,
)
from shared.workflows import case_steps, correct_sender, erase, subject_access

SOON_DAYS = 3

TABS = (
    NavigationLink(
        "staff.data.tab.requests", "staff.data_request_list", data_requests.count_waiting
    ),
    NavigationLink("staff.data.tab.retention", "staff.retention"),
)


def tabs() -> list[Shown]:
    """Return the tabs of the desk that the member may open."""
    return navigation.draw(navigation.open_to(me(), TABS))


@bp.get("/du-lieu", allow=READERS)
def data_request_list() -> ResponseReturnValue:
    """Show the open requests, the nearest day first."""
    return _list()


@bp.post("/du-lieu", allow=READERS)
def add_data_request() -> ResponseReturnValue:
    """Keep what somebody asks at the desk."""
    found = seen_case(scanning.code_in(request.form.get("code", "")))
    with reading(_list) as given:
        new = read_request(given, found.id if found else None)
    kept = data_requests.add(
        store(), new, key=f"desk|{sending_key(request.form)}", zone=settings().office.zone,
        at=clock.now(), actor=me().id,
    )  # fmt: skip
    return redirect(url_for("staff.data_request", request_id=kept.id), 303)


@bp.get("/du-lieu/<request_id>", allow=READERS)
def data_request(request_id: str) -> ResponseReturnValue:
    """Show one request."""
    return request_page(wanted(request_id))


@bp.get("/du-lieu/<request_id>/thu", allow=READERS)
def data_letter(request_id: str) -> ResponseReturnValue:
    """Show the letter about the result of a request, and record who printed it."""
    found, at = wanted(request_id), clock.now()
    case = case_of(found)
    if case is not None:
        case_steps.note_view(store(), case.id, "viewed_personal_details", actor=me().id, at=at)
    return render_template(
        "print/data_letter.html", asked=found, case=case, who=_who(found, case), at=at
    )


@bp.get("/du-lieu/<request_id>/ban-sao", allow=DESK)
def data_copy(request_id: str) -> ResponseReturnValue:
    """Show everything that is kept about the asker, to print and hand over, and record who took it.
    Nothing is shown before they have shown who they are, nor to a reader who sees the case
    redacted: the words stand there as they were sent."""
    found = wanted(request_id)
    case = case_of(found)
    if case is None:
        abort(404)
    if not found.is_proven:
        return request_page(found, [Problem("identity", "staff.data.wrong.proof")], 422)
    if redactions.hides(store(), case, break_glass.look(case)):
        return request_page(found, [Problem("", "staff.data.wrong.veiled")], 403)
    at = clock.now()
    case_steps.note_view(store(), case.id, "data_copied", actor=me().id, at=at)
    return render_template(
        "print/data_copy.html", asked=found, held=subject_access.everything(store(), case), at=at
    )


def wanted(request_id: str) -> DataRequest:
    """Return the request with that id, or 404; one of a confidential case only for its assignee."""
    try:
        return data_requests.seen_by(store(), request_id, me().id)
    except RequestUnknown:
        abort(404)


def case_of(found: DataRequest) -> Proposal | None:
    """Return the case a request is about, or None."""
    return proposals.by_id(store(), found.proposal_id) if found.proposal_id else None


def request_page(
    found: DataRequest, problems: list[Problem] | None = None, status: int = 200
) -> ResponseReturnValue:
    """Return a request's page; with problems, what was typed stays in its form."""
    db, case, at = store(), case_of(found), clock.now()
    may_act = me().role in DESK
    author = authors.of(db, case.id) if case else None
    is_shown = may_act and found.is_open and found.is_proven
    page = render_template(
        "staff/data_request.html",
        tabs=tabs(),
        one=found,
        case=case,
        author=author if is_shown else None,
        seen=correct_sender.last_change(db, author.id) if author else "",
        is_known=author is not None and author.erased_at is None,
        consents=author,
        due=due_of(found, _today(at)),
        names=staff.names(db),
        named_identities=_named("identities", IDENTITIES),
        named_authors=[(one.id, one.name or str(one.place)) for one in authors.all_of(db, case.id)]
        if case and is_shown
        else [],
        named_outcomes=_named("outcome", OUTCOMES),
        most_days=MORE_DAYS,
        passages=erase.passages(db, case.id)
        if case and is_shown and found.kind == "erasure"
        else [],
        may_act=may_act and found.is_open,
        acts=shown_acts(pending_acts.of_proposal(db, case.id)) if case else [],
        problems=problems or [],
    )
    if is_shown and case and found.kind in ("correction", "erasure"):
        case_steps.note_view(db, case.id, "viewed_personal_details", actor=me().id, at=at)
    return page, status


def due_of(found: DataRequest, today: date) -> DueLabel | None:
    """Return how long a request may still wait: first for an answer, then to be done."""
    if not found.is_open:
        return None
    left = (clock.to_local(found.next_at, settings().office.zone).date() - today).days
    what = "answer" if found.answered_at is None else "done"
    if left < 0:
        return DueLabel(f"staff.data.due.{what}_late", -left, "late")
    if left == 0:
        return DueLabel(f"staff.data.due.{what}_today", 0, "soon")
    tone = "soon" if left <= SOON_DAYS or what == "answer" else "fine"
    return DueLabel(f"staff.data.due.{what}", left, tone)


def _list(problems: list[Problem] | None = None) -> str:
    db, today = store(), _today(clock.now())
    waiting = data_requests.waiting(db, me().id)
    return render_template(
        "staff/data_requests.html",
        tabs=tabs(),
        waiting=[(one, case_of(one), due_of(one, today)) for one in waiting],
        done=data_requests.lately_done(db, me().id),
        names=staff.names(db),
        named_kinds=_named("kind", KINDS),
        named_ways=_named("way", DESK_WAYS),
        named_identities=_named("identities", IDENTITIES),
        form_key=new_id(),
        problems=problems or [],
    )


def _named(path: str, values: Sequence[str]) -> list[tuple[str, str]]:
    return [(value, say(f"staff.data.{path}.{value}")) for value in values]


def _who(found: DataRequest, case: Proposal | None) -> str:
    """Return the addressee of a letter, "" if nothing is kept of them."""
    author = authors.of(store(), case.id) if case else None
    return found.name or (author.name if author and author.name else "")


def _today(at: int) -> date:
    return clock.to_local(at, settings().office.zone).date()
