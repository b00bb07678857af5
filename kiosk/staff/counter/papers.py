"""Sheets of A4 that a desk signs, hands over or posts: an idea as a form to sign, the slip that
sends somebody to another office, and the notice board's list of codes."""

from functools import partial

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from kiosk.staff import receipt_slip
from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.visibility import visible_case
from kiosk.web import site, store
from shared.db.pages import page_after
from shared.domain import clock, phone
from shared.domain.addresses import opens_here_alone
from shared.domain.proposal import CONSENTS, EFFECTS, PARTICIPANT_TYPES, RESIDENCES, Status
from shared.domain.roles import CULTURE, DESK, READERS
from shared.store.cases import authors, code_sheet, moves
from shared.workflows import case_steps

# How long the notice board still shows an idea after its end.
SHOWN_FOR = 90 * clock.DAY


@bp.get("/ho-so/<code>/phieu-de-xuat", allow=DESK)
def twin(code: str) -> ResponseReturnValue:
    """Show an idea as the paper form for its sender to sign, and record who printed it."""
    here, db = visible_case(code), store()
    author = authors.of(db, here.id)
    case_steps.note_view(db, here.id, "twin_printed", actor=me().id, at=clock.now())
    return render_template(
        "print/twin.html",
        case=here,
        author=author,
        number=phone.shown(author.phone) if author.phone else "",
        participant_types=PARTICIPANT_TYPES,
        residences=RESIDENCES,
        effects=EFFECTS,
        consents=CONSENTS,
        qr=receipt_slip.drawn(here.code) if receipt_slip.may_hold(here) else "",
        only_here=opens_here_alone(site().public_url),
    )


@bp.get("/ho-so/<code>/phieu-chuyen", allow=READERS)
def referral(code: str) -> ResponseReturnValue:
    """Show the slip for a person who is sent elsewhere: where to, why, and none of their words."""
    here, db = visible_case(code), store()
    if here.status is not Status.REDIRECTED:
        abort(404)
    case_steps.note_view(db, here.id, "referral_printed", actor=me().id, at=clock.now())
    return render_template(
        "print/referral.html", case=here, details=moves.of_proposal(db, here.id)[-1].details
    )


@bp.get("/bang-tin", allow=READERS | CULTURE)
def notice_board() -> ResponseReturnValue:
    """Show the codes and the status of each, for people without a telephone."""
    at = clock.now()
    read = partial(code_sheet.board, store(), at - SHOWN_FOR)
    sheet = page_after(read, request.args.get("after", ""))
    return render_template("print/notice_board.html", sheet=sheet, at=at)
