"""The office's names, the bases of its papers, and its organisations: each valid from a day on."""

import re

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.forms import BASIS_LETTERS, EMPTY, LINE_LETTERS, Form, reading
from kiosk.staff.pending import reason_to_end
from kiosk.web import fault_page, settings, store
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.roles import DESK
from shared.store.office import profile
from shared.store.people import clerks, staff

# It stands in a poster's address and may be read over the telephone.
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,19}")


@bp.get("/co-quan", allow=DESK)
def office_profile() -> ResponseReturnValue:
    """Show names, bases and organisations."""
    return _page()


@bp.post("/co-quan/ten", allow=DESK)
def add_profile() -> ResponseReturnValue:
    """Keep the office's name from a day on."""
    with reading(_page) as given:
        since = given.day("since")
        name, place, unit = (
            given.line(name, LINE_LETTERS, empty=EMPTY, must=len)
            for name in ("profile_name", "place", "drafting_unit")
        )
        parent = given.line("parent_name", LINE_LETTERS)
    try:
        profile.add_profile(
            store(), since, name, parent, place, unit, actor=me().id, at=clock.now()
        )
    except profile.DayTaken:
        return _page([Problem("since", "staff.office.day_taken")], 409)
    return _back()


@bp.post("/co-quan/can-cu", allow=DESK)
def add_basis() -> ResponseReturnValue:
    """Keep a basis of papers."""
    with reading(_page) as given:
        text = given.line("basis", BASIS_LETTERS, empty=EMPTY, must=len)
        since, until = (given.day(name, optional=True) for name in ("basis_since", "basis_until"))
        if since and until and until < since:
            given.wrong("basis_until", "staff.office.ends_before")
    profile.add_basis(store(), text, since, until, actor=me().id, at=clock.now())
    return _back()


@bp.post("/co-quan/can-cu/<basis_id>/het", allow=DESK)
def end_basis(basis_id: str) -> ResponseReturnValue:
    """Let a basis be valid until the given day, which may be past or future."""
    with reading(_page) as given:
        until = given.day("until")
    if not profile.end_basis(store(), basis_id, until, actor=me().id, at=clock.now()):
        return fault_page(404)
    return _back()


@bp.post("/co-quan/to-chuc", allow=DESK)
def add_organisation() -> ResponseReturnValue:
    """Keep an organisation with the code of its poster."""
    with reading(_page) as given:
        name = given.line("organisation_name", LINE_LETTERS, empty=EMPTY, must=len)
        code = given.said("code").lower()
        if not _CODE.fullmatch(code):
            given.wrong("code", "staff.office.code_wrong")
    try:
        profile.add_organisation(store(), code, name, actor=me().id, at=clock.now())
    except profile.OrganisationCodeTaken:
        return _page([Problem("code", "staff.office.code_taken")], 409)
    return _back()


@bp.post("/co-quan/to-chuc/<organisation_id>/het", allow=DESK)
def end_organisation(organisation_id: str) -> ResponseReturnValue:
    """End an organisation's calling from today on."""
    at = clock.now()
    today = clock.to_local(at, settings().office.zone).date().isoformat()
    names = {one.id: one.name for one in profile.organisations(store())}
    if organisation_id not in names:
        return fault_page(404)
    back = url_for("staff.office_profile")
    reason = reason_to_end("organisation", name=names[organisation_id], back=back)
    profile.end_organisation(store(), organisation_id, today, reason, actor=me().id, at=at)
    return _back()


def _page(problems: list[Problem] | None = None, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "staff/office.html",
        profiles=profile.profiles(store()),
        bases=profile.bases(store()),
        organisations=profile.organisations(store()),
        clerks=_clerks(),
        logins=[(one.id, one.name) for one in staff.everyone(store()) if one.role == clerks.ROLE],
        problems=problems or [],
        given=request.form if problems else Form(),
    )
    return page, status


def _clerks() -> dict[str, list[str]]:
    """Return who works for each organisation, by its id."""
    names, found = staff.names(store()), dict[str, list[str]]()
    for staff_id, its in clerks.by_clerk(store()).items():
        found.setdefault(its.id, []).append(names[staff_id])
    return found


def _back() -> ResponseReturnValue:
    return redirect(url_for("staff.office_profile"), 303)
