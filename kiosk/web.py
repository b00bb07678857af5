"""What the public app and the staff app share: the site they serve, and how they answer.

Every answer leaves with a strict Content-Security-Policy, uncached unless it is a static file,
and every fault becomes a page that says what to do. No screen lives here.
"""

import json
import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import flask
from flask import Blueprint, Flask, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from kiosk import scripts, sheets
from kiosk.compression import FOR_CITIZENS, compress
from shared import texts
from shared.db.connection import RETRY_AFTER_SECONDS, Store, StoreUnavailable
from shared.domain import clock, codes, ledger, phone
from shared.domain.vietnamese import initials
from shared.files import media
from shared.runtime import caller, origin
from shared.runtime.headers import NOTHING, RECORDING, harden
from shared.runtime.serving import Address
from shared.runtime.site import Site, host_of
from shared.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
# Every citizen's text at its longest is under 30 KB; a form is refused by a page of ours.
MAX_BODY = 256 * 1024

log = logging.getLogger("hienke")


bp = Blueprint("web", __name__)


def new_app(
    name: str, site: Site, *, layout: str, bound: Address, gzip_level: int = FOR_CITIZENS
) -> Flask:
    """Return a Flask app with everything both apps share; blueprints come after."""
    app = Flask(
        name, root_path=str(ROOT / "kiosk"), template_folder=str(ROOT / "templates"),
        static_folder=None,
    )  # fmt: skip
    app.extensions["hienke"] = site
    app.extensions["spoken"] = {}
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        GZIP_LEVEL=gzip_level,
        HOSTS=site.hosts(bound),
        LAYOUT=layout,
        NAMES=site.names(bound),
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "auto_reload": False}
    app.jinja_env.globals.update(
        say=say, has_text=has_text, style=style, style_url=style_url, script=script,
        eye_lines=ledger.eye_lines, accepted_files=media.FILES, accepted_scans=media.SCANS,
    )  # fmt: skip
    app.jinja_env.filters.update(
        grouped=codes.grouped,
        day=day,
        written_day=clock.written_day,
        hour=hour,
        duration=duration,
        thousands=thousands,
        lines=lines,
        phone=phone.shown,
        masked=phone.masked,
        initials=initials,
    )
    app.context_processor(_in_every_page)
    app.before_request(_begin)
    app.after_request(_count)  # Flask calls these last to first: the others' time is counted too
    app.before_request(_refuse_unknown_hosts)
    app.before_request(_refuse_foreign_forms)
    app.after_request(_harden)
    app.register_error_handler(HTTPException, _http_fault)
    app.register_error_handler(StoreUnavailable, _store_fault)
    app.register_error_handler(Exception, _unforeseen)
    app.register_blueprint(bp)
    app.after_request(compress)
    asked = caller.through_proxy(app.wsgi_app, site.names(bound))
    app.wsgi_app = asked  # type: ignore[method-assign, assignment]
    return app


def site() -> Site:
    """Return the site of the app that answers."""
    return cast(Site, current_app.extensions["hienke"])


def store() -> Store:
    """Return the store connection of this thread."""
    return site().store()


def settings() -> Settings:
    """Return the settings of the app that answers."""
    return site().settings


def language() -> str:
    """Return the language this visitor chose, vi unless they did."""
    if not flask.has_request_context():
        return "vi"
    spoken: str | None = g.get("language")
    if spoken is None:
        chosen = request.cookies.get("lang")
        spoken = g.language = chosen if chosen in texts.LANGUAGES else "vi"
    return spoken


def say(key: str, **blanks: object) -> str:
    """Return a sentence in the visitor's language; the office's own blanks are filled in."""
    return _spoken().say(key, **blanks)


def spoken_in(chosen: str) -> texts.Spoken:
    """Return one of the languages as this office speaks it, whatever the visitor chose."""
    known: dict[str, texts.Spoken] = current_app.extensions["spoken"]
    if chosen not in known:
        known[chosen] = texts.Spoken(texts.load(chosen), _office_blanks())
    return known[chosen]


