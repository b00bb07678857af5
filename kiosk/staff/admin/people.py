"""The people who work here: who may log in, with which role, what papers call them, where they are
invited by SMS, and a new password for them."""

import re
from collections import Counter

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.account.contact import read_contact
from kiosk.staff.blueprint import bp
from kiosk.staff.forms import reading
from kiosk.web import store
from shared import founding
from shared.domain import clock, roles
from shared.domain.intake import Problem
from shared.domain.roles import ADMIN, TWO_FACTORS
from shared.runtime import passwords
from shared.store.office import profile
from shared.store.people import clerks, sessions, staff
from shared.store.people.staff import LoginTaken, StaffMember, StaffUnknown

# A colleague's name stands beside what they did, in many a table.
LOGIN_NAME_LETTERS = 60
_LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,39}")


@bp.get("/nhan-su", allow=ADMIN)
def people() -> ResponseReturnValue:
    """List everyone who may log in."""
    return _page()


@bp.post("/nhan-su", allow=ADMIN)
def add_person() -> ResponseReturnValue:
    """Add somebody and show their one-time password, once."""
    with reading(_page) as given:
        login = given.said("login").casefold()
        if not _LOGIN.fullmatch(login):
            given.wrong("login", "staff.people.login_wrong")
        name = given.line_of("name", 1, LOGIN_NAME_LETTERS, "staff.people.name_wrong")
        role = given.choice("role", roles.ROLES)
        position, number = read_contact(given)
    try:
        new = founding.add_login(
            store(), login, role, name=name, actor=me().id, at=clock.now(),
            position=position, phone=number,
        )  # fmt: skip
    except LoginTaken:
        return _page(problems=[Problem("login", "staff.people.login_taken")], status=409)
    return _page(given_to=staff.by_login(store(), login), secret=new.password)


@bp.post("/nhan-su/<staff_id>/lien-he", allow=ADMIN)
def keep_contact(staff_id: str) -> ResponseReturnValue:
    """Keep somebody's position and number."""
    person = _person(staff_id)
    with reading(_page, of=staff_id) as given:
        position, number = read_contact(given)
    staff.set_contact(store(), person.id, position, number, actor=me().id, at=clock.now())
    return _page(done="staff.people.contact_done", given_to=person)


@bp.post("/nhan-su/<staff_id>", allow=ADMIN)
def change_person(staff_id: str) -> ResponseReturnValue:
    """Do one thing for somebody: a new one-time password, allow or block, a new second factor,
    another role, or the end of their sessions."""
    person = _person(staff_id)
    wanted, at = request.form.get("do"), clock.now()
    if wanted == "password":
        secret = passwords.new_one_time_password()
        kept = passwords.hash_password(secret)
        staff.set_password(store(), person.id, kept, must_change=True, actor=me().id, at=at)
        return _page(given_to=person, secret=secret)
    if wanted == "totp":
        staff.set_totp(store(), person.id, None, actor=me().id, at=at)
        return _page(done="staff.people.totp_done", given_to=person)
    if wanted == "sessions":
        sessions.log_out(store(), person.id, actor=me().id, at=at)
        return _page(done="staff.people.sessions_done", given_to=person)
    if wanted == "role":
        return _change_role(person, request.form.get("role", ""), at)
    if wanted == "disable" and person.id == me().id:
        return _page(problems=[Problem("", "staff.people.not_oneself")], status=422)
    if wanted in ("enable", "disable"):
        staff.set_active(store(), person.id, wanted == "enable", actor=me().id, at=at)
        return _page(done=f"staff.people.{wanted}_done", given_to=person)
    return _page(problems=[Problem("", "staff.wrong.step")], status=422)


def _person(staff_id: str) -> StaffMember:
    """Return who has that id, or 404."""
    try:
        return staff.by_id(store(), staff_id)
    except StaffUnknown:
        abort(404)


def _change_role(person: StaffMember, role: str, at: int) -> ResponseReturnValue:
    if person.id == me().id:
        return _page(problems=[Problem("", "staff.people.not_own_role")], status=422)
    if role not in roles.ROLES:
        return _page(problems=[Problem("", "err.choice")], status=422)
    staff.set_role(store(), person.id, role, actor=me().id, at=at)
    return _page(done="staff.people.role_done", given_to=person)


def _page(
    problems: list[Problem] | None = None,
    *,
    given_to: StaffMember | None = None,
    secret: str | None = None,
    done: str | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    page = render_template(
        "staff/people.html",
        people=staff.everyone(store()),
        logged_in=Counter(one.staff_id for one in sessions.living(store(), at=clock.now())),
        roles=roles.ROLES,
        two_factors=TWO_FACTORS,
        organisations=[(one.id, one.name) for one in profile.organisations(store())],
        clerk_of={who: its.id for who, its in clerks.by_clerk(store()).items()},
        problems=problems or [],
        given_to=given_to,
        secret=secret,
        done=done,
    )
    return page, status
