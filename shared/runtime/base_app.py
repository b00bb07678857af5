"""What the three apps share: how each is set up, serves its site, and answers when something fails.

Screens, texts and the routes of gateways are not here; each app passes its pages in `Own`
(kiosk/web.py, sms/web.py).
"""

import copy
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

import flask
from flask import Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import Headers
from werkzeug.exceptions import (
    HTTPException,
    MethodNotAllowed,
    RequestedRangeNotSatisfiable,
)
from werkzeug.wrappers import Response as BaseResponse

from shared.db.connection import RETRY_AFTER_SECONDS, Store, StoreUnavailable
from shared.domain import clock, phone
from shared.domain.record import Record
from shared.runtime import caller, headers, origin
from shared.runtime.guarded import GuardedApp
from shared.runtime.listening import Address
from shared.runtime.shared_macros import KnownCalls, SharedMacros
from shared.runtime.site import Site, host_of
from shared.runtime.template_lines import JoinedLines
from shared.settings import Settings

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment


class Finished(Response):
    """An answer whose headers are all there: it was hardened and compressed when it was drawn."""

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> Headers:
        """Return the headers as they are; others are looked through for what they lack."""
        return self.headers


ROOT = Path(__file__).resolve().parent.parent.parent


class Own(Record):
    """What differs between the apps: its folder, the largest body it accepts (bytes), its log, the
    error page by status, a page's Content-Security-Policy and its Permissions-Policy."""

    folder: str
    max_body: int
    log: logging.Logger
    fault: Callable[[int], Response]
    policy: Callable[[], str]
    powers: Callable[[], str | None]


def new_app(name: str, site: Site, bound: Address, own: Own) -> Flask:
    """Return a Flask app with everything the apps share; the caller adds its routes and texts."""
    app = GuardedApp(
        name, root_path=str(ROOT / own.folder), template_folder=str(ROOT / "templates"),
        static_folder=None,
    )  # fmt: skip
    app.extensions.update(hienke=site, own=own)
    app.config.update(
        MAX_CONTENT_LENGTH=own.max_body,
        MAX_FORM_MEMORY_SIZE=own.max_body,
        HOSTS=site.hosts(bound),
        NAMES=site.names(bound),
        TEMPLATES_AUTO_RELOAD=False,
    )
    # -1: each template is compiled once and kept. It is looked up fifty times for a case's page.
    app.jinja_options = {"extensions": [JoinedLines], "auto_reload": False, "cache_size": -1}
    app.jinja_env.template_class = SharedMacros
    app.jinja_env.context_class = KnownCalls
    app.jinja_env.filters.update(hour=hour, phone=phone.shown)
    app.before_request(_begin)
    app.after_request(_count)  # Flask calls these last to first, so the others' time is counted too
    app.before_request(_refuse_unknown_hosts)
    app.after_request(harden)
    app.after_request(_settle)
    app.register_error_handler(HTTPException, _http_fault)
    app.register_error_handler(StoreUnavailable, _store_fault)
    app.register_error_handler(Exception, _unforeseen)
    asked = caller.through_proxy(app.wsgi_app, site.names(bound))
    app.wsgi_app = asked  # type: ignore[method-assign, assignment]
    return app


def twin(app: Flask, site: Site, bound: Address) -> Flask:
    """Return an app for another site that shares with this one all that is the same for every
    office: routes, compiled templates, handlers. What belongs to one office lies in `extensions`
    and `config`, and these are its own. An app takes a quarter of a second and two megabytes to
    make, a twin next to nothing."""
    made = copy.copy(app)
    made.extensions = {"hienke": site, "own": app.extensions["own"]}
    made.config = app.config_class(app.config.root_path, dict(app.config))
    made.config.update(HOSTS=site.hosts(bound), NAMES=site.names(bound))
    answer = type(app).wsgi_app.__get__(made)
    made.wsgi_app = caller.through_proxy(answer, site.names(bound))  # type: ignore[method-assign, assignment]
    return made


def site() -> Site:
    """Return the site of the app that answers."""
    return cast(Site, this_app().extensions["hienke"])


def this_request() -> flask.Request:
    """Return the request itself: `request` finds it anew at each use, which costs more than most
    uses."""
    return cast(flask.Request, request._get_current_object())  # type: ignore[attr-defined]


