"""The receipt of a case as a desk prints it for its sender.

Its QR opens the sender's own words, and its holder acts as the sender. So no address and no word of
a page contains it. It is drawn only for printing, which is recorded, appears only on that paper,
and is left out for a reader who sees the case redacted (decision 54).
"""

from flask import render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kiosk import qr, receipts
from kiosk.staff import break_glass
from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.visibility import visible_case
from kiosk.web import say, settings, site, store
from shared.domain import clock, codes
from shared.domain.addresses import opens_here_alone
from shared.domain.roles import READERS
from shared.store.cases import redactions
from shared.store.cases.proposals import Proposal
from shared.store.people import devices, staff
from shared.workflows import case_steps


@bp.get("/ho-so/<code>/phieu", allow=READERS)
def reprint(code: str) -> ResponseReturnValue:
    """Show the receipt of a case without its QR, and how to print it with it."""
    return _page(visible_case(code), "")


@bp.post("/ho-so/<code>/phieu", allow=READERS)
def print_receipt(code: str) -> ResponseReturnValue:
    """Give the receipt to a browser that prints it, and record who asked for it."""
    here = visible_case(code)
    if not may_hold(here):
        return _page(here, ""), 403
    case_steps.note_view(store(), here.id, "receipt_reprinted", actor=me().id, at=clock.now())
    return _page(here, drawn(here.code))


def may_hold(here: Proposal) -> bool:
    """Say whether the member may hold the QR of a case: it opens the words as they were sent, so a
    reader who sees them redacted, or may not see the case, may not."""
    reader = break_glass.reader_of(here)
    return here.is_open_to(reader) and not redactions.hides(store(), here, reader)


def drawn(code: str) -> Markup:
    """Return the QR of a code's receipt as SVG."""
    return qr.svg(_text(code), say("receipt.qr_alt", ma=codes.grouped(code)))


def picture(code: str) -> bytes:
    """Return the QR of a code's receipt as PNG."""
    return qr.png(_text(code))


def _text(code: str) -> str:
    return receipts.qr_text_of(receipts.secret_of(code))


def _page(here: Proposal, drawn_qr: str) -> str:
    db = store()
    return render_template(
        "print/desk_slip.html",
        proposal=here,
        place=devices.name_of(db, here.device_id),
        qr=drawn_qr,
        only_here=opens_here_alone(site().public_url),
        may_hold=may_hold(here),
        holder=staff.names(db).get(here.assignee_id or ""),
        has_printer=settings().printer.is_there,
    )
