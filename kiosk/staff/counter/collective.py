"""Ideas of an organisation's members sent in together by one clerk, a member a page (R36).

The member is the author, and the clerk entered the idea. The list is printed for them to sign, and
a receipt for each.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.citizen import answers
from kiosk.staff import receipt_slip
from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.counter import entry_form
from kiosk.staff.counter.organisation import own_organisation
from kiosk.staff.forms import Reader, reading, sending_key
from kiosk.web import busy, settings, site, store
from shared.db.connection import StoreUnavailable
from shared.db.event_log import new_id
from shared.domain import clock, codes
from shared.domain.addresses import opens_here_alone
from shared.domain.intake import Problem
from shared.domain.proposal import NewProposal
from shared.domain.record import replace
from shared.domain.roles import ORGANISATION
from shared.store.cases import proposals
from shared.store.cases.proposals import Proposal
from shared.store.people import staff
from shared.workflows import enter_for_members
from shared.workflows.enter_for_members import (
    Collective,
    ListClosed,
    MemberIdea,
    OrganisationEnded,
    SentBefore,
)

# What the next member's page begins with: members of one list usually share it.
_SHARED = ("participant_type", "residence", "hamlet")


@bp.get("/doan-the/danh-sach/<collective_id>", allow=ORGANISATION)
def collective(collective_id: str) -> ResponseReturnValue:
    """Show a list, and the page for its next member."""
    here = _own_list(collective_id)
    given = {name: request.args[name] for name in _SHARED if name in request.args}
    return _page(here, given, [], new_id())


@bp.post("/doan-the/danh-sach/<collective_id>", allow=ORGANISATION)
def add_to_collective(collective_id: str) -> ResponseReturnValue:
    """Keep a member's idea and go on to the next member, or show the page again with what to
    correct."""
    here, its = _own_list(collective_id), own_organisation()
    typed = answers.typed(request.form, entry_form.OF_THE_IDEA)
    key = sending_key(request.form)
    with reading(lambda wrong: _page(here, typed, wrong, key)) as given:
        new = _read(given, typed, its.code)
    try:
        added = enter_for_members.add(
            store(), here, new, key=key, fingerprint=answers.fingerprint(new),
            receipt_key=site().secrets.receipt_key, zone=settings().office.zone,
            actor=me().id, at=clock.now(),
        )  # fmt: skip
    except StoreUnavailable as fault:
        return busy(fault, _page(here, typed, [Problem("", "err.busy")], key))
    except (ListClosed, OrganisationEnded) as fault:
        said = "closed" if isinstance(fault, ListClosed) else "ended"
        return _page(here, typed, [Problem("", f"staff.group.{said}")], key), 409
    except SentBefore as before:
        known = Problem("", "staff.group.sent_before", {"ma": codes.grouped(before.code)})
        return _page(here, typed, [known], key), 409
    shared: dict[str, Any] = {name: typed[name] for name in _SHARED if typed.get(name)}
    address = url_for("staff.collective", collective_id=here.id, moi=added.proposal.code, **shared)
    return redirect(address, 303)


@bp.post("/doan-the/danh-sach/<collective_id>/xong", allow=ORGANISATION)
def close_collective(collective_id: str) -> ResponseReturnValue:
    """Close a list after its receipts were handed out."""
    enter_for_members.close(store(), _own_list(collective_id).id, actor=me().id, at=clock.now())
    return redirect(url_for("staff.collective", collective_id=collective_id), 303)


@bp.get("/doan-the/danh-sach/<collective_id>/in", allow=ORGANISATION)
def collective_list(collective_id: str) -> ResponseReturnValue:
    """Show a list to print and sign."""
    here = _own_list(collective_id)
    return render_template(
        "print/collective_list.html",
        here=here,
        its=own_organisation(),
        items=enter_for_members.items(store(), here.id, me().id),
        clerk=staff.names(store()).get(here.begun_by, ""),
    )


@bp.get("/doan-the/danh-sach/<collective_id>/phieu", allow=ORGANISATION)
def collective_receipts(collective_id: str) -> ResponseReturnValue:
    """Show every receipt of an open list to print. Each opens its idea, so that is recorded; a
    closed list gives none."""
    here, db = _own_list(collective_id), store()
    if here.closed_at is not None:
        return _page(here, {}, [Problem("", "staff.group.no_receipts")], new_id()), 409
    enter_for_members.note_receipts(db, here.id, actor=me().id, at=clock.now())
    living = [one for one in enter_for_members.items(db, here.id, me().id) if not one.is_erased]
    return render_template(
        "print/slips.html",
        here=here,
        slips=[_slip(one) for one in living],
        only_here=opens_here_alone(site().public_url),
    )


def _own_list(collective_id: str) -> Collective:
    """Return a list of one's own organisation, or 404."""
    found = enter_for_members.by_id(store(), collective_id)
    if found is None or found.organisation_id != own_organisation().id:
        abort(404)
    return found


def _read(given: Reader, typed: Mapping[str, object], code: str) -> NewProposal:
    """Return a member's idea under the organisation's code. It was told or written on paper, but
    the clerk types it: without words there is nothing to keep."""
    new = given.sound(answers.read({**typed, "mobiliser": code}, "paper"))
    if not (new.title or new.solution or new.current_state):
        given.wrong("solution", "staff.group.nothing_told")
    return new


def _slip(item: MemberIdea) -> tuple[int, Proposal, str]:
    """Return a member's receipt: its place on the list, the idea, its QR. After an officer redacted
    the idea or made it confidential, the clerk gets neither its words nor its QR."""
    here = proposals.by_code(store(), item.code)
    qr = receipt_slip.drawn(here.code) if receipt_slip.may_hold(here) else ""
    return item.place, replace(here, title=item.title), qr


def _page(
    here: Collective, given: Mapping[str, object], problems: Sequence[Problem], key: str
) -> str:
    items, its = enter_for_members.items(store(), here.id, me().id), own_organisation()
    came = codes.tidy(request.args.get("moi", ""))
    return render_template(
        "staff/collective.html",
        here=here,
        its=its,
        items=items,
        came=next((one for one in items if one.code == came), None),
        questions=entry_form.QUESTIONS,
        is_open=here.closed_at is None and not its.ended_on,
        given=given,
        problems=problems,
        key=key,
    )
