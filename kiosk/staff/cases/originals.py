"""Originals that were kept because their copies are not like them: drawn again to be looked at, and
deleted once nobody needs them."""

import threading

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import files
from kiosk.staff import break_glass
from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.cases.page import case_page
from kiosk.staff.pending import reason_to_end, waits_problem
from kiosk.staff.visibility import visible_case
from kiosk.web import fault_page, say, site, store
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.roles import DESK, READERS
from shared.files import media
from shared.files.media import MediaRefused
from shared.store.cases import redactions
from shared.store.cases.proposals import Proposal
from shared.store.files import attachments, originals
from shared.store.files.originals import Original
from shared.workflows import case_steps, pending
from shared.workflows.pending import ActWaits

# A decoder takes a core; a second viewer waits so many seconds, then must come again.
_one_at_a_time = threading.Lock()
_WAIT_SECONDS = 10


@bp.get("/ho-so/<code>/goc/<original_id>", allow=READERS)
def original(code: str, original_id: str) -> ResponseReturnValue:
    """Send an original drawn or encoded again, never its own bytes, and record who opened it.
    `trang` is the page."""
    here = visible_case(code)
    found = _original_of(here, original_id)
    page = request.args.get("trang", 1, type=int)
    if not _one_at_a_time.acquire(timeout=_WAIT_SECONDS):
        return fault_page(503, retry_after=_WAIT_SECONDS)
    try:
        anew = media.drawn_anew(site().instance.media, found.sha256, page)
    except MediaRefused:
        problem = Problem(f"original-{found.id}", "staff.file.original_gone")
        return case_page(here, problems=[problem], status=422)
    finally:
        _one_at_a_time.release()
    case_steps.note_file_view(store(), here.id, found.attachment_id, actor=me().id, at=clock.now())
    return files.send_anew(anew)


@bp.post("/ho-so/<code>/goc/<original_id>/bo", allow=DESK)
def let_go_original(code: str, original_id: str) -> ResponseReturnValue:
    """Let the deletion of an original wait; its copy stays."""
    here = visible_case(code)
    found = _original_of(here, original_id)
    back = url_for("staff.case", code=here.code, _anchor="files")
    reason = reason_to_end("original", name=_name_of(found), back=back, waits=True)
    try:
        pending.ask_to_let_go(store(), found, reason, actor=me().id, at=clock.now())
    except ActWaits as fault:
        problem = waits_problem(fault.act, f"original-{found.id}")
        return case_page(here, problems=[problem], status=409)
    return redirect(back, 303)


def _name_of(original: Original) -> str:
    """Return what the case's page calls the file; "" if its copy is gone."""
    for number, one in enumerate(attachments.of_proposal(store(), original.proposal_id), 1):
        if one.id == original.attachment_id:
            return say(f"staff.file.{one.kind}", n=number)
    return ""


def _original_of(here: Proposal, original_id: str) -> Original:
    """Return an existing original of exactly this case, or 404."""
    if redactions.hides(store(), here, break_glass.reader_of(here)):
        abort(404)
    found = originals.of_proposal(store(), here.id)
    return next((one for one in found if one.id == original_id), None) or abort(404)
