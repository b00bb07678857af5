"""The files of a case: heard and seen by staff, transcribed, asked for again if one failed."""

from functools import partial

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import files, taking
from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.cases.case_file import file_of
from kiosk.staff.cases.drafts import draft_page
from kiosk.staff.cases.page import case_page
from kiosk.staff.forms import Reader, reading
from kiosk.staff.visibility import visible_case
from kiosk.taking import FileRefused
from kiosk.web import store
from shared.domain import clock
from shared.domain.intake import Problem
from shared.domain.proposal import TEXT_LETTERS, TITLE_LETTERS
from shared.domain.roles import DESK, READERS
from shared.store.cases import case_words
from shared.store.cases.case_words import WordsAreTheirs
from shared.store.council import files as council_files
from shared.store.council.files import NotShowable
from shared.store.files.uploads import Origin
from shared.store.messages import media_downloads
from shared.workflows import case_steps
from shared.workflows.case_steps import TranscribedWords

# Four minutes of speech, as fast as anybody speaks.
HEARD_LETTERS = 8000


@bp.get("/ho-so/<code>/tep/<file_id>", allow=READERS)
def file(code: str, file_id: str) -> ResponseReturnValue:
    """Send a recording, a clip or a picture of a case, and record who opened it."""
    here = visible_case(code)
    found = file_of(here, file_id)
    answer = files.send(found)
    case_steps.note_file_view(store(), here.id, found.id, actor=me().id, at=clock.now())
    return answer


@bp.post("/ho-so/<code>/tep/<file_id>/go-bang", allow=DESK)
def transcribe(code: str, file_id: str) -> ResponseReturnValue:
    """Keep what a member of staff heard, and fill in the idea if it has no words yet."""
    here = visible_case(code)
    found = file_of(here, file_id)
    page = (
        partial(draft_page, here, found) if request.form.get("draft") else partial(case_page, here)
    )
    with reading(lambda wrong: page(problems=wrong), of=found.id) as given:
        heard = given.text("transcript", HEARD_LETTERS, empty="staff.file.transcript_empty")
        if request.form.get("draft") and request.form.get("confirmed") != "yes":
            given.wrong("confirmed", "staff.draft.not_confirmed")
        words = read_words(given) if case_words.may_transcribe(store(), here) else None
    try:
        case_steps.transcribe(
            store(),
            here.code,
            found.id,
            heard,
            words,
            actor=me().id,
            at=clock.now(),
            draft_id=request.form.get("draft", ""),
        )
    except WordsAreTheirs:
        problem = Problem(f"title-{found.id}", "staff.file.words_theirs")
        return page(problems=[problem], status=409)
    return redirect(url_for("staff.case", code=here.code, _anchor="files"), 303)


@bp.post("/ho-so/<code>/lay-lai/<fetch_id>", allow=DESK)
def fetch_again(code: str, fetch_id: str) -> ResponseReturnValue:
    """Try again to fetch a file that did not come."""
    here = visible_case(code)
    wanted = media_downloads.by_id(store(), fetch_id)
    if wanted is None or wanted.proposal_id != here.id:
        abort(404)
    media_downloads.again(store(), wanted.id, actor=me().id, at=clock.now())
    return redirect(url_for("staff.case", code=here.code, _anchor="files"), 303)


@bp.post("/ho-so/<code>/gui-tep", allow=READERS)
def add_files(code: str) -> ResponseReturnValue:
    """Keep files that a citizen brought on a stick, or photographs from the tablet."""
    here = visible_case(code)
    origin = Origin("staff", me().id, me().id)
    try:
        taking.take_form(here, origin, at=clock.now())
    except FileRefused as refusal:
        problem = Problem("files-new", refusal.key, refusal.blanks)
        return case_page(here, problems=[problem], status=refusal.status)
    return redirect(url_for("staff.case", code=here.code, _anchor="files"), 303)


@bp.post("/ho-so/<code>/tep/<file_id>/hoi-dong", allow=DESK)
def show_to_council(code: str, file_id: str) -> ResponseReturnValue:
    """Let the council see a file, if nobody can be recognised in it."""
    here = visible_case(code)
    found = file_of(here, file_id)
    if request.form.get("redacted") != "yes":
        problem = Problem(f"council-{found.id}", "staff.file.council_redacted")
        return case_page(here, problems=[problem], status=422)
    try:
        council_files.show(store(), found.id, actor=me().id, at=clock.now())
    except NotShowable:
        problem = Problem(f"council-{found.id}", "staff.file.council_never")
        return case_page(here, problems=[problem], status=409)
    return redirect(url_for("staff.case", code=here.code, _anchor="files"), 303)


@bp.post("/ho-so/<code>/tep/<file_id>/hoi-dong/thoi", allow=DESK)
def keep_from_council(code: str, file_id: str) -> ResponseReturnValue:
    """Hide a file from the council again."""
    here = visible_case(code)
    council_files.take_back(store(), file_of(here, file_id).id, actor=me().id, at=clock.now())
    return redirect(url_for("staff.case", code=here.code, _anchor="files"), 303)


def read_words(given: Reader) -> TranscribedWords | None:
    """Return the transcribed idea; None if none of its fields is filled in."""
    parts = ("title", "current_state", "solution")
    if not any(given.said(name) for name in parts):
        return None
    title = given.line_of("title", *TITLE_LETTERS, "staff.file.title_wrong")
    trouble, remedy = (given.text(name, TEXT_LETTERS) for name in parts[1:])
    if not (trouble or remedy):
        given.wrong("solution", "staff.file.parts_empty")
    return TranscribedWords(title, trouble, remedy)
