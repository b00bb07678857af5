"""Which cases a member may see. A confidential case exists only for its assignee, and for a chair
with emergency access."""

from flask import abort

from kiosk.staff import break_glass
from kiosk.web import store
from shared.domain import codes
from shared.store.cases import proposals, redactions
from shared.store.cases.proposals import Proposal, ProposalUnknown


def visible_case(code: str) -> Proposal:
    """Return the case with this code, redacted if it is somebody else's redacted case; or 404 if it
    is a confidential one of somebody else. With emergency access it reads as for its assignee, and
    each look is recorded."""
    try:
        found = proposals.by_code(store(), codes.tidy(code))
    except ProposalUnknown:
        abort(404)
    reader = break_glass.look(found)
    if not found.is_open_to(reader):
        abort(404)
    return redactions.as_read_by(store(), found, reader)


def is_hidden(found: Proposal) -> bool:
    """Say whether a case is invisible to the member. A page that takes another case's code answers
    for an invisible one as for a code that nobody was given."""
    return not found.is_open_to(break_glass.reader_of(found))


def seen_case(code: str) -> Proposal | None:
    """Return the case of a typed code, None if there is none or it is invisible."""
    try:
        found = proposals.by_code(store(), code)
    except ProposalUnknown:
        return None
    return None if is_hidden(found) else found
