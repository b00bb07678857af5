"""Merging: finding the other case by words, a part of its code or a name, the two side by side, and
what the merge ends."""

from collections.abc import Sequence

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from kiosk import scanning
from kiosk.staff import break_glass
from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.cases.queue_filters import SEARCH_LETTERS
from kiosk.staff.cases.suggestions import Merge, merge_of, suggested
from kiosk.staff.cases.told import Preview, preview_of
from kiosk.staff.visibility import is_hidden, seen_case, visible_case
from kiosk.web import store
from shared.domain import clock, codes
from shared.domain.intake import Problem
from shared.domain.proposal import Status
from shared.domain.record import Record
from shared.domain.roles import DESK
from shared.store.cases import merges, proposals, queue, queue_search, redactions
from shared.store.cases.proposals import Proposal
from shared.store.cases.queue import QueueFilter
from shared.workflows import case_steps, notices

# The field that a wrong code is said of.
SEARCH_FIELD = "merged-into"
MOST_FOUND = 8


class Sides(Record):
    """Two cases side by side, as the reader may read them: `other` is what the one beside `here`
    is considered as, `named` the merged case that led to it, if one did. `merge` is what the table
    allows, None for nothing."""

    other: Proposal
    named: Proposal | None
    merge: Merge | None


@bp.get("/ho-so/<code>/gop", allow=DESK)
def merging(code: str) -> ResponseReturnValue:
    """Show what may be merged with a case: suggestions, what was searched for, or two sides."""
    return merge_page(visible_case(code), request.args.get("voi", ""))


def merge_page(
    here: Proposal,
    typed_code: str,
    *,
    problems: Sequence[Problem] = (),
    preview: Preview | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Return the page that merges a case, beside the one of `typed_code` if the reader may see
    that."""
    wrong = list(problems)
    sides = _sides(here, typed_code) if typed_code else None
    if typed_code and sides is None and not wrong:
        wrong.append(Problem(SEARCH_FIELD, "staff.merge.not_found"))
    elif sides and sides.merge is None and not wrong:
        wrong.append(Problem(SEARCH_FIELD, _why_not(here, sides)))
    ended = _ended(here, sides)
    words = " ".join(request.args.get("q", "").split())[:SEARCH_LETTERS]
    page = render_template(
        "staff/merge.html",
        case=here,
        sides=sides,
        words=words,
        found=_found(here, words) if words else None,
        alike=() if sides else suggested(here),
        told=notices.recipients(store(), ended.id),
        problems=wrong,
        preview=preview or (_preview(ended, sides.merge) if sides and sides.merge else None),
    )
    return page, status


def kept_code(code: str) -> str:
    """Return the code of the case that is considered for one: its own, or that of the case into
    which it was merged; "" if the reader may see neither."""
    found = seen_case(code)
    if found is None:
        return ""
    kept = _kept(found)
    return "" if is_hidden(kept) else kept.code


def _sides(here: Proposal, typed_code: str) -> Sides | None:
    code = scanning.code_in(typed_code)
    found = seen_case(code) if codes.is_code(code) else None
    if found is None:
        return None
    kept = _kept(found)
    if is_hidden(kept):
        return None
    other = redactions.as_read_by(store(), kept, break_glass.reader_of(kept))
    is_itself = other.id == here.id
    merge = None if is_itself else merge_of(here, other)
    return Sides(other, found if found.id != kept.id else None, merge)


def _kept(found: Proposal) -> Proposal:
    kept_id = merges.kept_instead(store(), found.id)
    return proposals.by_id(store(), kept_id) if kept_id else found


def _why_not(here: Proposal, sides: Sides) -> str:
    if sides.other.id == here.id:
        return "staff.merge.into_this" if sides.named else "staff.merge.itself"
    return "staff.merge.over"


def _ended(here: Proposal, sides: Sides | None) -> Proposal:
    """Return the case that a merge ends."""
    if sides and sides.merge and sides.merge.code == sides.other.code:
        return sides.other
    return here


def _preview(ended: Proposal, merge: Merge) -> Preview | None:
    return preview_of(ended, Status.MERGED, MultiDict({"into": merge.into}))


def _found(here: Proposal, words: str) -> list[Proposal]:
    """Return the cases that the list's search finds, as the reader may read them; who finds them by
    a telephone number is recorded."""
    db, reader = store(), me().id
    found = queue.page(db, QueueFilter(reader, words=words)).cases
    ids = [line.id for line in found if line.id != here.id][:MOST_FOUND]
    if queue_search.number_in(words):
        case_steps.note_found(db, ids, actor=reader, at=clock.now())
    return redactions.all_as_read_by(db, [proposals.by_id(db, one) for one in ids], reader)