def this_app() -> Flask:
    """Return the app itself, for the same reason."""
    return cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]


def store() -> Store:
    """Return the store connection of this thread."""
    return site().store()


def settings() -> Settings:
    """Return the settings of the app that answers."""
    return site().settings


def asker() -> caller.Caller:
    """Return who asks: the address, the group that brakes count, and whether it is this very PC."""
    return caller.of(this_request().environ, this_app().config["NAMES"])


def is_this_machine() -> bool:
    """Say whether the request came from this very PC and through no proxy."""
    return asker().is_here


def hour(at: int) -> str:
    """Return an instant (ms UTC) as a local hour: 09:12."""
    return clock.hour_words(at, settings().office.zone)


def healthz() -> ResponseReturnValue:
    """200 only when the store and the media folder were really written just now."""
    health = site().health.now()
    return flask.jsonify(health.as_json()), 200 if health.is_ok else 503


def is_foreign_form() -> bool:
    """Say whether the request would change something and may come from another site's page."""
    asked = this_request()
    return asked.method not in origin.READING and origin.is_foreign(
        asked.method, asked.headers, host=asked.host, scheme=asked.scheme
    )


def note_store_fault(fault: StoreUnavailable) -> None:
    """Log that the store could not be used; the next request opens it again."""
    _own().log.warning("store_unavailable reason=%s", fault)
    site().forget_store()


def as_busy(answer: BaseResponse) -> BaseResponse:
    """Return an answer as one to what the store could not do now: 503, try again later."""
    answer.status_code = 503
    answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer


def harden(answer: Response) -> Response:
    """Give an answer the headers that keep browsers safe (headers.py), unless it has them."""
    if isinstance(answer, Finished):
        return answer
    own, is_page = _own(), answer.mimetype == "text/html"
    headers.harden(
        answer.headers,
        policy=own.policy() if is_page else None,
        powers=own.powers(),
        is_secure=request.is_secure,
    )
    return answer


def headers_of(made: Response) -> tuple[tuple[str, str], ...]:
    """Return the headers of an answer, hardened, for Finished ones like it that are made later:
    each makes its own of them, so that a cookie of one is not in the next, and tells its own
    length."""
    return tuple(one for one in harden(made).headers if one[0] != "Content-Length")


def _own() -> Own:
    return cast(Own, this_app().extensions["own"])


def _begin() -> None:
    g.began = time.perf_counter()
    if asker().is_hidden:
        site().proxies.note(clock.now())


def _count(answer: Response) -> Response:
    seconds, asked, app = time.perf_counter() - g.began, this_request(), this_app()
    site().requests.note(app.name, asked.endpoint, asked.method, answer.status_code, seconds)
    return answer


def _settle(answer: Response) -> Response:
    """Answer what may acknowledge something only when all that it may have read is on the disk."""
    if this_request().method in origin.READING:
        return answer
    try:
        site().settle()
    except StoreUnavailable as fault:
        return flask.make_response(_store_fault(fault))
    return answer


def _refuse_unknown_hosts() -> ResponseReturnValue | None:
    """Refuse a host name that is not ours. (Flask's TRUSTED_HOSTS knows no IPv6 address.)"""
    is_ours = host_of(this_request().host) in this_app().config["HOSTS"]
    return None if is_ours else _own().fault(400)


def _http_fault(fault: HTTPException) -> ResponseReturnValue:
    if fault.response is not None or fault.code is None or fault.code < 400:
        return fault
    answer = _own().fault(fault.code)
    if isinstance(fault, MethodNotAllowed):
        answer.headers["Allow"] = ", ".join(sorted(fault.valid_methods or ()))
    if isinstance(fault, RequestedRangeNotSatisfiable):
        answer.headers["Content-Range"] = f"bytes */{fault.length}"
    return answer


def _store_fault(fault: StoreUnavailable) -> ResponseReturnValue:
    note_store_fault(fault)
    return as_busy(_own().fault(503))


def _unforeseen(fault: Exception) -> ResponseReturnValue:
    rule = request.url_rule.rule if request.url_rule else "-"
    _own().log.exception("unforeseen path=%s", rule)
    site().forget_store()
    return _own().fault(500)
