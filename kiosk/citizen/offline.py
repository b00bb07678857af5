"""What a kiosk shows while this server is away: the pages that its service worker stores, and the
worker.

They have the same questions, texts and layout; script fills in what the server cannot
(static/js/worker.js, offline.js, outbox.js).
"""

import json

from flask import Response, g, render_template, request
from flask.typing import ResponseReturnValue

from kiosk import scripts
from kiosk.citizen import bp, questions
from kiosk.citizen.aids import DISPLAYS
from kiosk.citizen.device import IDLE_SHORT_SECONDS, IDLE_TYPING_SECONDS, WIPE_SECONDS, wait
from kiosk.visitor import this_kiosk
from kiosk.web import fault_page, settings, site
from shared import texts
from shared.domain.addresses import opens_here_alone
from shared.runtime.guarded import ANYBODY
from shared.texts import NOTICE_VERSION

_SCREENS = ("", "/gui", "/phieu")
# Each screen is stored in every way in which it can be drawn (aids.DISPLAYS).
_WAYS = ("", "larger", "contrast", "larger.contrast")


@bp.get("/sw.js", allow=ANYBODY)
def worker() -> ResponseReturnValue:
    """Serve the service worker: it may handle every address, and changes with any module."""
    begun_with = {
        "version": scripts.version(),
        "modules": [scripts.address(name) for name in scripts.names()],
        "pages": [
            f"/ngoai-tuyen/{lang}{path}?kieu={ways}"
            for lang in texts.LANGUAGES
            for path in _SCREENS
            for ways in _WAYS
        ],
    }
    body = (
        f'import {{ begin }} from "{scripts.address("worker")}";\n'
        f"begin({json.dumps(begun_with, indent=2)});\n"
    )
    answer = Response(body, mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Security-Policy"] = (
        "default-src 'none';script-src 'self';connect-src 'self'"
    )
    return answer


@bp.get("/ngoai-tuyen/<lang>", allow=ANYBODY)
def offline_home(lang: str) -> ResponseReturnValue:
    """Show what one can do here without the server."""
    wait(0)  # nobody is there yet
    return _page(lang, "offline/home.html")


@bp.get("/ngoai-tuyen/<lang>/gui", allow=ANYBODY)
def offline_form(lang: str) -> ResponseReturnValue:
    """Ask all questions on one page, which the browser stores and sends later."""
    wait(IDLE_TYPING_SECONDS)
    return _page(
        lang,
        "offline/form.html",
        questions=questions.SHORT,
        folded=questions.BESIDE,
        recorded=questions.RECORDED,
        notice=NOTICE_VERSION,
    )


@bp.get("/ngoai-tuyen/<lang>/phieu", allow=ANYBODY)
def offline_receipt(lang: str) -> ResponseReturnValue:
    """Show the receipt that script fills in from the kiosk's reserve."""
    wait(IDLE_SHORT_SECONDS)
    return _page(
        lang,
        "offline/receipt.html",
        wipe_seconds=IDLE_SHORT_SECONDS + WIPE_SECONDS,
        only_here=opens_here_alone(site().public_url),
        by_browser=settings().printer.browser,
    )


def _page(lang: str, template: str, **words: object) -> str | Response:
    """Return a page in the language of its address; only for an enrolled kiosk."""
    if lang not in texts.LANGUAGES or this_kiosk() is None:
        return fault_page(404)
    g.language = lang
    ways = request.args.get("kieu")
    if ways is not None:  # stored for anybody, not for this visitor
        words["displays"] = [way for way in DISPLAYS if way in ways.split(".")]
    here = request.path.removeprefix(f"/ngoai-tuyen/{lang}")
    return render_template(template, here=here, is_away=True, **words)
