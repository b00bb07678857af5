"""The case page: all that is known of one proposal and all that may be done with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import render_template
from flask.typing import ResponseReturnValue

from kiosk import taking
from kiosk.staff import break_glass
from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.cases import queue_filters
from kiosk.staff.cases.claimed_time import claim_of
from kiosk.staff.cases.suggestions import suggested
from kiosk.staff.cases.timeline import timeline
from kiosk.staff.due import due_of
from kiosk.staff.visibility import visible_case
from kiosk.web import settings, store
from shared.db import event_log
from shared.db.connection import Store
from shared.domain import clock, phone
from shared.domain.completeness import FIRST_PART, SECOND_PART
from shared.domain.intake import Problem
from shared.domain.proposal import (
    CATEGORIES,
    DATES,
    DECIDED,
    FIELDS,
    MAKERS,
    MAY_SAY,
    Status,
    following,
    needed_for,
)
from shared.domain.redaction import strike
from shared.domain.roles import DESK, READERS
from shared.domain.vietnamese import initials
from shared.store.cases import (
    appraisals,
    authors,
    completeness,
    conversation,
    merges,
    notes,
    odd_clock,
    proposals,
    redactions,
)
from shared.store.cases.authors import Author
from shared.store.cases.conversation import Addition
from shared.store.cases.proposals import Proposal
from shared.store.council import files
from shared.store.files import attachments, originals, uploads
from shared.store.messages import inbox, media_downloads
from shared.store.models import adoptions
from shared.store.people import devices, staff
from shared.store.people.staff import StaffMember
from shared.workflows import case_steps, enter_for_citizen, enter_for_members, late_notices, notices

# Working days offered to a sender for adding what is missing; the officer may choose others.
DAYS_TO_ADD = 10
# Which detail of which move has sentences to choose from (texts `staff.prepared.<detail>`).
PREPARED = {
    "missing": frozenset({Status.NEEDS_INFO}),
    "reason": frozenset({Status.NOT_RECOGNISED, Status.CLOSED}),
}


@dataclass(frozen=True)
class Sender:
    """Who sent it, as far as this page tells: veiled until somebody asks, which is noted."""

    is_known: bool
    is_shown: bool
    name: str
    phone: str
    unit: str
    position: str
    guardian: str


@dataclass(frozen=True)
class Step:
    """One move offered: where it leads and what has to be said for it."""

    to: Status
    needs: tuple[str, ...]
    may_say: tuple[str, ...] = ()


@bp.get("/ho-so/<code>", allow=READERS)
def case(code: str) -> ResponseReturnValue:
    """Show one case."""
    return case_page(visible_case(code))


@bp.post("/ho-so/<code>/author", allow=DESK)
def show_author(code: str) -> ResponseReturnValue:
    """Show who sent it, and note who looked."""
    here = visible_case(code)
    case_steps.note_view(store(), here.id, "viewed_personal_details", actor=me().id, at=clock.now())
    return case_page(here, is_author_shown=True)


def case_page(
    here: Proposal,
    *,
    problems: Sequence[Problem] = (),
    open_step: Status | None = None,
    is_author_shown: bool = False,
    is_answering: bool = False,
    preview: object = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Return a case's page. With problems or a `preview` of an SMS, what was typed stays in the
    form it came from: a step's, or the answer's."""
    db, zone = store(), settings().office.zone
    people = staff.everyone(db)
    names = {person.id: person.name for person in people}
    author = authors.of(db, here.id)
    today = clock.to_local(clock.now(), zone).date()
    is_veiled = redactions.hides(db, here, break_glass.reader_of(here))
    came, went = inbox.of_proposal(db, here.id)
    readers = notices.recipients(db, here.id)
    happened = event_log.of_proposal(db, here.id)
    page = render_template(
        "staff/case.html",
        case=here,
        entry=enter_for_citizen.of(db, here.id) or enter_for_members.entry_of(db, here.id),
        expected=late_notices.of(db, here.id),
        odd_clock=odd_clock.around(db, here.id, now=clock.now()),
        alike=suggested(here),
        place=devices.name_of(db, here.device_id),
        claim=claim_of(db, here, happened, zone),
        due=due_of(here.status, here.due_at, today, zone),
        sender=_sender(author, is_shown=is_author_shown),
        author=author,
        authors_count=len(authors.of_idea(db, here.id)),
        assignee=names.get(here.assignee_id or ""),
        came=[] if is_veiled else came,
        went=went,
        timeline=timeline(
            happened,
            proposals.moves(db, here.id),
            _additions(db, here, is_veiled=is_veiled),
            conversation.replies(db, here.id),
            names,
        ),
        files=[] if is_veiled else attachments.of_proposal(db, here.id),
        originals=[] if is_veiled else originals.of_proposal(db, here.id),
        council_sees=files.marked(db, here.id),
        is_veiled=is_veiled,
        redaction=redactions.of(db, here.id),
        draft=_draft(db, here, author),
        **_points(db, here),
        notes=notes.of(db, here.id),
        note_key=event_log.new_id(),
        fetching=media_downloads.open_of(db, here.id),
        on_their_way=uploads.open_of(db, here.id),
        files_key=event_log.new_id(),
        files_most=taking.FORM_BYTES // taking.MIB,
        may_write_out=proposals.may_transcribe(db, here),
        names=names,
        rail=queue_filters.rail(db, None),
        has_printer=settings().printer.is_there,
        problems=problems,
        open_step=open_step,
        told=readers,
        told_own=[one for one in readers if one.proposal_id == here.id],
        merged_here=_merged_here(db, here),
        preview=preview,
        is_answering=is_answering,
        until=clock.add_working_days(today, DAYS_TO_ADD),
        **_what_may_be_done(here, people),
    )
    return page, status


