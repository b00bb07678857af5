"""Which cases whoever is logged in may see. A confidential one exists for its assignee alone, and
for whoever opened it in an emergency."""

from flask import abort

from kiosk.staff import break_glass
from kiosk.web import store
from shared.domain import codes
from shared.store.cases import proposals, redactions
from shared.store.cases.proposals import Proposal, ProposalUnknown


def visible_case(code: str) -> Proposal:
    """Return the case with this code, redacted where it is and somebody else's; or 404, as a
    confidential one exists for its assignee alone. Who opened it in an emergency reads it as they
    do, and each look is noted."""
    try:
        found = proposals.by_code(store(), codes.tidy(code))
    except ProposalUnknown:
        abort(404)
    reader = break_glass.look(found)
    if not found.is_open_to(reader):
        abort(404)
    return redactions.as_read_by(store(), found, reader)


def is_hidden(found: Proposal) -> bool:
    """Say whether a case is to the one who is logged in as if it were not there. Whatever takes the
    code of another case answers for it as for a code that nobody was given."""
    return not found.is_open_to(break_glass.reader_of(found))


def seen_case(code: str) -> Proposal | None:
    """Return the case of another code that was typed, None for none or for a hidden one."""
    try:
        found = proposals.by_code(store(), code)
    except ProposalUnknown:
        return None
    return None if is_hidden(found) else found
