"""A member's own number, password and second factor, and where they are logged in."""

from typing import cast

from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import qr
from kiosk.staff.access import me
from kiosk.staff.account.contact import read_number
from kiosk.staff.account.recovery_codes import drawn_page
from kiosk.staff.blueprint import bp
from kiosk.staff.door import sessions
from kiosk.staff.forms import reading
from kiosk.staff.today.page import first_page
from kiosk.web import say, settings, store
from shared.domain import clock, phone
from shared.domain.intake import Problem
from shared.domain.roles import MEMBERS, TWO_FACTORS
from shared.domain.vietnamese import unaccent
from shared.runtime import passwords
from shared.store.people import recovery_codes, staff
from shared.store.people import sessions as people_sessions


@bp.get("/tai-khoan", allow=MEMBERS)
def account() -> ResponseReturnValue:
    """Show how one logs in, and where one is logged in now."""
    return _account_page([], 200)


@bp.post("/tai-khoan/dien-thoai", allow=MEMBERS)
def keep_own_number() -> ResponseReturnValue:
    """Keep one's own telephone number, to which invitations go; the position is the admin's to
    say."""
    with reading(_account_page) as given:
        number = read_number(given)
    staff.set_contact(
        store(), me().id, me().position, number, actor=me().id, at=clock.now()
    )  # fmt: skip
    return redirect(url_for("staff.account", _anchor="contact"), 303)


@bp.post("/tai-khoan/phien", allow=MEMBERS)
def end_sessions() -> ResponseReturnValue:
    """End one of one's own sessions, or all except this one."""
    wanted, at = request.form.get("end", ""), clock.now()
    if wanted == "others":
        people_sessions.log_out(store(), me().id, but=sessions.this_one(), actor=me().id, at=at)
    elif not people_sessions.end_one(store(), me().id, wanted, actor=me().id, at=at):
        return _account_page([Problem("sessions", "staff.account.is_over")], 404)
    return redirect(url_for("staff.account"), 303)


@bp.get("/mat-khau", allow=MEMBERS)
def password() -> ResponseReturnValue:
    """Offer a new password; nothing else if the one used was a one-time password."""
    return _password_page([], 200)


@bp.post("/mat-khau", allow=MEMBERS)
def set_password() -> ResponseReturnValue:
    """Keep a new password; every session of this member ends and a new one begins."""
    problems = _problems_of_passwords()
    if problems:
        return _password_page(problems, 422)
    token, kept = sessions.new_token()
    chosen = passwords.hash_password(request.form["new"])
    staff.renew_session(store(), me().id, chosen, kept, sessions.here(), at=clock.now())
    answer = cast(Response, redirect(first_page(me().role), 303))
    sessions.give(answer, token)
    return answer


@bp.get("/totp", allow=TWO_FACTORS)
def totp() -> ResponseReturnValue:
    """Show the second factor to enrol, as a QR and in letters."""
    return _totp_page([], 200)


@bp.post("/totp", allow=TWO_FACTORS)
def enrol_totp() -> ResponseReturnValue:
    """Keep the second factor when its first code is right, and show the recovery codes."""
    member, at = me(), clock.now()
    if member.totp_secret is not None:
        return redirect(first_page(member.role), 303)
    secret = sessions.totp_to_enrol(member)
    step = sessions.step_of(secret, request.form.get("code", ""), at)
    if step is None:
        return _totp_page([Problem("code", "staff.totp.wrong")], 422)
    staff.set_totp(store(), member.id, secret, actor=member.id, at=at)
    staff.spend_totp_step(store(), member.id, step)
    g.me = staff.by_id(store(), member.id)
    return drawn_page(at)


def _account_page(problems: list[Problem], status: int = 422) -> ResponseReturnValue:
    member = me()
    here = sessions.this_one()
    living = people_sessions.living(store(), at=clock.now())
    return render_template(
        "staff/account.html",
        problems=problems,
        two_factors=TWO_FACTORS,
        number=_typed_number(problems, member.phone),
        spare=recovery_codes.count(store(), me().id) if me().totp_secret else None,
        sessions=[(one, one.token_hash == here) for one in living if one.staff_id == me().id],
    ), status


def _typed_number(problems: list[Problem], kept: str | None) -> str:
    """Return what stands in the field of one's number: what was typed, if that was wrong."""
    if any(one.field == "phone" for one in problems):
        return request.form.get("phone", "")[:40]
    return phone.shown(kept) if kept else ""


def _problems_of_passwords() -> list[Problem]:
    form, member = request.form, me()
    problems = [] if member.must_change else _problems_of_old(form.get("old", ""))
    names = (member.name, settings().office.name)
    fault = passwords.fault_of(form.get("new", ""), member.login, names)
    if fault:
        problems.append(Problem("new", f"staff.{fault}"))
    elif passwords.composed(form["new"]) != passwords.composed(form.get("again", "")):
        problems.append(Problem("again", "staff.password.not_same"))
    return problems


def _problems_of_old(password: str) -> list[Problem]:
    try:
        if sessions.knows_password(store(), me(), password, at=clock.now()):
            return []
    except sessions.TooManyTries as fault:
        return [Problem("old", "staff.login.wait", {"n": fault.minutes})]
    return [Problem("old", "staff.password.old_wrong")]


def _password_page(problems: list[Problem], status: int) -> ResponseReturnValue:
    return render_template(
        "staff/password.html",
        problems=problems,
        fewest=passwords.FEWEST_LETTERS,
        advised=passwords.ADVISED_LETTERS,
    ), status


def _totp_page(problems: list[Problem], status: int) -> ResponseReturnValue:
    member = me()
    if member.totp_secret is not None:
        return render_template("staff/totp.html", problems=[], secret=None), status
    secret = sessions.totp_to_enrol(member)
    import pyotp  # who sets up codes needs it

    uri = pyotp.TOTP(
        secret, name=member.login, issuer=unaccent(f"Hiến Kế {settings().office.name}")
    ).provisioning_uri()
    return render_template(
        "staff/totp.html",
        problems=problems,
        secret=secret,
        qr=qr.svg(uri, say("staff.totp.qr_alt")),
    ), status
