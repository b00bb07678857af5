"""The exact SMS that a form of the case page would send (cases/told.py), shown before it is sent.

Without script a button shows the page again with the SMS in its form; with script the form asks for
the SMS alone while somebody types. Nothing is kept and nothing is sent.
"""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from kiosk.staff.blueprint import bp
from kiosk.staff.cases.merging import merge_page
from kiosk.staff.cases.move_form import read_status
from kiosk.staff.cases.page import case_page
from kiosk.staff.cases.told import Preview, preview_of
from kiosk.staff.visibility import visible_case
from shared.domain.proposal import Status
from shared.domain.roles import DESK
from shared.store.cases.proposals import Proposal


@bp.post("/ho-so/<code>/xem-truoc", allow=DESK)
def preview_sms(code: str) -> ResponseReturnValue:
    """Show the case again, with the SMS in the form that asked."""
    here, wanted = visible_case(code), read_status(request.form.get("to"))
    if _is_panel():
        return case_page(here, panel_given=request.form)
    if wanted is Status.MERGED and here.status is not Status.MERGED:
        return merge_page(here, request.form.get("into", ""), preview=_preview(here, wanted))
    return case_page(
        here,
        open_step=wanted,
        preview=_preview(here, wanted),
        is_answering=wanted is None,
    )


@bp.post("/ho-so/<code>/xem-truoc/tin", allow=DESK)
def preview_sms_alone(code: str) -> ResponseReturnValue:
    """Show the SMS alone, for the form that is being filled in; nothing where the panel leaves a
    case where it stands."""
    here, wanted = visible_case(code), read_status(request.form.get("to"))
    if _is_panel() and wanted is None:
        return ""
    return render_template("staff/sms_alone.html", preview=_preview(here, wanted))


def _is_panel() -> bool:
    return "seen_status" in request.form


def _preview(here: Proposal, wanted: Status | None) -> Preview | None:
    return preview_of(here, wanted, request.form)
