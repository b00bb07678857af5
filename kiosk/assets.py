"""Style sheets and modules of the pages: the tags that name them, and the routes that serve them.

Each has an address that changes with its content, so browsers may keep it for good.
"""

import flask
from flask import Blueprint, Response, g
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kiosk import scripts, sheets
from shared.runtime.base_app import healthz
from shared.runtime.guarded import ANYBODY

_FOR_GOOD = "public, max-age=31536000, immutable"

bp = Blueprint("web", __name__)
bp.get("/healthz", allow=ANYBODY)(healthz)


def forget() -> None:
    """Forget what a page that was begun before loads: another one is drawn now."""
    for what in ("style_hash", "has_script", "records", "script_hash"):
        g.pop(what, None)


def style(names: str) -> Markup:
    """Return the named style sheets (separated by blanks) as one inline <style>, allowed by its
    hash: on 2G a second request costs more than the bytes."""
    text, digest = sheets.bundle(tuple(dict.fromkeys(names.split())))
    g.style_hash = digest
    return Markup(f"<style>{text}</style>")  # noqa: S704 our own files


def style_url(*names: str) -> str:
    """Return the address of the named style sheets as one file that browsers keep for good."""
    _, digest = sheets.bundle(names)
    return f"/css/{'+'.join(names).replace('/', '.')}.css?v={digest[:12].replace('+', '-')}"


def script(name: str, *, records: bool = True) -> Markup:
    """Return the <script> that loads a module; the page's policy then allows our own modules, and
    that they record and draw, unless not `records`."""
    allow_scripts(records=records)
    return Markup('<script type="module" src="%s"></script>') % scripts.address(name)


def allow_scripts(*, records: bool = True) -> None:
    """Let the page's policy allow what `script` does: for a part that was drawn before."""
    g.has_script = True
    g.records = records


def script_within(*names: str) -> Markup:
    """Return small modules as one inline <script>, allowed by its hash: for what a telephone's
    first visit needs. A page has one such script, or loads modules."""
    text, g.script_hash = scripts.within(*names)
    return Markup(f'<script type="module">{text}</script>')  # noqa: S704 our own files


@bp.get("/css/<path:names>.css", allow=ANYBODY)
def style_sheet(names: str) -> ResponseReturnValue:
    """Serve a bundle of style sheets under an address that changes with its content."""
    wanted = tuple(name.replace(".", "/") for name in names.split("+"))
    if not all(sheets.is_sheet(name) for name in wanted):
        flask.abort(404)
    answer = Response(sheets.bundle(wanted)[0], mimetype="text/css")
    answer.headers["Cache-Control"] = _FOR_GOOD
    answer.headers["Vary"] = "Accept-Encoding"
    return answer


@bp.get("/js/<version>/<path:name>.js", allow=ANYBODY)
def module(version: str, name: str) -> ResponseReturnValue:
    """Serve a module under an address that changes with its content. An address from before an
    upgrade gets the present module, not to be kept."""
    if not scripts.is_script(name):
        flask.abort(404)
    answer = Response(scripts.text(name), mimetype="text/javascript")
    if version == scripts.version():
        answer.headers["Cache-Control"] = _FOR_GOOD
    answer.headers["Vary"] = "Accept-Encoding"
    return answer


@bp.get("/favicon.ico", allow=ANYBODY)
def favicon() -> ResponseReturnValue:
    """There is no icon; say so in few bytes and let browsers remember it."""
    return Response(status=204, headers={"Cache-Control": "public, max-age=604800"})
