"""The secret and the QR text of a proposal's receipt, from the site's key. Also when a kiosk shows
a receipt: only during the visit that sent or scanned it, so that Back never shows it to the next
person."""

import hmac
from functools import cache

import flask
from flask import request
from werkzeug.wrappers import Response

from kiosk.visitor import RECEIPT_COOKIE, this_kiosk
from kiosk.web import site, store
from shared.domain import codes
from shared.domain.addresses import opens_here_alone
from shared.runtime.base_app import Finished, headers_of
from shared.runtime.guarded import leading
from shared.store.cases import receipts


def secret_of(code: str, *, is_new: bool = False) -> str:
    """Return the secret of a code's valid receipt; one that is new has had no other."""
    db = store()
    return codes.secret_of(
        code,
        key=site().secrets.receipt_key,
        commune_id=db.commune_id,
        copy=1 if is_new else receipts.living_copy(db, code),
    )


def url_of(secret: str) -> str:
    """Return the address of a receipt, as the API tells it."""
    return codes.receipt_url(site().public_url, secret)


def qr_text_of(secret: str) -> str:
    """Return the text of the QR: the receipt's address, or the secret alone, which the office's
    scanners read, if the address opens nowhere else."""
    return secret if opens_here_alone(site().public_url) else url_of(secret)


def lead_to(secret: str, done: str | None = None) -> Response:
    """Lead a visitor to their receipt; `done` is what was just done (status/receipt_page.py)."""
    path = codes.receipt_path(secret) + (f"?moi={done}" if done else "")
    answer = Finished(leading(path), 303, headers=_headers_of_leading(request.is_secure))
    answer.headers["Location"] = path
    if this_kiosk():
        answer.set_cookie(
            RECEIPT_COOKIE,
            codes.secret_hash(secret),
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
        )
    return answer


@cache
def _headers_of_leading(_is_secure: bool) -> tuple[tuple[str, str], ...]:
    """Return the headers of that answer, which are always the same but for where it leads."""
    return headers_of(flask.Response(mimetype="text/html"))


def is_shown_here(secret: str) -> bool:
    """Say whether this browser may show a receipt: a phone always, a kiosk during the visit."""
    if not this_kiosk():
        return True
    led_to = request.cookies.get(RECEIPT_COOKIE, "")
    return hmac.compare_digest(led_to.encode(), codes.secret_hash(secret).encode())
