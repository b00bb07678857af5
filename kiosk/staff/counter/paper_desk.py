"""Paper: blank forms and posters to print, and photographs of filled forms that file themselves.

A form has its number as a QR. The member of staff who sends its photograph entered it and is never
its author.
"""

import re
from collections.abc import Iterator

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from kiosk import qr, receipts, scanning, taking
from kiosk.staff.access import me
from kiosk.staff.blueprint import bp
from kiosk.staff.counter.month_end import previous_month
from kiosk.staff.counter.publicity import invitation, invitation_qr
from kiosk.staff.forms import Reader, reading
from kiosk.staff.visibility import is_hidden, seen_case
from kiosk.taking import FORM_BYTES, MIB, FileRefused
from kiosk.web import say, settings, site, store
from shared.db.connection import writing
from shared.db.event_log import new_id
from shared.domain import clock, codes
from shared.domain.addresses import opens_here_alone
from shared.domain.intake import Problem
from shared.domain.kept_file import KeptFile
from shared.domain.proposal import EFFECTS, NOT_ASKED, PARTICIPANT_TYPES, RESIDENCES, NewProposal
from shared.domain.record import Record
from shared.domain.roles import CULTURE, ORGANISATION, READERS
from shared.files import media, qr_in_photo
from shared.files.media import MediaRefused
from shared.files.qr_in_photo import ScanRefused
from shared.store.cases import paper_checks, paper_forms, proposals, receiving
from shared.store.cases.proposals import Proposal, ProposalUnknown
from shared.store.files import uploads
from shared.store.files.uploads import Origin
from shared.store.office import profile

MOST_PHOTOS = 12
# The most forms to print at once: for a meeting of a hamlet.
MOST_FORMS = 50
# What follows our own address in a form's QR.
_FORM = re.compile(r"(?:^|/G/)(\d{12})$", re.IGNORECASE)


class _Photo(Record):
    """One photograph on disk, and the code read in it, "" for none."""

    file: KeptFile
    code: str


@bp.get("/giay", allow=READERS)
def paper() -> ResponseReturnValue:
    """Show what is done with paper here, and what was just filed."""
    filed = [code for code in request.args.getlist("ma")[:MOST_PHOTOS] if codes.is_code(code)]
    return _page(filed=filed, unread=request.args.get("thieu", "") == "1")


@bp.post("/giay/phieu-trang", allow=READERS)
def blank_forms() -> ResponseReturnValue:
    """Issue numbers for blank forms and show them, ready to print."""
    with reading(_page) as given:
        count = given.whole("count", 1, MOST_FORMS, nothing=1, wrong="staff.paper.count_wrong")
        mobiliser = given.mobiliser()
    forms = paper_forms.issue(
        store(), count, mobiliser=mobiliser, actor=me().id,
        key=site().secrets.receipt_key, at=clock.now(),
    )  # fmt: skip
    return render_template(
        "print/blank_form.html",
        forms=[(form, _form_qr(form.code), _receipt_qr(form.code)) for form in forms],
        participant_types=PARTICIPANT_TYPES,
        residences=RESIDENCES,
        effects=EFFECTS,
        only_here=opens_here_alone(site().public_url),
    )


@bp.get("/ap-phich", allow=READERS | CULTURE | ORGANISATION)
def poster() -> ResponseReturnValue:
    """Show the poster, ready to print; `moi` is the code that its QR brings along."""
    given = Reader(request.args)
    mobiliser = given.mobiliser()
    if given.problems:
        return _page(given.problems, status=422)
    address = invitation(mobiliser)
    return render_template(
        "print/poster.html",
        mobiliser=mobiliser,
        address=address,
        qr=invitation_qr(address),
        only_here=opens_here_alone(site().public_url),
    )


@bp.post("/giay/gui-tep", allow=READERS)
def file_photos() -> ResponseReturnValue:
    """File photographs of filled forms, each under the number in its QR; a page without one belongs
    to the form before it."""
    try:
        photos = _keep_photos()
    except FileRefused as refusal:
        problem = Problem("photos", refusal.key, refusal.blanks)
        return _page(problems=[problem], status=refusal.status)
    typed = scanning.code_in(request.form.get("number", ""))
    if typed and (not _is_ours(typed) or _is_kept_hidden(typed)):
        _drop(photos)
        return _page(problems=[Problem("number", "staff.paper.number_wrong")], status=422)
    filed, left = _file(photos, typed)
    _drop(left)
    if not filed:
        return _page(problems=[Problem("photos", "staff.paper.unread")], status=422)
    return redirect(url_for("staff.paper", ma=filed, thieu="1" if left else None), 303)


def _file(photos: list[_Photo], typed: str) -> tuple[list[str], list[_Photo]]:
    """Return the codes of the cases that got photographs, and the photographs without a case."""
    filed: list[str] = []
    left = []
    current = typed
    for photo in photos:
        current = photo.code or current
        if not current:
            left.append(photo)
            continue
        _attach(_case_of(current), photo)
        if current not in filed:
            filed.append(current)
    return filed, left


