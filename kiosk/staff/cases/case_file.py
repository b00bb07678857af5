"""One file of a case, as the member who asks may have it."""

from flask import abort

from kiosk.staff import break_glass
from kiosk.web import store
from shared.store.cases import redactions
from shared.store.cases.proposals import Proposal
from shared.store.files import attachments
from shared.store.files.attachments import Attachment


def file_of(here: Proposal, file_id: str) -> Attachment:
    """Return a file of exactly this case, or 404; only the assignee gets files of a redacted
    case."""
    found = attachments.by_id(store(), file_id)
    if found is None or found.proposal_id != here.id:
        abort(404)
    if redactions.hides(store(), here, break_glass.reader_of(here)):
        abort(404)
    return found
