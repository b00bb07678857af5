"""The case page: everything known about one proposal and everything that may be done with it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from flask import render_template
from flask.typing import ResponseReturnValue

from kiosk import taking
from kiosk.pieces import macro
from kiosk.staff import break_glass
from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.cases import queue
from kiosk.staff.cases.attention import attention
from kiosk.staff.cases.claimed_time import claim_of
from kiosk.staff.cases.drafts import draft_way
from kiosk.staff.cases.offered import what_may_be_done
from kiosk.staff.cases.panel import panel_of
from kiosk.staff.cases.sender import sender_of
from kiosk.staff.cases.sender_form import settling
from kiosk.staff.cases.shut_forms import ShutForms
from kiosk.staff.cases.standing import ROAD, decision_of, links_of
from kiosk.staff.cases.suggestions import suggested
from kiosk.staff.cases.timeline import timeline
from kiosk.staff.due import due_of
from kiosk.staff.forms import Form
from kiosk.staff.pending import shown_acts
from kiosk.staff.visibility import visible_case
from kiosk.web import local_now, settings, store
from shared.db import event_log
from shared.db.connection import Store
from shared.db.event_log import Event
from shared.domain import clock
from shared.domain.completeness import FIRST_PART, SECOND_PART
from shared.domain.intake import Problem
from shared.domain.proposal import UNDECIDED, Status
from shared.domain.record import Record, replace
from shared.domain.redaction import strike
from shared.domain.roles import DESK, READERS
from shared.store.awards import awards
from shared.store.cases import (
    authors,
    case_words,
    completeness,
    conversation,
    moves,
    notes,
    odd_clock,
    paper_titles,
    pending_acts,
    proven_numbers,
    redactions,
)
from shared.store.cases.authors import Author
from shared.store.cases.beside import Beside
from shared.store.cases.conversation import Addition
from shared.store.cases.moves import Move
from shared.store.cases.pending_acts import PendingAct
from shared.store.cases.proposals import Proposal
from shared.store.cases.redactions import Redaction
from shared.store.council import files, items
from shared.store.files import attachments, originals, uploads
from shared.store.messages import media_downloads, threads
from shared.store.people import devices, staff
from shared.store.people.staff import Colleague
from shared.workflows import case_steps, enter_for_citizen, enter_for_members, late_notices, notices
from shared.workflows.notices import Recipient

# Working days offered to a sender for adding what is missing; the officer may choose others.
DAYS_TO_ADD = 10
_PARTS = (("staff.case.first_part", FIRST_PART), ("staff.case.second_part", SECOND_PART))


class _WhatIsKnown(Record):
    """What several parts of a case's page ask, each read once. `authors` are those of the whole
    idea, its sender first."""

    here: Proposal
    people: Sequence[Colleague]
    happened: Sequence[Event]
    made: Sequence[Move]
    beside: Beside
    authors: Sequence[Author]
    told: Sequence[Recipient]
    acts: Sequence[PendingAct]
    points: Collection[str]
    points_by_hand: bool

    @property
    def waits(self) -> bool:
        """True if an act waits in the case."""
        return any(one.state == "waits" for one in self.acts)


@bp.get("/ho-so/<code>", allow=READERS)
def case(code: str) -> ResponseReturnValue:
    """Show one case."""
    return case_page(visible_case(code))


@bp.post("/ho-so/<code>/author", allow=DESK)
def show_author(code: str) -> ResponseReturnValue:
    """Show who sent it, and record who looked."""
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
    panel_given: Form | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Return a case's page. With problems or a `preview` of an SMS, what was typed stays in its
    form: a step's, or the answer's. `panel_given` is what was chosen in the panel, if it comes
    back."""
    known = _known_of(here)
    is_typed = bool(problems or open_step or is_answering)
    whole = _whole(store(), known, is_author_shown=is_author_shown)
    whole |= what_may_be_done(here, known.beside, known.points, made=known.made, waits=known.waits)
    page = render_template(
        "staff/case.html",
        case=here,
        **whole,
        problems=problems,
        open_step=open_step,
        preview=preview,
        is_answering=is_answering,
        panel=panel_of(
            here, known.people, known.happened, panel_given,
            told=known.told, waits=known.waits, with_preview=not is_typed,
        ),
        shut=None if is_typed or panel_given else ShutForms(here, whole),
        **queue.beside(here),
    )  # fmt: skip
    return page, status


def _known_of(here: Proposal) -> _WhatIsKnown:
    """Read what several parts of a case's page ask."""
    db = store()
    beside = Beside(db, here.id)
    read_authors = authors.of_idea if "merge.into_id" in beside.tables else authors.all_of
    every = read_authors(db, here.id)
    corrected = beside.one("completeness", completeness.corrected_of)
    return _WhatIsKnown(
        here,
        staff.colleagues(db),
        event_log.of_proposal(db, here.id),
        moves.of_proposal(db, here.id),
        beside,
        every,
        notices.of_authors(db, every),
        beside.many("pending_act", pending_acts.of_proposal),
        *completeness.of_both(here, corrected),
    )


