"""The papers of one case as files: the letter to its author, the slip to another office, the form
for its sender to sign."""

from flask import abort, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff import receipt_slip
from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.cases.page import case_page
from kiosk.staff.download import read_registered, send_paper, this_desk
from kiosk.staff.forms import reading
from kiosk.staff.visibility import visible_case
from kiosk.web import spoken_in, store
from shared.documents import idea_papers, proposal_form
from shared.documents.write import Registered
from shared.domain import clock
from shared.domain.proposal import GONE, Status
from shared.domain.roles import DESK
from shared.store.cases.proposals import Proposal
from shared.workflows import case_steps


@bp.post("/ho-so/<code>/thu-khen/tai", allow=DESK)
def take_letter(code: str) -> ResponseReturnValue:
    """Send the letter of commendation for an idea as a draft; it contains its author's name, which
    is recorded. A valid letter comes from the praise desk."""
    here = visible_case(code)
    if here.status in GONE:
        abort(404)
    content = idea_papers.letter(this_desk(), here, Registered())
    case_steps.note_view(store(), here.id, "viewed_personal_details", actor=me().id, at=clock.now())
    return send_paper(content, f"thu-khen-{here.code}", back=_case_of(here))


@bp.post("/ho-so/<code>/phieu-chuyen/tai", allow=DESK)
def take_referral(code: str) -> ResponseReturnValue:
    """Send the slip for the other office with a redirected idea."""
    here = visible_case(code)
    if here.status is not Status.REDIRECTED:
        abort(404)
    with reading(lambda wrong: case_page(here, problems=wrong)) as given:
        registered = read_registered(given)
    content = idea_papers.referral(this_desk(), here, registered)
    case_steps.note_view(store(), here.id, "referral_printed", actor=me().id, at=clock.now())
    return send_paper(content, f"phieu-chuyen-{here.code}", back=_case_of(here))


@bp.post("/ho-so/<code>/phieu-de-xuat/tai", allow=DESK)
def take_twin(code: str) -> ResponseReturnValue:
    """Send an idea as the paper form for its sender to sign, and record who took it: like the
    printed one, it contains the sender's name and number."""
    here = visible_case(code)
    receipt = receipt_slip.picture(here.code) if receipt_slip.may_hold(here) else b""
    content = proposal_form.write(this_desk(), here, spoken_in("vi"), receipt)
    case_steps.note_view(store(), here.id, "twin_printed", actor=me().id, at=clock.now())
    return send_paper(content, f"{proposal_form.PAPER}-{here.code}", back=_case_of(here))


def _case_of(here: Proposal) -> str:
    return url_for("staff.case", code=here.code)