def _additions(db: Store, here: Proposal, *, is_veiled: bool) -> list[Addition]:
    """Return what the sender added; to whom the case is redacted, only that it came."""
    found = conversation.additions(db, here.id)
    return [replace(one, text="") for one in found] if is_veiled else found


def _points(db: Store, here: Proposal) -> dict[str, object]:
    """Return what the page needs to tell whether both parts are there."""
    points, is_by_hand = completeness.of(db, here)
    parts = [("staff.case.first_part", FIRST_PART), ("staff.case.second_part", SECOND_PART)]
    return {"points": points, "points_by_hand": is_by_hand, "parts": parts}


def _draft(db: Store, here: Proposal, author: Author) -> Mapping[str, str]:
    """Return the texts to redact: as they were redacted before, or with what points at somebody
    struck out."""
    known = redactions.of(db, here.id)
    if known is not None:
        return known.texts
    names = (author.name, author.guardian)
    return {name: strike(getattr(here, name), names) for name in redactions.TEXTS}


def _merged_here(db: Store, here: Proposal) -> list[str]:
    """Return the codes of the cases merged into this one that its reader may open."""
    merged = (proposals.by_id(db, one) for one in merges.into(db, here.id))
    return [one.code for one in merged if one.is_open_to(me().id)]


def _what_may_be_done(here: Proposal, people: Sequence[StaffMember]) -> dict[str, object]:
    """Return what the forms of the page choose from; nothing for who may only read."""
    if me().role not in DESK:
        return {"steps": ()}
    ways = following(here.status, here.merged_from)
    return {
        "appraisal": appraisals.of(store(), here.id),
        "steps": [
            Step(to, needed_here(here, to), MAY_SAY.get(to, ()))
            for to in ways
            if is_theirs(here, to)
        ],
        "chair_decides": any(to in DECIDED and not is_theirs(here, to) for to in ways),
        "chair_spreads": Status.REPLICATED in ways and not is_theirs(here, Status.REPLICATED),
        "assignable": [person for person in people if person.is_active and person.role in DESK],
        "categories": CATEGORIES,
        "fields": FIELDS,
        "answer_key": event_log.new_id(),
        "dates": DATES,
        "spread": _spread(here),
        "prepared": PREPARED,
    }


def is_theirs(here: Proposal, to: Status) -> bool:
    """Say whether the reader's own hand may make a move of the table; one that is not in it is
    nobody's to refuse here. What nobody signed to spread is the chair's to make."""
    makers = MAKERS.get((here.status, to))
    if makers is None or me().role == "chair":
        return True
    return me().role in makers and (
        to is not Status.REPLICATED or case_steps.may_spread(store(), here.id)
    )


def needed_here(here: Proposal, to: Status) -> tuple[str, ...]:
    """Return what has to be said for a move of this case; undoing a merge asks for nothing."""
    if here.status is Status.MERGED:
        return ()
    is_unsigned = (here.status, to) == (Status.RECOGNISED, Status.REPLICATED) and (
        not case_steps.may_spread(store(), here.id)
    )
    return needed_for(to, is_signed=not is_unsigned)


def _spread(here: Proposal) -> dict[str, str]:
    """Return where an idea is applied and since when, as its register has it."""
    units = adoptions.in_use(store(), here.id)
    if not units:
        return {}
    return {"where": ", ".join(one.unit for one in units), "since": min(one.since for one in units)}


def _sender(author: Author, *, is_shown: bool) -> Sender:
    told = (author.name, author.phone, author.unit, author.position, author.guardian)
    return Sender(
        is_known=any(told),
        is_shown=is_shown,
        name=_shown(author.name) if is_shown else initials(author.name),
        phone=_phone(author.phone, is_shown=is_shown),
        unit=_shown(author.unit) if is_shown else "",
        position=_shown(author.position) if is_shown else "",
        guardian=_shown(author.guardian) if is_shown else "",
    )


def _shown(text: str | None) -> str:
    return text or ""


def _phone(number: str | None, *, is_shown: bool) -> str:
    if not number:
        return ""
    return phone.shown(number) if is_shown else phone.masked(number)
