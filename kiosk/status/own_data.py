"""Behind the QR: everything the office keeps about the sender, their consents, who looked; and
requests to correct it, to withdraw a consent, to be erased.

The holder of a receipt may have found it. So name and number are masked here. A consent is
withdrawn at once, because that only reveals less; who is not to be kept is erased ten minutes
later, until when one tap takes it back. Everything else waits at the office's desk for
somebody who checks who is asking (kiosk/staff/privacy/data_desk.py).
"""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from kiosk.callers import RECEIPT
from kiosk.citizen.device import IDLE_SHORT_SECONDS, wait
from kiosk.status import bp
from kiosk.status.receipt import behind
from kiosk.web import busy, settings, store
from shared.db.connection import StoreUnavailable, writing
from shared.db.event_log import new_id
from shared.domain import clock, phone
from shared.domain.intake import SHORT_LETTERS, Problem
from shared.domain.proposal import CONSENTS, TEXT_LETTERS
from shared.domain.vietnamese import clean, one_line
from shared.store.cases import authors, pending_acts
from shared.store.cases.proposals import Proposal
from shared.store.privacy import data_requests
from shared.store.privacy.data_requests import NewDataRequest
from shared.workflows import pending, subject_access

# Requests that wait at the desk; a consent is withdrawn here.
ASKED_HERE = ("access", "correction", "erasure", "complaint")
# The most open requests of one idea: repeated taps fill no desk.
MOST_OPEN = 5
_JUST_DONE = {
    "hoi": "own.asked",
    "rut": "own.taken_back",
    "lay-lai": "own.kept",
    "nhieu": "own.enough",
}


@bp.get("/r/<secret>/du-lieu", allow=RECEIPT)
def own_data(secret: str) -> ResponseReturnValue:
    """Show what is kept."""
    found = behind(secret)
    return _page(found, secret) if isinstance(found, Proposal) else found


@bp.post("/r/<secret>/du-lieu", allow=RECEIPT)
def ask_about_data(secret: str) -> ResponseReturnValue:
    """Keep a request by the holder of a receipt about what is kept."""
    found = behind(secret)
    if not isinstance(found, Proposal):
        return found
    kind, said = request.form.get("kind", ""), _said()
    if "stay" in request.form:
        return _page(found, secret)
    problems = _problems(kind, said)
    if problems:
        return _page(found, secret, problems, 422)
    try:
        return _ask(found, secret, kind, said)
    except StoreUnavailable as fault:
        return busy(fault, _page(found, secret, [Problem("", "err.busy")]))


@bp.post("/r/<secret>/rut-dong-y", allow=RECEIPT)
def take_consent_back(secret: str) -> ResponseReturnValue:
    """Withdraw one of the sender's consents; what erases them waits."""
    found = behind(secret)
    if not isinstance(found, Proposal):
        return found
    consent, at = request.form.get("consent", ""), clock.now()
    if consent not in CONSENTS:
        return _page(found, secret, [Problem("", "err.choice")], 422)
    door = data_requests.Door("receipt", settings().office.zone)
    pending.take_consents_back(store(), found.id, {consent}, door, at=at)
    done = None if consent == "store" else "rut"
    return redirect(url_for("status.own_data", secret=secret, moi=done), 303)


def _ask(found: Proposal, secret: str, kind: str, said: str) -> ResponseReturnValue:
    db = store()
    key = request.form.get("key", "")[:64] or new_id()
    new = NewDataRequest(
        kind, "receipt", found.id, said=said, identity="receipt", is_answered=True
    )  # fmt: skip
    with writing(db):  # so that twelve taps at once fill no desk either
        if sum(one.is_open for one in data_requests.of_proposal(db, found.id)) >= MOST_OPEN:
            return redirect(url_for("status.own_data", secret=secret, moi="nhieu"), 303)
        data_requests.add(
            db, new, key=f"web|{found.id}|{key}", zone=settings().office.zone, at=clock.now()
        )
    return redirect(url_for("status.own_data", secret=secret, moi="hoi"), 303)


def _said() -> str:
    """Return what was typed; for a correction, the right name and number, one a line."""
    lines = [clean(request.form.get("said", ""))]
    name, number = one_line(request.form.get("name", "")), request.form.get("phone", "").strip()
    if name:
        lines.insert(0, name[:SHORT_LETTERS])
    if number:
        read = phone.mobile(number)
        lines.insert(1 if name else 0, phone.shown(read) if read else number[:40])
    return "\n".join(line for line in lines if line)


def _problems(kind: str, said: str) -> list[Problem]:
    if kind not in ASKED_HERE:
        return [Problem("kind", "own.wrong.kind")]
    if kind in ("correction", "complaint") and not said:
        return [Problem("said", f"own.wrong.{kind}")]
    if len(said) > TEXT_LETTERS:
        return [Problem("said", "err.too_long", {"n": TEXT_LETTERS})]
    return []


def _page(
    found: Proposal, secret: str, problems: list[Problem] | None = None, status: int = 200
) -> Response:
    db = store()
    author = authors.of(db, found.id)
    wait(IDLE_SHORT_SECONDS)
    page = render_template(
        "status/own_data.html",
        proposal=found,
        secret=secret,
        held=subject_access.everything(db, found),
        requests=data_requests.of_proposal(db, found.id),
        author=author,
        erasure=pending_acts.one_waiting(db, found.id, "erase"),
        is_known=bool(author.name or author.phone or author.guardian),
        asked_here=ASKED_HERE,
        just_done=_JUST_DONE.get(request.args.get("moi", "")),
        form_key=request.form.get("key", "")[:64] or new_id(),
        typed=request.form,
        problems=problems or [],
    )
    return Response(page, status, mimetype="text/html")
