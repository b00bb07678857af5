"""The desk of an organisation (R36): its code for inviting members, the number of their ideas by
status, its lists. Only counts, and only of its own members."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.counter.publicity import invitation, invitation_qr
from kiosk.staff.forms import reading, sending_key
from kiosk.web import settings, site, store
from shared.db.event_log import new_id
from shared.domain import clock
from shared.domain.addresses import opens_here_alone
from shared.domain.intake import Problem
from shared.domain.roles import ADMIN, DESK, ORGANISATION
from shared.store.awards import awards
from shared.store.office.profile import Organisation
from shared.store.people import clerks
from shared.store.people.clerks import NoClerk
from shared.store.reports import overview
from shared.workflows import enter_for_members
from shared.workflows.enter_for_members import OrganisationEnded

# A list is called by its day or its hamlet.
LIST_TITLE_LETTERS = 80


@bp.get("/doan-the", allow=ORGANISATION)
def organisation_home() -> ResponseReturnValue:
    """Show an organisation its code, its tally and its lists."""
    return home_page()


@bp.post("/doan-the/danh-sach", allow=ORGANISATION)
def begin_collective() -> ResponseReturnValue:
    """Begin a list and lead to its first page."""
    its = own_organisation()
    with reading(home_page) as given:
        title = given.line("title", LIST_TITLE_LETTERS)
    key = sending_key(request.form)
    try:
        begun = enter_for_members.begin(store(), its, title, key=key, actor=me().id, at=clock.now())
    except OrganisationEnded:
        return home_page([Problem("", "staff.group.ended")], 409)
    return redirect(url_for("staff.collective", collective_id=begun), 303)


@bp.post("/doan-the/nguoi-nhap", allow=DESK | ADMIN)
def seat_clerk() -> ResponseReturnValue:
    """Let a login with this role work for an organisation."""
    given = request.form
    try:
        clerks.seat(
            store(), given.get("staff_id", ""), given.get("organisation_id", ""),
            actor=me().id, at=clock.now(),
        )  # fmt: skip
    except NoClerk:
        abort(404)
    back = "staff.people" if me().role in ADMIN else "staff.office_profile"
    return redirect(url_for(back), 303)


def own_organisation() -> Organisation:
    """Return the organisation of the member, or 404 if they have none yet."""
    return clerks.organisation_of(store(), me().id) or abort(404)


def home_page(problems: list[Problem] | None = None, status: int = 200) -> ResponseReturnValue:
    """Return the desk's first page."""
    db, zone, at = store(), settings().office.zone, clock.now()
    its = clerks.organisation_of(db, me().id)
    if its is None:
        return render_template("staff/organisation_none.html")
    years = overview.years(db, at=at, zone=zone)
    said = request.args.get("nam", "")
    year = next((one for one in years if str(one) == said), clock.to_local(at, zone).year)
    address = invitation(its.code)
    page = render_template(
        "staff/organisation.html",
        its=its,
        year=year,
        years=[(str(one), str(one)) for one in years],
        standings=enter_for_members.standings(db, its.code, year),
        praised=awards.count_called_by(db, its.code, year),
        lists=enter_for_members.of_organisation(db, its.id),
        address=address,
        qr=invitation_qr(address),
        only_here=opens_here_alone(site().public_url),
        key=new_id(),
        problems=problems or [],
        given=request.form,
    )
    return page, status
