"""What the public app and the staff app share beyond what every app does (runtime/base_app.py): the
texts and files of their pages, and their error pages.

Every answer has a strict Content-Security-Policy and is not cached unless it is a static file.
Every error becomes a page that says what to do. No screen is here.
"""

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Flask, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse

from kiosk import assets, dialling, speaking
from kiosk.compression import FOR_CITIZENS, compress
from kiosk.speaking import has_text, language, say, spoken_in
from shared.db.connection import StoreUnavailable
from shared.domain import clock, codes, ledger, phone
from shared.domain.proposal import DROPPED, OFFICES_TURN, PUBLIC, Status
from shared.domain.vietnamese import initials
from shared.files import media
from shared.runtime import base_app
from shared.runtime.base_app import asker, is_this_machine, settings, site, store
from shared.runtime.headers import NO_POWERS, RECORDING
from shared.runtime.listening import Address
from shared.runtime.site import Site
from shared.texts import NOTICE_VERSION

# What screens ask for, wherever it is written.
__all__ = [
    "asker", "busy", "fault_page", "has_text", "is_this_machine", "language",
    "log", "new_app", "problem_json", "remote", "say", "settings", "site", "spoken_in", "store",
]  # fmt: skip

# All texts of a citizen at their longest are under 30 KB; our own page refuses a larger form.
MAX_BODY = 256 * 1024

log = logging.getLogger("hienke")


def new_app(
    name: str, site: Site, *, layout: str, bound: Address, gzip_level: int = FOR_CITIZENS
) -> Flask:
    """Return a Flask app with everything both apps share; blueprints come after."""
    own = base_app.Own("kiosk", MAX_BODY, log, fault_page, _policy, _powers)
    app = base_app.new_app(name, site, bound, own)
    app.config.update(GZIP_LEVEL=gzip_level, LAYOUT=layout)
    app.jinja_env.globals.update(
        say=say, has_text=has_text, style=assets.style, style_url=assets.style_url,
        script=assets.script, script_within=assets.script_within,
        eye_lines=ledger.eye_lines, accepted_files=media.FILES,
        accepted_scans=media.SCANS, Status=Status, PUBLIC=PUBLIC, DROPPED=DROPPED,
        OFFICES_TURN=OFFICES_TURN,
    )  # fmt: skip
    app.jinja_env.filters.update(
        grouped=codes.grouped,
        day=speaking.day,
        written_day=clock.written_day,
        counted_year=speaking.counted_year,
        duration=speaking.duration,
        thousands=speaking.thousands,
        lines=speaking.lines,
        masked=phone.masked,
        initials=initials,
        dial=dialling.dial,
    )
    app.context_processor(_in_every_page)
    app.before_request(_refuse_foreign_forms)
    app.register_blueprint(assets.bp)
    app.after_request(compress)
    return app


def remote() -> str:
    """Return the address the request came from (behind a proxy on this machine)."""
    return asker().address


def local_now() -> datetime:
    """Return this moment in the time zone of the office that serves the request."""
    return clock.to_local(clock.now(), settings().office.zone)


def problem_json(
    status: int, title: str, *, errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """Return an RFC 9457 problem."""
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status}
    if errors is not None:
        body["errors"] = errors
    answer = Response(json.dumps(body, ensure_ascii=False), status)
    answer.headers["Content-Type"] = "application/problem+json; charset=utf-8"
    answer.headers.update(dict(headers or {}))
    return answer


def fault_page(status: int, *, key: str | None = None, retry_after: int | None = None) -> Response:
    """Return an error page: what happened, in a sentence, and what to do now."""
    key = key or (str(status) if status in _PAGES else ("400" if status < 500 else "500"))
    if request.path.startswith("/api/"):
        answer = problem_json(status, say(f"fault.{key}.title"))
    else:
        page = render_template("errors/fault.html", key=key, status=status)
        answer = Response(page, status, mimetype="text/html")
    if retry_after is not None:
        answer.headers["Retry-After"] = str(retry_after)
    return answer


def busy(fault: StoreUnavailable, page: BaseResponse | str) -> BaseResponse:
    """Return `page`, which still holds what was typed, as the answer to a write that the store
    could not do now."""
    base_app.note_store_fault(fault)
    answer = page if isinstance(page, BaseResponse) else Response(page, mimetype="text/html")
    return base_app.as_busy(answer)


_PAGES = frozenset({400, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503})


def _in_every_page() -> dict[str, Any]:
    here = site()
    return {
        "layout": current_app.config["LAYOUT"],
        "office": here.settings.office,
        "is_demo": here.commune.is_demo,
        "lang": language(),
        "notice_version": NOTICE_VERSION,
        "vietnamese": speaking.vietnamese(),
        # The same as the global, found once a page; macros imported without context use that.
        "say": speaking.spoken().say,
    }


def _refuse_foreign_forms() -> ResponseReturnValue | None:
    """Refuse a form that another site's page sends."""
    return fault_page(403) if base_app.is_foreign_form() else None


def _powers() -> str | None:
    page = g._get_current_object()  # found once, and not five times
    if page.get("records"):
        return RECORDING
    has_script = page.get("has_script") or page.get("script_hash")
    return None if page.get("style_hash") and not has_script else NO_POWERS


def _policy() -> str:
    page = g._get_current_object()
    inline = page.get("style_hash")
    styles = f"'sha256-{inline}'" if inline else "'self'"
    # Attached files are shown on staff pages and on receipts that have some.
    files = page.get("shows_files") or not inline
    shown = "img-src 'self' data:;media-src 'self'" if files else "img-src data:"
    if page.get("records"):  # what was just recorded or drawn is shown from the page's memory
        shown = (
            "script-src 'self';connect-src 'self';worker-src 'self';"
            "img-src 'self' data: blob:;media-src 'self' blob:"
        )
    elif page.get("has_script"):
        shown += ";script-src 'self'"
    elif page.get("script_hash"):
        shown += f";script-src 'sha256-{page.script_hash}'"
    return (
        f"default-src 'none';style-src {styles};{shown};form-action 'self';"
        "base-uri 'none';frame-ancestors 'none'"
    )
