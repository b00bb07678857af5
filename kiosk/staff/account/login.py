"""Logging in and out."""

import logging
from typing import cast

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import logins
from kiosk.staff.blueprint import bp
from kiosk.staff.door import sessions
from kiosk.staff.today.page import first_page
from kiosk.web import remote, store
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.roles import MEMBERS
from shared.runtime import passwords
from shared.runtime.guarded import ANYBODY
from shared.store.people import staff

log = logging.getLogger("hienke")


@bp.get("/login", allow=ANYBODY)
def login() -> ResponseReturnValue:
    """Ask who it is."""
    return _page([], 200)


@bp.post("/login", allow=ANYBODY)
def log_in() -> ResponseReturnValue:
    """Open a session for a person who proves who they are."""
    form, at = request.form, clock.now()
    try:
        member = sessions.prove(
            store(), form.get("login", ""), form.get("password", ""), form.get("totp", ""), at=at
        )
    except sessions.TooManyTries as fault:
        return _page([Problem("login", "staff.login.wait", {"n": fault.minutes})], 429)
    except sessions.CodeNeeded:
        return _page([Problem("totp", "staff.login.code_needed")], 422)
    except sessions.LoginRefused:
        return _refused()
    token, kept = sessions.new_token()
    if not staff.let_in(store(), member, kept, sessions.here(), at=at):
        return _refused()
    sessions.forget(store())
    answer = cast(Response, redirect(_first_page(member.role, form.get("totp", "")), 303))
    sessions.give(answer, token)
    logins.know(answer, member.login, at)
    return answer


@bp.post("/logout", allow=MEMBERS)
def log_out() -> ResponseReturnValue:
    """End this session."""
    answer = cast(Response, redirect(url_for("staff.login"), 303))
    sessions.end(store(), answer)
    return answer


def _first_page(role: str, code: str) -> str:
    """Return the page after a login: what waits for this role or its one desk, or, after a recovery
    code, the page that says how many are left."""
    if passwords.recovery_code(code) is not None:
        return url_for("staff.account")
    return first_page(role)


def _refused() -> ResponseReturnValue:
    log.warning("login_refused address=%s", remote())
    return _page([Problem("login", "staff.login.refused")], 422)


def _page(problems: list[Problem], status: int) -> ResponseReturnValue:
    typed = request.form.get("login", "")[: sessions.LOGIN_LETTERS]
    return render_template("staff/login.html", problems=problems, login=typed), status