def has_text(key: str) -> bool:
    """Say whether there is such a sentence."""
    return key in texts.load(language())


def day(at: int) -> str:
    """Return an instant (ms UTC) as a local day: 16/03/2026."""
    return clock.day_words(at, settings().office.zone)


def hour(at: int) -> str:
    """Return an instant (ms UTC) as a local hour: 09:12."""
    return clock.hour_words(at, settings().office.zone)


def duration(seconds: float) -> str:
    """Return a length as a player shows it: 1:05."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def thousands(number: int) -> str:
    """Return a number as Vietnamese papers write it: 12.500."""
    return f"{number:,}".replace(",", ".")


def lines(text: str) -> Markup:
    """Return a person's text as HTML, its line ends kept, its direction its own."""
    return Markup('<span class="words" dir="auto">%s</span>') % text


def asker() -> caller.Caller:
    """Return who asks: the address, whom brakes take it for, and whether it is this very PC."""
    return caller.of(request.environ, current_app.config["NAMES"])


def remote() -> str:
    """Return the address the request came from (a proxy on this machine is seen through)."""
    return asker().address


def is_this_machine() -> bool:
    """Say whether the request came from this very PC and through no proxy."""
    return asker().is_here


def is_loopback_address(url: str) -> bool:
    """Say whether an address can be opened on this very PC alone."""
    return caller.is_loopback(urlsplit(url).hostname or "")


def style(names: str) -> Markup:
    """Return the named style sheets (blanks between) as one inline <style>, allowed by its hash:
    on 2G a second request costs more than the bytes."""
    text, digest = sheets.bundle(tuple(dict.fromkeys(names.split())))
    g.style_hash = digest
    return Markup(f"<style>{text}</style>")  # noqa: S704 our own files


def style_url(*names: str) -> str:
    """Return the address of the named style sheets as one file that browsers keep for good."""
    _, digest = sheets.bundle(names)
    return f"/css/{'+'.join(names).replace('/', '.')}.css?v={digest[:12].replace('+', '-')}"


def script(name: str) -> Markup:
    """Return the <script> that loads a module; the page's policy then allows our own ones."""
    g.has_script = True
    return Markup('<script type="module" src="%s"></script>') % scripts.address(name)


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
    """Return the page of a fault: what happened, in a sentence, and what to do now."""
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
    could not take now."""
    _note_store_fault(fault)
    answer = page if isinstance(page, BaseResponse) else Response(page, mimetype="text/html")
    answer.status_code = 503
    answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer


_PAGES = frozenset({400, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503})


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """200 only when the store and the media folder were really written just now."""
    health = site().health.now()
    return flask.jsonify(health.as_json()), 200 if health.is_ok else 503


@bp.get("/css/<path:names>.css")
def style_sheet(names: str) -> ResponseReturnValue:
    """Serve a bundle of style sheets under an address that changes with its content."""
    wanted = tuple(name.replace(".", "/") for name in names.split("+"))
    if not all(sheets.is_sheet(name) for name in wanted):
        flask.abort(404)
    answer = Response(sheets.bundle(wanted)[0], mimetype="text/css")
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    answer.headers["Vary"] = "Accept-Encoding"
    return answer


@bp.get("/js/<version>/<path:name>.js")
def module(version: str, name: str) -> ResponseReturnValue:
    """Serve a module under an address that changes with its content; an address of before an
    upgrade gets today's, not to be kept."""
    if not scripts.is_script(name):
        flask.abort(404)
    answer = Response(scripts.text(name), mimetype="text/javascript")
    if version == scripts.version():
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    answer.headers["Vary"] = "Accept-Encoding"
    return answer


@bp.get("/favicon.ico")
def favicon() -> ResponseReturnValue:
    """There is none; say so cheaply and let browsers remember it."""
    return Response(status=204, headers={"Cache-Control": "public, max-age=604800"})


