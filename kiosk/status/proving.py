"""Is a receipt genuine, and is it in the ledger whose head hangs on the notice board?

Whoever has the code learns that and can download a proof that holds only hashes. The holder of the
QR can download one with their own words (docs/api.md, "Check a receipt yourself").
"""

import json
import logging
import re

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import scanning
from kiosk.callers import RECEIPT
from kiosk.status import bp
from kiosk.status.genuine import letter_page
from kiosk.status.receipt import behind
from kiosk.status.standing import find, under, unknown_page
from kiosk.web import fault_page, settings, store
from shared.db import daily_roots, event_log
from shared.db.daily_roots import Proof
from shared.domain import clock, codes
from shared.domain.proposal import Standing
from shared.domain.vietnamese import one_line
from shared.runtime.guarded import ANYBODY
from shared.store.cases import case_words, proposals
from shared.store.cases.proposals import Proposal
from shared.store.cases.receipts import code_behind, unused

_PAGE = "status/verify.html"

log = logging.getLogger("hienke")


@bp.get("/xac-minh", allow=ANYBODY)
def verify_receipt() -> ResponseReturnValue:
    """Say whether a receipt is genuine, and under which head of the ledger it lies."""
    typed = request.args.get("ma")
    if typed is None:
        return render_template(_PAGE, typed="", found=None)
    found = _found(typed)
    if not isinstance(found, Standing):
        return found
    event = _received(proposals.by_code(store(), found.code))
    wanted_day = request.args.get("ngay", "")
    proof = _proof_of(event, wanted_day)
    latest = daily_roots.latest(store())
    return render_template(
        _PAGE,
        typed=typed,
        found=found,
        place=event.place,
        proof=proof,
        sheet=proof.sheets[-1] if proof else None,
        latest_day=latest.sheet.day if latest else "",
        missing_day=wanted_day if proof and wanted_day not in ("", proof.day) else "",
    )


@bp.get("/xac-minh/<code>/bang-chung.json", allow=ANYBODY)
def proof_of_code(code: str) -> ResponseReturnValue:
    """Send the proof that a receipt is in the ledger: only hashes, never a word."""
    found = find(codes.tidy(code), page=_PAGE)
    if not isinstance(found, Standing):
        return found
    return _send_proof(proposals.by_code(store(), found.code), with_words=False)


@bp.get("/R/<secret>/bang-chung.json", allow=RECEIPT)
@bp.get("/r/<secret>/bang-chung.json", allow=RECEIPT)
def own_proof(secret: str) -> ResponseReturnValue:
    """Send the proof that one's own words are in the ledger, with the words."""
    found = behind(secret)
    if not isinstance(found, Proposal):
        return found
    return _send_proof(found, with_words=True)


@bp.get("/S/<day>/<head>", allow=ANYBODY)
@bp.get("/s/<day>/<head>", allow=ANYBODY)
def check_sheet(day: str, head: str) -> ResponseReturnValue:
    """Say whether the head on a sheet of the notice board is still that of the ledger."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", day) or not re.fullmatch(r"[0-9a-fA-F]{64}", head):
        return fault_page(404)
    kept, head = daily_roots.of_day(store(), day), head.lower()
    agrees = kept is not None and kept.head == head and daily_roots.lies_in_chain(store(), kept)
    return render_template("status/sheet.html", day=day, kept=kept, head=head, agrees=agrees)


def _found(typed: str) -> Standing | ResponseReturnValue:
    """Return the standing of a typed code, or of the receipt whose QR was scanned; or the page that
    says why not."""
    code = codes.read(typed)
    if codes.is_code(code):
        return find(code, page=_PAGE, also=letter_page)
    secret = scanning.secret_in(typed)
    if secret:
        return _found_by(secret)
    problem = "err.code_typing" if code else "err.code_empty"
    page = render_template(_PAGE, typed=one_line(typed)[:80], found=None, problem=problem)
    return page, 422


def _found_by(secret: str) -> Standing | ResponseReturnValue:
    code = code_behind(store(), secret) or unused(store(), secret)
    return (under(code) if code else None) or unknown_page(_PAGE, "")


def _received(proposal: Proposal) -> event_log.Event:
    event = event_log.first_of(store(), proposal.id, "received")
    if event is None:
        raise LookupError(f"no event says that {proposal.id} was received")
    return event


def _proof_of(event: event_log.Event, day: str = "") -> Proof | None:
    proof = daily_roots.prove(store(), event, day)
    if proof and not proof.holds:
        log.error("proof_broken event=%s sheet=%s", event.id, proof.sheets[0].id)
    return proof


def _send_proof(proposal: Proposal, *, with_words: bool) -> ResponseReturnValue:
    event = _received(proposal)
    proof = _proof_of(event, request.args.get("ngay", ""))
    if proof is None or not proof.holds:  # the page says which, and what to do
        return redirect(url_for("status.verify_receipt", ma=proposal.code), 303)
    answer = Response(
        json.dumps(_as_file(proposal, proof, with_words=with_words), indent=1),
        mimetype="application/json",
    )
    name = f"bang-chung-{proposal.code}-{proof.day}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _as_file(proposal: Proposal, proof: Proof, *, with_words: bool) -> dict[str, object]:
    office, event = settings().office, proof.event
    own = {
        "event_text": event_log.text_of(store(), event),
        "words_text": case_words.words_spoken_of(store(), event),
    }
    return {
        "hienke_proof": 1,
        "office": office.name,
        "code": proposal.code,
        "received_at": clock.iso(proposal.received_at, office.zone),
        "event": event.place,
        "event_hash": event.hash,
        **(own if with_words else {}),
        "path": [{"side": step.side, "hash": step.hash} for step in proof.path],
        "sheets": [one.sheet.text for one in proof.sheets],
        "day": proof.day,
        "head": proof.head,
    }