def _case_of(code: str) -> Proposal:
    """Return the case of a form; it begins now if this is the form's first photograph."""
    kept = _kept(code)
    if kept is not None:
        return kept
    at = clock.now()
    form = paper_forms.by_code(store(), code)
    added = receiving.add(
        store(),
        NewProposal(
            "paper", NOT_ASKED, title="", solution="", mobiliser=form.mobiliser if form else ""
        ),
        receiving.Arrival(at, at),
        key=f"paper|{code}",
        fingerprint="",
        receipt_key=site().secrets.receipt_key,
        zone=settings().office.zone,
        actor=me().id,
        code=code,
    )
    return added.proposal


def _attach(case: Proposal, photo: _Photo) -> None:
    """Let a photograph wait to be examined; the same photograph again is kept once."""
    with writing(store()):
        uploads.add_whole(
            store(), new_id(), case.id, photo.file, photo.file.sha256,
            Origin("staff", me().id, me().id), at=clock.now(),
        )  # fmt: skip


def _keep_photos() -> list[_Photo]:
    """Put the request's photographs on disk and read their numbers. Raises FileRefused."""
    request.max_content_length = FORM_BYTES + 64 * 1024
    try:
        taking.check_room(request.content_length or 0)
        given = [file for file in request.files.getlist("file") if file.filename]
        if not given:
            raise FileRefused(422, "none")
        if len(given) > MOST_PHOTOS:
            raise FileRefused(422, "too_many_here", n=MOST_PHOTOS)
        return _all_on_disk(given)
    except ScanRefused as refusal:
        raise FileRefused(415, refusal.reason) from None
    except (RequestEntityTooLarge, MediaRefused):
        raise FileRefused(413, "too_big", n=FORM_BYTES // MIB) from None
    except OSError as fault:
        raise FileRefused(507, "disk_full") from fault


def _all_on_disk(files: list[FileStorage]) -> list[_Photo]:
    """Put files on disk: all of them or none."""
    photos: list[_Photo] = []
    try:
        for file in files:
            photos += _on_disk(file)
    except Exception:
        _drop(photos)
        raise
    return photos


def _on_disk(file: FileStorage) -> list[_Photo]:
    """Put a file on disk; a file with several pages becomes a photograph of each."""
    folder = site().instance.media
    whole = media.keep(folder, _pieces(file), most=FORM_BYTES)
    keeps_whole = False
    try:
        with media.workplace(folder) as out:
            pages = qr_in_photo.pages_of(media.path_of(folder, whole.sha256), out)
            codes_read = [_code_in(page.texts) for page in pages] or [""]
            apart = [media.adopt(folder, page.picture) for page in pages if page.picture]
        keeps_whole = not apart
        kept = apart or [whole]
        return [_Photo(*one) for one in zip(kept, codes_read, strict=True)]
    finally:
        if not keeps_whole:
            taking.drop_unspoken(store(), folder, whole.sha256)


def _code_in(texts: list[str]) -> str:
    """Return the number of the form in a photograph, "" if it is none of ours."""
    for text in texts:
        found = _FORM.search(text)
        code = found[1] if found else _code_of_receipt(text)
        if code and _is_ours(code):
            return code
    return ""


def _code_of_receipt(text: str) -> str:
    """Return the code behind the receipt's QR at the foot of the form."""
    secret = codes.scanned_secret(text)
    return scanning.code_of(secret) if secret else ""


def _is_ours(code: str) -> bool:
    """Say whether a code is that of a blank form, or of an idea whose printed form was signed."""
    return codes.is_code(code) and (
        paper_forms.by_code(store(), code) is not None or _kept(code) is not None
    )


def _is_kept_hidden(code: str) -> bool:
    """Say whether a typed number leads to a case that the member may not see. A person who holds
    the sheet with its QR can file it all the same."""
    kept = _kept(code)
    return kept is not None and is_hidden(kept)


def _kept(code: str) -> Proposal | None:
    try:
        return proposals.by_code(store(), code)
    except ProposalUnknown:
        return None


def _pieces(file: FileStorage) -> Iterator[bytes]:
    while piece := file.stream.read(MIB):
        yield piece


def _drop(photos: list[_Photo]) -> None:
    for photo in photos:
        taking.drop_unspoken(store(), site().instance.media, photo.file.sha256)


def _form_qr(code: str) -> Markup:
    address = codes.qr_address(f"{site().public_url.rstrip('/')}/g/{code}")
    text = code if opens_here_alone(site().public_url) else address
    return qr.svg(text, say("paper.qr_alt", ma=codes.grouped(code)))


def _receipt_qr(code: str) -> Markup:
    text = receipts.qr_text_of(receipts.secret_of(code))
    return qr.svg(text, say("receipt.qr_alt", ma=codes.grouped(code)))


def _page(
    problems: list[Problem] | None = None,
    *,
    filed: list[str] | None = None,
    unread: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    month = previous_month()
    kept = paper_checks.latest(store(), month)
    page = render_template(
        "staff/paper.html",
        month=month,
        last_month=kept[0] if kept else None,
        problems=problems or [],
        filed=filed or [],
        unasked={code for code in filed or [] if (case := seen_case(code)) and case.is_unasked},
        unread=unread,
        most=MOST_PHOTOS,
        organisations=[one for one in profile.organisations(store()) if not one.ended_on],
        has_printer=settings().printer.is_there,
    )
    return page, status
