"""Files that come in pieces (tus 1.0), at the address of a receipt.

Whoever knows the receipt's secret may send; nothing of the receipt is shown. So a kiosk may go on
sending, and begin to send, after the visit that recorded it is over.
"""

from collections.abc import Mapping

from flask import request
from werkzeug.wrappers import Response

from kiosk import limits, taking
from kiosk.callers import RECEIPT
from kiosk.status import bp
from kiosk.taking import FileRefused
from kiosk.web import log, say, site, store
from shared.domain import codes
from shared.store.cases import proposals
from shared.store.cases.proposals import Proposal
from shared.store.cases.receipts import code_behind
from shared.texts.plural import number_of

VERSION = "1.0.0"
RETRY_SECONDS = "60"


@bp.route(
    "/r/<secret>/tus", methods=["OPTIONS", "POST"], provide_automatic_options=False, allow=RECEIPT
)
def begin_upload(secret: str) -> Response:
    """Say what is offered, or make room for a file."""
    if request.method == "POST" and limits.too_many_sent():
        return _refused(429, say("upload.refused.too_fast"))
    return _answer(secret, "")


@bp.route(
    "/r/<secret>/tus/<upload_id>",
    methods=["OPTIONS", "HEAD", "PATCH", "DELETE"],
    provide_automatic_options=False,
    allow=RECEIPT,
)
def send_piece(secret: str, upload_id: str) -> Response:
    """Say how much of a file is here, take a piece of it, or delete it."""
    if (request.content_length or 0) > taking.MOST_PIECE:
        return _refused(413, f"at most {number_of(taking.MOST_PIECE, 'byte')} at once")
    return _answer(secret, f"/{upload_id}")


def _answer(secret: str, rest: str) -> Response:
    from kiosk import tus  # imported late: the program must start fast

    found = _behind(secret)
    if isinstance(found, Response):
        return found
    base = f"/r/{codes.tidy_secret(secret)}/tus"
    media = site().instance.media
    server = tus.server(store(), media, found, base, taking.from_citizen())
    # Bytes that come with a creation are ignored: a file begins with its first piece.
    body = request.get_data(cache=False) if request.method == "PATCH" else b""
    try:
        status, headers, text = server.handle_request(
            request.method, base + rest, dict(request.headers), body
        )
    except FileRefused as refusal:
        return _refused(refusal.status, say(refusal.key, **refusal.blanks))
    except tus.WrongBytes:
        return _refused(460, "the whole is not what its sha256 says; begin anew")
    except OSError as fault:
        log.error("upload_disk reason=%s", fault.strerror)
        return _refused(507, say("upload.refused.disk_full"))
    return _said(status, text, headers)


def _behind(secret: str) -> Proposal | Response:
    """Return the proposal of a receipt; without a limit, as at the receipt itself."""
    tidy = codes.tidy_secret(secret)
    code = code_behind(store(), tidy) if tidy else None
    if code is not None:
        return proposals.by_code(store(), code)
    return _refused(404, say("fault.404.title"))


def _refused(status: int, why: str) -> Response:
    return _said(status, why, {"Tus-Resumable": VERSION})


def _said(status: int, text: str | bytes, headers: Mapping[str, str]) -> Response:
    answer = Response(text, status, dict(headers), mimetype="text/plain")
    if status in (429, 507):
        answer.headers["Retry-After"] = RETRY_SECONDS
    return answer
