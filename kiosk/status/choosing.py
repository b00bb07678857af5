"""The page for sending files to an idea that has its receipt: by a form without script, from a
phone. With script the same page sends them in pieces (pieces.py).

A kiosk has no such page: choosing files would show the PC's folders.
"""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from kiosk import limits, taking
from kiosk.callers import RECEIPT
from kiosk.status import bp
from kiosk.status.receipt import behind
from kiosk.taking import FileRefused
from kiosk.visitor import this_kiosk
from kiosk.web import busy
from shared.db.connection import StoreUnavailable
from shared.db.event_log import new_id
from shared.domain import clock
from shared.store.cases.proposals import Proposal


@bp.get("/r/<secret>/gui-tep", allow=RECEIPT)
def choose_files(secret: str) -> ResponseReturnValue:
    """Show how to send pictures, recordings and clips."""
    found = behind(secret)
    if not isinstance(found, Proposal):
        return found
    if this_kiosk():
        return redirect(url_for("status.receipt", secret=secret), 303)
    return _page(found, secret)


@bp.post("/r/<secret>/gui-tep", allow=RECEIPT)
def send_files(secret: str) -> ResponseReturnValue:
    """Keep the files of a form; they are examined later."""
    found = behind(secret)
    if not isinstance(found, Proposal):
        return found
    try:
        if limits.too_many_sent():
            raise FileRefused(429, "too_fast")
        taking.take_form(found, taking.from_citizen(), at=clock.now())
    except FileRefused as refusal:
        return _page(found, secret, refusal)
    except StoreUnavailable as fault:
        return busy(fault, _page(found, secret, FileRefused(503, "busy")))
    return redirect(url_for("status.receipt", secret=secret, moi="tep"), 303)


def _page(found: Proposal, secret: str, refusal: FileRefused | None = None) -> Response:
    page = render_template(
        "status/files.html",
        proposal=found,
        secret=secret,
        refusal=refusal,
        form_key=new_id(),
        most=taking.FORM_BYTES // taking.MIB,
        most_in_pieces=max(taking.MOST_BYTES.values()) // taking.MIB,
        files=taking.MOST_FILES,
    )
    return Response(page, refusal.status if refusal else 200, mimetype="text/html")