def _whole(db: Store, known: _WhatIsKnown, *, is_author_shown: bool) -> dict[str, object]:
    """Return all that the store says of a case, as the page's parts take it."""
    here, beside, happened = known.here, known.beside, known.happened
    names = {person.id: person.name for person in known.people}
    author = known.authors[0]
    is_veiled = "redaction" in beside.tables and redactions.hides(
        db, here, break_glass.reader_of(here)
    )
    return {
        "sender": sender_of(
            author, is_shown=is_author_shown, proven_at=proven_numbers.of_author(db, author)
        ),
        "author": author,
        **settling(db, here, author),
        "assignee": names.get(here.assignee_id or ""),
        "names": names,
        "is_veiled": is_veiled,
        **_facts(db, known),
        **_words(known),
        **_history(db, known, names, is_veiled=is_veiled),
        **_files(beside, is_veiled=is_veiled),
        "may_write_out": case_words.may_transcribe(db, here, {one.kind for one in happened}),
    }


def _facts(db: Store, known: _WhatIsKnown) -> dict[str, object]:
    """Return how the idea came in, what is due when, and what else belongs to it."""
    here, beside, happened = known.here, known.beside, known.happened
    zone, today = settings().office.zone, _today()
    return {
        "entry": beside.one("entry", enter_for_citizen.of)
        or beside.one("collective_item", enter_for_members.entry_of),
        "expected": beside.one("expectation", late_notices.of),
        "odd_clock": odd_clock.around(db, happened, now=clock.now()),
        "place": devices.name_of(db, here.device_id),
        "claim": claim_of(db, here, happened, zone),
        "acts": shown_acts(known.acts),
        "due": due_of(here.status, here.due_at, today, zone),
        "until": clock.add_working_days(today, DAYS_TO_ADD),
        "authors_count": len(known.authors),
        "alike": suggested(here, beside),
        "links": links_of(db, here, beside),
        "honours": beside.many("honour", awards.of_proposal),
        "returned": _returned(db, here, beside),
        "has_printer": settings().printer.is_there,
    }


def _returned(db: Store, here: Proposal, beside: Beside) -> str:
    """Return why the chair sent a conclusion about a case back, "" if none is to be made anew."""
    if here.status not in UNDECIDED or "council_item" not in beside.tables:
        return ""
    return items.returned_reason(db, here.id)


def _words(known: _WhatIsKnown) -> dict[str, object]:
    """Return what is needed to read the idea's words and to redact them, and which points of both
    parts it has."""
    redacted = known.beside.one("redaction", redactions.of)
    return {
        "redaction": redacted,
        "paper_title": known.beside.one("paper_title", paper_titles.kept),
        "draft": _draft(known.here, known.authors[0], redacted),
        "points": known.points,
        "points_by_hand": known.points_by_hand,
        "parts": _PARTS,
    }


def _history(
    db: Store, known: _WhatIsKnown, names: Mapping[str, str], *, is_veiled: bool
) -> dict[str, object]:
    """Return the history of the case, its notes, its SMS, and who would be told of the next
    step."""
    here, beside, happened = known.here, known.beside, known.happened
    came, went = beside.many("message_in", threads.came), beside.many("outbox", threads.went)
    noted = beside.many("case_note", notes.of)
    made, replies = known.made, beside.many("reply", conversation.replies)
    additions = _additions(beside, is_veiled=is_veiled)
    entries = timeline(happened, made, additions, replies, names)
    drawn = [macro("staff/case_log.html", "happening", one) for one in entries]
    return {
        "timeline": drawn,
        "road": [one for one, entry in zip(drawn, entries, strict=True) if entry.kind in ROAD],
        "notes": noted,
        "note_key": event_log.new_id(),
        "decision": decision_of(made),
        "attention": attention(
            db,
            here,
            beside,
            happened=happened,
            additions=additions,
            went=went,
            noted=noted,
            today=_today(),
            is_desk=me().role in DESK,
        ),
        "came": [] if is_veiled else came,
        "went": went,
        "told": known.told,
        "told_own": [one for one in known.told if one.proposal_id == here.id],
    }


def _today() -> date:
    return local_now().date()


def _files(beside: Beside, *, is_veiled: bool) -> dict[str, object]:
    """Return the files of the case, those on their way, and what is needed to add more."""
    return {
        "files": [] if is_veiled else beside.many("attachment", attachments.of_proposal),
        "originals": [] if is_veiled else beside.many("original_file", originals.of_proposal),
        "council_sees": beside.one("council_file", files.marked) or frozenset(),
        "fetching": beside.many("media_download", media_downloads.open_of),
        "on_their_way": beside.many("upload", uploads.open_of),
        "draft_way": draft_way,
        "files_key": event_log.new_id(),
        "files_most": taking.FORM_BYTES // taking.MIB,
    }


def _additions(beside: Beside, *, is_veiled: bool) -> Sequence[Addition]:
    """Return what the sender added; if the reader sees the case redacted, only that it came."""
    found = beside.many("addition", conversation.additions)
    return [replace(one, text="") for one in found] if is_veiled else found


def _draft(here: Proposal, author: Author, known: Redaction | None) -> Mapping[str, str]:
    """Return the texts to redact: as they were redacted before, or without what identifies
    somebody."""
    if known is not None:
        return known.texts
    names = (author.name, author.guardian)
    return {name: strike(getattr(here, name), names) for name in redactions.TEXTS}