def _begin() -> None:
    g.began = time.perf_counter()
    if asker().is_hidden:
        site().proxies.note(clock.now())


def _count(answer: Response) -> Response:
    seconds = time.perf_counter() - g.began
    site().requests.note(
        current_app.name, request.endpoint, request.method, answer.status_code, seconds
    )
    return answer


def _in_every_page() -> dict[str, Any]:
    here = site()
    return {
        "layout": current_app.config["LAYOUT"],
        "office": here.settings.office,
        "is_demo": here.commune.is_demo,
        "lang": language(),
        # The same as the global, found once a page; macros imported without context use that.
        "say": _spoken().say,
    }


def _spoken() -> texts.Spoken:
    """Return the visitor's language as this office speaks it; one look a request."""
    found: texts.Spoken | None = g.get("spoken")
    if found is None:
        found = g.spoken = spoken_in(language())
    return found


def _office_blanks() -> dict[str, str]:
    here = site()
    office = here.settings.office
    return {
        "cq": office.name,
        "xa": office.name.removeprefix("UBND "),
        "sdt": _unbroken(office.phone),
        "quay": office.counter,
        "dausms": _unbroken(phone.shown(phone.mobile(office.sms_number) or office.sms_number)),
        "n_thang": str(here.settings.retention.contact_months),
    }


def _unbroken(number: str) -> str:
    """A telephone number that no line end tears apart."""
    return number.replace(" ", "\N{NO-BREAK SPACE}")


def _refuse_unknown_hosts() -> ResponseReturnValue | None:
    """Refuse a name that is not ours. (Flask's own TRUSTED_HOSTS knows no IPv6 address.)"""
    return None if host_of(request.host) in current_app.config["HOSTS"] else fault_page(400)


def _refuse_foreign_forms() -> ResponseReturnValue | None:
    """Refuse a form that another site's page sends."""
    given = request.headers
    is_foreign = origin.is_foreign(request.method, given, host=request.host, scheme=request.scheme)
    return fault_page(403) if is_foreign else None


def _harden(answer: Response) -> Response:
    is_page = answer.mimetype == "text/html"
    harden(
        answer.headers,
        policy=_policy() if is_page else None,
        powers=_powers(),
        is_secure=request.is_secure,
    )
    return answer


def _powers() -> str | None:
    if g.get("has_script"):
        return RECORDING
    return None if g.get("style_hash") else NOTHING


def _policy() -> str:
    inline = g.get("style_hash")
    styles = f"'sha256-{inline}'" if inline else "'self'"
    # Files that were sent along are shown on staff pages and on a receipt that has some.
    files = g.get("shows_files") or not inline
    shown = "img-src 'self' data:;media-src 'self'" if files else "img-src data:"
    if g.get("has_script"):  # what was just recorded or drawn is shown from the page's memory
        shown = (
            "script-src 'self';connect-src 'self';worker-src 'self';"
            "img-src 'self' data: blob:;media-src 'self' blob:"
        )
    return (
        f"default-src 'none';style-src {styles};{shown};form-action 'self';"
        "base-uri 'none';frame-ancestors 'none'"
    )


def _http_fault(fault: HTTPException) -> ResponseReturnValue:
    if fault.response is not None or fault.code is None or fault.code < 400:
        return fault
    return fault_page(fault.code)


def _store_fault(fault: StoreUnavailable) -> ResponseReturnValue:
    _note_store_fault(fault)
    return fault_page(503, retry_after=RETRY_AFTER_SECONDS)


def _note_store_fault(fault: StoreUnavailable) -> None:
    log.warning("store_unavailable reason=%s", fault)
    site().forget_store()


def _unforeseen(fault: Exception) -> ResponseReturnValue:
    log.exception("unforeseen path=%s", request.url_rule.rule if request.url_rule else "-")
    site().forget_store()
    return fault_page(500)
