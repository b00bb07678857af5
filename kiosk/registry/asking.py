"""Another unit wants to apply a model: who they are and whom to call, with their consent."""

from collections.abc import Mapping
from functools import partial

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import limits
from kiosk.registry import bp
from kiosk.registry.gallery import model_at
from kiosk.web import busy, store
from shared.db.connection import StoreUnavailable
from shared.db.event_log import new_id
from shared.domain import clock, phone
from shared.domain.intake import Problem
from shared.domain.vietnamese import clean, one_line
from shared.runtime.guarded import ANYBODY
from shared.store.models import model_requests
from shared.store.models.model_requests import NewModelRequest
from shared.store.models.registry import Model
from shared.texts import NOTICE_VERSION

FIELD_LETTERS = {"unit": 120, "name": 60, "reason": 500}


@bp.get("/mo-hinh/<slug>/ap-dung", allow=ANYBODY)
def ask_form(slug: str) -> ResponseReturnValue:
    """Show the form for units that want to apply a model."""
    return _page(model_at(slug), {}, [], new_id())


@bp.post("/mo-hinh/<slug>/ap-dung", allow=ANYBODY)
def ask(slug: str) -> ResponseReturnValue:
    """Keep a request, or show the form again with what to correct."""
    model, given = model_at(slug), request.form
    key = given.get("key", "")[:64] or new_id()
    read = read_request(given)
    if not isinstance(read, NewModelRequest):
        return _page(model, given, read, key), 422
    kept = partial(model_requests.ask, store(), model, read, key=f"ask|{key}", at=clock.now())
    try:
        limits.ask_for_model(kept)
    except limits.TooManyGuesses as fault:
        problem = Problem("", "registry.ask.too_many", {"n": fault.minutes})
        return _page(model, given, [problem], key), 429
    except StoreUnavailable as fault:
        return busy(fault, _page(model, given, [Problem("", "err.busy")], key))
    return redirect(url_for("registry.asked", slug=slug), 303)


@bp.get("/mo-hinh/<slug>/da-gui", allow=ANYBODY)
def asked(slug: str) -> ResponseReturnValue:
    """Say that the request is kept and what happens next; nothing of what was typed is shown."""
    return render_template("registry/asked.html", model=model_at(slug))


def read_request(given: Mapping[str, str]) -> NewModelRequest | list[Problem]:
    """Return who wants to apply a model, or every problem found. The number is kept as +84…"""
    said = {name: one_line(given.get(name, "")) for name in ("unit", "name")}
    said["reason"] = clean(given.get("reason", ""))
    problems = [
        Problem(name, f"registry.ask.{name}_empty")
        for name in ("unit", "name")
        if not any(letter.isalpha() for letter in said[name])
    ]
    problems += [
        Problem(name, "err.too_long", {"n": most})
        for name, most in FIELD_LETTERS.items()
        if len(said[name]) > most
    ]
    caller = phone.read_sender(given.get("phone", ""))
    if caller.kind not in ("mobile", "landline"):
        problems.append(Problem("phone", "registry.ask.phone_wrong"))
    if given.get("consent") != "yes":
        problems.append(Problem("consent", "registry.ask.consent_empty"))
    return problems or NewModelRequest(
        said["unit"], said["name"], caller.number, said["reason"], NOTICE_VERSION
    )


def _page(model: Model, given: Mapping[str, str], problems: list[Problem], key: str) -> str:
    return render_template(
        "registry/ask.html", model=model, given=given, problems=problems, form_key=key,
        letters=FIELD_LETTERS,
    )  # fmt: skip
