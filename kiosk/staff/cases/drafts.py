"""Drafts of transcripts: a printed letter read by this machine, a recording heard by the office's
speech server; each stands marked beside its picture or sound until a person answers for it."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.cases.case_file import file_of
from kiosk.staff.visibility import visible_case
from kiosk.web import settings, store
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.roles import DESK
from shared.files import letters
from shared.store.cases import case_words
from shared.store.cases.proposals import Proposal
from shared.store.files import transcript_drafts
from shared.store.files.attachments import Attachment


@bp.get("/ho-so/<code>/tep/<file_id>/ban-nhap", allow=DESK)
def draft(code: str, file_id: str) -> ResponseReturnValue:
    """Show a file beside the box for its transcript, with the draft if a machine made one."""
    here = visible_case(code)
    return draft_page(here, file_of(here, file_id))


@bp.post("/ho-so/<code>/tep/<file_id>/ban-nhap", allow=DESK)
def ask_for_draft(code: str, file_id: str) -> ResponseReturnValue:
    """Let a machine draft the transcript of a file."""
    here = visible_case(code)
    found = file_of(here, file_id)
    how = draft_way(found.kind)
    if not how:
        abort(404)
    transcript_drafts.ask(store(), here.id, found.id, how, actor=me().id, at=clock.now())
    return redirect(url_for("staff.draft", code=here.code, file_id=found.id), 303)


def draft_way(kind: str) -> str:
    """Return how a machine here drafts a file of that kind, one of transcript_drafts.HOW; "" if
    none can."""
    if kind == "image" and letters.can_read():
        return "read"
    return "heard" if kind in ("audio", "video") and settings().speech.url else ""


def draft_page(
    here: Proposal, found: Attachment, problems: Sequence[Problem] = (), status: int = 200
) -> ResponseReturnValue:
    """Return the page of a file and its draft; with problems, what was typed stays in the box."""
    page = render_template(
        "staff/draft.html",
        case=here,
        file=found,
        draft=transcript_drafts.of_file(store(), found.id),
        way=draft_way(found.kind),
        server=urlsplit(settings().speech.url).hostname or "",
        may_write_out=case_words.may_transcribe(store(), here),
        typed=request.form if problems else {},
        problems=list(problems),
    )
    return page, status
