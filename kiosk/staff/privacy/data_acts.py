"""What the desk does about a request for personal data: tell, check who asks, extend, correct,
withdraw consent, erase, decline. Each is done once and is in the event chain."""

from functools import partial

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.cases.sender_form import refused
from kiosk.staff.forms import reading
from kiosk.staff.pending import waits_problem
from kiosk.staff.privacy.data_desk import case_of, request_page, wanted
from kiosk.staff.privacy.data_form import read_details, read_end, read_erasure, read_extension
from kiosk.web import settings, store
from shared.db.connection import writing
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.roles import DESK
from shared.store.cases import authors
from shared.store.cases.proposals import Proposal
from shared.store.privacy import data_requests
from shared.store.privacy.data_requests import (
    IDENTITIES,
    OUTCOMES,
    DataRequest,
    ExtendedBefore,
    RequestClosed,
)
from shared.store.privacy.erasures import Scope
from shared.workflows import correct_sender, pending, withdraw
from shared.workflows.correct_sender import (
    ChairNeeded,
    SenderErased,
    SenderStale,
    YearNeedsChair,
)  # fmt: skip
from shared.workflows.erase import ErasureRequest
from shared.workflows.pending import ActWaits


@bp.post("/du-lieu/<request_id>/da-bao", allow=DESK)
def tell_asker(request_id: str) -> ResponseReturnValue:
    """Record that the asker knows it came and by when it is done."""
    found = wanted(request_id)
    data_requests.tell(store(), found.id, actor=me().id, at=clock.now())
    return _back(found)


@bp.post("/du-lieu/<request_id>/xac-minh", allow=DESK)
def prove_asker(request_id: str) -> ResponseReturnValue:
    """Record how the asker showed who they are."""
    found = wanted(request_id)
    with reading(partial(request_page, found)) as given:
        identity = given.choice("identity", IDENTITIES)
    try:
        data_requests.prove(store(), found.id, identity, actor=me().id, at=clock.now())
    except RequestClosed:
        return _too_late(found)
    return _back(found)


@bp.post("/du-lieu/<request_id>/gia-han", allow=DESK)
def extend_request(request_id: str) -> ResponseReturnValue:
    """Extend a request, once."""
    found = wanted(request_id)
    with reading(partial(request_page, found)) as given:
        days, why = read_extension(given)
    zone = settings().office.zone
    try:
        data_requests.extend(store(), found.id, days, why, actor=me().id, at=clock.now(), zone=zone)
    except ExtendedBefore:
        return request_page(found, [Problem("", "staff.data.wrong.extended")], 409)
    except RequestClosed:
        return _too_late(found)
    return _back(found)


@bp.post("/du-lieu/<request_id>/sua", allow=DESK)
def correct_details(request_id: str) -> ResponseReturnValue:
    """Correct what is kept about the asker."""
    found, case = _ready(request_id, "correction")
    now = correct_sender.facts_of(case, authors.of(store(), case.id))
    with reading(partial(request_page, found)) as given:
        asked = read_details(given, now)
    try:
        with writing(store()):
            correct_sender.correct(
                store(), case.code, asked, zone=settings().office.zone, actor=me().id,
                at=clock.now(),
            )  # fmt: skip
            _finish(found, "done", "")
    except (SenderErased, ChairNeeded, YearNeedsChair, SenderStale) as fault:
        return request_page(found, [refused(fault)], 409)
    return _back(found)


@bp.post("/du-lieu/<request_id>/rut-dong-y", allow=DESK)
def take_consent_back(request_id: str) -> ResponseReturnValue:
    """Withdraw the consents that the asker named; one who may not be kept at all is erased, and
    that waits."""
    found, case = _ready(request_id, "consent")
    taken = set(request.form.getlist("consent"))
    if not taken & {"store", "sms", "name_me"}:
        return request_page(found, [Problem("consent", "err.choice")], 422)
    try:
        with writing(store()):
            withdraw.take_back(store(), case.id, taken, actor=me().id, at=clock.now())
            if "store" in taken:
                pending.ask_to_erase(store(), case.id, _of_sender(case), request_id=found.id)
            else:
                _finish(found, "done", "")
    except ActWaits as fault:
        return request_page(found, [waits_problem(fault.act, "")], 409)
    return _back(found)


@bp.post("/du-lieu/<request_id>/xoa", allow=DESK)
def erase_sender(request_id: str) -> ResponseReturnValue:
    """Let the erasure of the asker's details, or of everything they said, wait; the request is
    done with it."""
    found, case = _ready(request_id, "erasure")
    of_whom = [one.id for one in authors.all_of(store(), case.id)]
    with reading(partial(request_page, found)) as given:
        erased = read_erasure(given, case, of_whom)
    asked = ErasureRequest(
        erased.scope, "asked", erased.reason, me().id, clock.now(), erased.whole, erased.author_id
    )
    try:
        pending.ask_to_erase(store(), case.id, asked, request_id=found.id)
    except ActWaits as fault:
        return request_page(found, [waits_problem(fault.act, "")], 409)
    return _back(found)


@bp.post("/du-lieu/<request_id>/xong", allow=DESK)
def end_request(request_id: str) -> ResponseReturnValue:
    """Record that a request is done, done in part or declined, and what was said about it."""
    found = wanted(request_id)
    with reading(partial(request_page, found)) as given:
        outcome, answer = read_end(given, OUTCOMES)
    if outcome != "declined" and not found.is_proven:
        return request_page(found, [Problem("identity", "staff.data.wrong.proof")], 422)
    if found.proposal_id and (act := pending.erasure_for(store(), found.proposal_id, found.id)):
        return request_page(found, [waits_problem(act, "")], 409)
    _finish(found, outcome, answer)
    return _back(found)


def _ready(request_id: str, kind: str) -> tuple[DataRequest, Proposal]:
    """Return a request of this kind that may be carried out, and its case; or 404, 409."""
    found = wanted(request_id)
    case = case_of(found)
    if case is None or found.kind != kind:
        abort(404)
    if not found.is_open or not found.is_proven:
        abort(409)
    return found, case


def _of_sender(case: Proposal) -> ErasureRequest:
    author = authors.of(store(), case.id)
    return ErasureRequest(
        Scope.DETAILS, "asked", "", me().id, clock.now(), author_id=author.id
    )  # fmt: skip


def _finish(found: DataRequest, outcome: str, answer: str) -> None:
    data_requests.finish(store(), found.id, outcome, answer, actor=me().id, at=clock.now())


def _too_late(found: DataRequest) -> ResponseReturnValue:
    return request_page(wanted(found.id), [Problem("", "staff.data.wrong.closed")], 409)


def _back(found: DataRequest) -> ResponseReturnValue:
    return redirect(url_for("staff.data_request", request_id=found.id), 303)
