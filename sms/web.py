"""What every route of the SMS app shares beyond what every app does (runtime/base_app.py): its
texts and style, and its error pages.

Nothing here is about one gateway. The routes are in webhooks.py and phones.py; doors.py says what a
caller must prove before each of them.
"""

import base64
import hashlib
import logging
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from shared import texts
from shared.runtime import base_app, metrics
from shared.runtime.base_app import healthz, site
from shared.runtime.guarded import ANYBODY, THIS_MACHINE
from shared.runtime.headers import NO_POWERS
from shared.runtime.listening import Address
from shared.runtime.site import Site
from shared.runtime.style_sheets import joined

STATIC = Path(__file__).resolve().parent / "static"
# Far above any SMS; a gateway does not send more.
MAX_BODY = 64 * 1024

log = logging.getLogger("hienke.sms")


bp = Blueprint("web", __name__)
bp.get("/healthz", allow=ANYBODY)(healthz)


def new_app(site: Site, bound: Address) -> Flask:
    """Return a Flask app with what all routes share; blueprints come after."""
    own = base_app.Own("sms", MAX_BODY, log, _fault, _policy, lambda: NO_POWERS)
    app = base_app.new_app("sms", site, bound, own)
    app.jinja_env.globals.update(say=say, style=style)
    app.register_blueprint(bp)
    return app


def say(key: str, **blanks: object) -> str:
    """Return a sentence of the screens; the simulator speaks Vietnamese."""
    return texts.load("vi").say(key, **blanks)


def style() -> Markup:
    """Return the style sheet inline, allowed by its hash."""
    text, g.style_hash = _sheet()
    return Markup(f"<style>{text}</style>")  # noqa: S704 our own file


@bp.get("/metrics", allow=THIS_MACHINE)
def metrics_text() -> ResponseReturnValue:
    """Tell Prometheus on this very PC how this program answers; the staff app reports the rest."""
    return Response(metrics.text(site().requests.metrics()), content_type=metrics.CONTENT_TYPE)


@cache
def _sheet() -> tuple[str, str]:
    text = joined((STATIC / "phone.css").read_text("utf-8"))
    return text, base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _policy() -> str:
    style_hash, framers = g.get("style_hash"), "'self'" if g.get("is_framed") else "'none'"
    styles = f"'sha256-{style_hash}'" if style_hash else "'none'"
    return (
        f"default-src 'none';style-src {styles};"
        "img-src data:;frame-src 'self';form-action 'self';base-uri 'none';"
        f"frame-ancestors {framers}"
    )


def _fault(status: int) -> Response:
    """Return the error: one word for a machine, a page for a person."""
    if request.path.startswith(("/twilio/", "/android")):
        return Response(f"{status}\n", status, mimetype="text/plain")
    kind = "missing" if status == 404 else "broken" if status >= 500 else "refused"
    return Response(render_template("phone/fault.html", kind=kind), status, mimetype="text/html")
