"""Who sent a case: what is kept, the form that puts it right, and what was put right before.

This page shows the sender in full, so each look at it is recorded.
"""

from collections.abc import Sequence

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff import break_glass
from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.cases.sender_form import (
    classes,
    read_correction,
    read_settled,
    refused,
    settling,
    typed_of,
)
from kiosk.staff.forms import reading
from kiosk.staff.visibility import visible_case
from kiosk.web import settings, store
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.proposal import RESIDENCES
from shared.domain.roles import DESK, READERS
from shared.store.cases import authors, proven_numbers, redactions, sender_changes
from shared.store.cases.authors import Author
from shared.store.cases.proposals import Proposal
from shared.store.files import attachments, uploads
from shared.store.files.attachments import Attachment
from shared.store.people import staff
from shared.texts import NOTICE_VERSIONS
from shared.workflows import case_steps, co_authors, correct_sender
from shared.workflows.co_authors import AuthorUnknown
from shared.workflows.correct_sender import (
    ChairNeeded,
    Correction,
    SenderErased,
    SenderStale,
    YearNeedsChair,
)  # fmt: skip


@bp.get("/ho-so/<code>/nguoi-gui", allow=READERS)
def case_sender(code: str) -> ResponseReturnValue:
    """Show who sent a case and record who looked."""
    here = _case(code)
    return _looked_at(here, authors.of(store(), here.id))


@bp.post("/ho-so/<code>/nguoi-gui", allow=READERS)
def correct_case_sender(code: str) -> ResponseReturnValue:
    """Put right who sent a case."""
    here = _case(code)
    after = url_for("staff.case_sender", code=here.code)
    return _correct(here, authors.of(store(), here.id), after)


@bp.get("/ho-so/<code>/tac-gia/<author_id>/sua", allow=DESK)
def case_author(code: str, author_id: str) -> ResponseReturnValue:
    """Show a further author of a case and record who looked."""
    here = _case(code)
    return _looked_at(here, _further(here, author_id))


@bp.post("/ho-so/<code>/tac-gia/<author_id>/sua", allow=DESK)
def correct_author(code: str, author_id: str) -> ResponseReturnValue:
    """Put right a further author of a case."""
    here = _case(code)
    return _correct(here, _further(here, author_id), url_for("staff.case_authors", code=here.code))


@bp.post("/ho-so/<code>/nguoi-gui/tu-cach", allow=READERS)
def settle_class(code: str) -> ResponseReturnValue:
    """Settle at one touch who sent a case, where nobody was asked."""
    here = _case(code)
    author = authors.of(store(), here.id)
    now = correct_sender.facts_of(here, author)
    with reading(lambda wrong: _page(here, author, wrong)) as given:
        asked = read_settled(given, now)
    if not here.is_unasked:  # a colleague was faster; what they wrote stands in the form
        return _page(here, author, [Problem("", "staff.sender.stale")], 409, is_typed=False)
    return _keep(here, author, asked, url_for("staff.case", code=here.code))


def _looked_at(here: Proposal, author: Author) -> ResponseReturnValue:
    case_steps.note_view(store(), here.id, "viewed_personal_details", actor=me().id, at=clock.now())
    return _page(here, author)


def _further(here: Proposal, author_id: str) -> Author:
    """Return a further author of a case, or 404."""
    try:
        return co_authors.further(store(), here.code, author_id)[1]
    except AuthorUnknown:
        abort(404)


def _correct(here: Proposal, author: Author, after: str) -> ResponseReturnValue:
    """Keep what was typed of an author and lead to the page `after` it."""
    now = correct_sender.facts_of(here, author)
    with reading(lambda wrong: _page(here, author, wrong)) as given:
        asked = read_correction(given, now, must_be_named=author.place > 1)
    return _keep(here, author, asked, after)


def _keep(here: Proposal, author: Author, asked: Correction, after: str) -> ResponseReturnValue:
    """Keep a correction and lead to the page `after` it, or say why it is refused."""
    try:
        correct_sender.correct(
            store(), here.code, asked, zone=settings().office.zone, actor=me().id, at=clock.now(),
            author_id=author.id,
        )  # fmt: skip
    except SenderStale:  # what a colleague wrote stands in the form now
        return _page(here, author, [refused(SenderStale())], 409, is_typed=False)
    except (SenderErased, ChairNeeded, YearNeedsChair) as fault:
        return _page(here, author, [refused(fault)], 409)
    return redirect(after, 303)


def _case(code: str) -> Proposal:
    """Return the case, or 403 if it is redacted for this member and they are none of the desk."""
    here = visible_case(code)
    is_veiled = redactions.hides(store(), here, break_glass.reader_of(here))
    if is_veiled and me().role not in DESK:
        abort(403)
    return here


def _shown_files(here: Proposal) -> list[Attachment]:
    """Return what shows who sent a case: its sheets and recordings, unless it is redacted for this
    member."""
    if redactions.hides(store(), here, break_glass.reader_of(here)):
        return []
    found = attachments.of_proposal(store(), here.id)
    return [one for one in found if one.kind != "unreadable"]


def _page(
    here: Proposal, author: Author, problems: Sequence[Problem] = (), status: int = 200, *,
    is_typed: bool = True,
) -> ResponseReturnValue:  # fmt: skip
    db = store()
    author = correct_sender.author_of(db, here, author.id)
    changes = sender_changes.of_author(db, author.id)
    may_change = correct_sender.is_theirs_to_change(db, here, me().id)
    now = correct_sender.facts_of(here, author)
    facts = typed_of(now)
    page = render_template(
        "staff/sender.html",
        files=_shown_files(here),
        on_their_way=uploads.open_of(db, here.id),
        case=here,
        author=author,
        proven_at=proven_numbers.of_author(db, author),
        may_change=may_change,
        changes=changes,
        seen=changes[-1].id if changes else "",
        names={person.id: person.name for person in staff.everyone(db)},
        participant_types=classes(now),
        residences=RESIDENCES,
        **settling(db, here, author),
        notice_versions=[(one, one) for one in reversed(NOTICE_VERSIONS)],
        problems=list(problems),
        given=request.form if problems and is_typed and may_change else facts,
    )
    return page, status
