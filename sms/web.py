"""What every route of the SMS app shares: the site it serves, and how it answers.

Nothing here speaks for a gateway; the routes are in webhooks.py and phones.py.
"""

import base64
import hashlib
import logging
import time
from functools import cache
from pathlib import Path
from typing import cast

import flask
from flask import Blueprint, Flask, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from shared import texts
from shared.db.connection import RETRY_AFTER_SECONDS, Store, StoreUnavailable
from shared.domain import clock, phone
from shared.runtime import caller, metrics
from shared.runtime.headers import NOTHING, harden
from shared.runtime.serving import Address
from shared.runtime.site import Site, host_of

ROOT = Path(__file__).resolve().parent.parent
STATIC = Path(__file__).resolve().parent / "static"
# Far above any SMS; a gateway that sends more is not one.
MAX_BODY = 64 * 1024

log = logging.getLogger("hienke.sms")


bp = Blueprint("web", __name__)


def new_app(site: Site, bound: Address) -> Flask:
    """Return a Flask app with what all routes share; blueprints come after."""
    app = Flask(
        "sms", root_path=str(ROOT / "sms"), template_folder=str(ROOT / "templates"),
        static_folder=None,
    )  # fmt: skip
    app.extensions["hienke"] = site
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        HOSTS=site.hosts(bound),
        NAMES=site.names(bound),
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "auto_reload": False}
    app.jinja_env.globals.update(say=say, style=style)
    app.jinja_env.filters.update(phone=phone.shown, hour=hour)
    app.before_request(_begin)
    app.after_request(_count)  # Flask calls these last to first: the others' time is counted too
    app.before_request(_refuse_unknown_hosts)
    app.after_request(_harden)
    app.register_error_handler(HTTPException, _http_fault)
    app.register_error_handler(StoreUnavailable, _store_fault)
    app.register_error_handler(Exception, _unforeseen)
    app.register_blueprint(bp)
    asked = caller.through_proxy(app.wsgi_app, site.names(bound))
    app.wsgi_app = asked  # type: ignore[method-assign, assignment]
    return app


def site() -> Site:
    """Return the site of the app that answers."""
    return cast(Site, current_app.extensions["hienke"])


def store() -> Store:
    """Return the store connection of this thread."""
    return site().store()


def say(key: str, **blanks: object) -> str:
    """Return a sentence of the screens; the simulator speaks Vietnamese."""
    return texts.load("vi").say(key, **blanks)


def hour(at: int) -> str:
    """Return an instant (ms UTC) as a local hour: 09:12."""
    return clock.hour_words(at, site().settings.office.zone)


def style() -> Markup:
    """Return the style sheet inline, allowed by its hash."""
    text, g.style_hash = _sheet()
    return Markup(f"<style>{text}</style>")  # noqa: S704 our own file


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """200 only when the store and the media folder were really written just now."""
    health = site().health.now()
    return flask.jsonify(health.as_json()), 200 if health.is_ok else 503


@bp.get("/metrics")
def metrics_text() -> ResponseReturnValue:
    """Tell Prometheus on this very PC how this program answers; the staff app tells the rest."""
    if not is_this_machine():
        flask.abort(404)
    return Response(metrics.text(site().requests.metrics()), content_type=metrics.CONTENT_TYPE)


def is_this_machine() -> bool:
    """Say whether the request came from this very PC and through no proxy."""
    return caller.of(request.environ, current_app.config["NAMES"]).is_here


@cache
def _sheet() -> tuple[str, str]:
    lines = (STATIC / "phone.css").read_text("utf-8").splitlines()
    text = "".join(line.strip() for line in lines if not line.startswith("/*"))
    return text, base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _begin() -> None:
    g.began = time.perf_counter()


def _count(answer: Response) -> Response:
    seconds = time.perf_counter() - g.began
    site().requests.note("sms", request.endpoint, request.method, answer.status_code, seconds)
    return answer


def _refuse_unknown_hosts() -> ResponseReturnValue | None:
    return None if host_of(request.host) in current_app.config["HOSTS"] else _fault(400)


def _harden(answer: Response) -> Response:
    is_page = answer.mimetype == "text/html"
    harden(
        answer.headers,
        policy=_policy() if is_page else None,
        powers=NOTHING,
        is_secure=request.is_secure,
    )
    return answer


def _policy() -> str:
    style_hash, framers = g.get("style_hash"), "'self'" if g.get("is_framed") else "'none'"
    styles = f"'sha256-{style_hash}'" if style_hash else "'none'"
    return (
        f"default-src 'none';style-src {styles};"
        "img-src data:;frame-src 'self';form-action 'self';base-uri 'none';"
        f"frame-ancestors {framers}"
    )


def _http_fault(fault: HTTPException) -> ResponseReturnValue:
    if fault.response is not None or fault.code is None or fault.code < 400:
        return fault
    return _fault(fault.code)


def _store_fault(fault: StoreUnavailable) -> ResponseReturnValue:
    log.warning("store_unavailable reason=%s", fault)
    site().forget_store()
    answer = _fault(503)
    answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer


def _unforeseen(fault: Exception) -> ResponseReturnValue:
    log.exception("unforeseen path=%s", request.url_rule.rule if request.url_rule else "-")
    site().forget_store()
    return _fault(500)


def _fault(status: int) -> Response:
    """Return what went wrong: a word for a machine, a page for a person."""
    if request.path.startswith(("/twilio/", "/android")):
        return Response(f"{status}\n", status, mimetype="text/plain")
    kind = "missing" if status == 404 else "broken" if status >= 500 else "refused"
    return Response(render_template("phone/fault.html", kind=kind), status, mimetype="text/html")
