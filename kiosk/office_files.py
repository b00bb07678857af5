"""Accepts and sends the files of the office's own work, whatever they belong to.

A picture, a recording or a clip is written anew, without place and maker. A paper is kept as it
came; it can only be downloaded, and no page of ours opens it.
"""

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

from flask import Response, abort, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from kiosk import files as kept_files
from kiosk import taking
from kiosk.taking import FORM_BYTES, MIB, FileRefused
from kiosk.web import log, site, store
from shared.db.connection import writing
from shared.domain.kept_file import Examined, KeptFile
from shared.domain.vietnamese import clean, one_line
from shared.files import media, zips
from shared.files.media import MediaRefused
from shared.store.files import office_files
from shared.store.files.office_files import About, NewFile, OfficeFile

MOST_FILES = 12
# As much of the end of a file's name as a list shows.
FILE_NAME_LETTERS = 120
# The kinds of papers by file ending, and how their bytes must begin.
_PDF = "application/pdf"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_PAPERS = {
    "word/": (f"{_OFFICE}.wordprocessingml.document", ".docx"),
    "xl/": (f"{_OFFICE}.spreadsheetml.sheet", ".xlsx"),
}
_ENDINGS = {"image": ".jpg", "audio": ".m4a", "video": ".mp4"}
# Space for the other fields of a form and the lines between them.
_FORM_EXTRA = 64 * 1024


def open_form() -> None:
    """Let this request's form be as large as files are. Raises FileRefused. Call it before any
    field is read."""
    request.max_content_length = FORM_BYTES + _FORM_EXTRA
    taking.check_room(request.content_length or 0)
    try:
        request.form  # noqa: B018 what is too large is refused here
    except RequestEntityTooLarge:
        raise FileRefused(413, "too_big", n=FORM_BYTES // MIB) from None


def given() -> list[FileStorage]:
    """Return the files of this request's form."""
    return [file for file in request.files.getlist("file") if file.filename]


def examined() -> list[NewFile]:
    """Put the form's files on disk and return what they really are. Raises FileRefused; then
    nothing of them is left."""
    files = given()
    if not files:
        raise FileRefused(422, "none")
    if len(files) > MOST_FILES:
        raise FileRefused(422, "too_many_here", n=MOST_FILES)
    found: list[NewFile] = []
    try:
        for file in files:
            found += _examined(file)
    except FileRefused:
        drop(found)
        raise
    except OSError as fault:
        drop(found)
        log.error("office_file_disk reason=%s", fault.strerror)
        raise FileRefused(507, "disk_full") from fault
    return found


def keep(about: About, about_id: str, files: list[NewFile], *, actor: str, at: int) -> None:
    """Keep examined files with what they belong to: all of them or none."""
    try:
        with writing(store()):
            for one in files:
                office_files.keep(store(), about, about_id, one, actor=actor, at=at)
    except Exception:
        drop(files)
        raise


def remove(file: OfficeFile, reason: str, *, actor: str, at: int) -> None:
    """Remove a file for good."""
    office_files.remove(store(), file.id, reason, actor=actor, at=at)
    taking.drop_unspoken(store(), site().instance.media, file.sha256)


def drop(files: list[NewFile]) -> None:
    """Delete examined files that are not needed."""
    for one in files:
        taking.drop_unspoken(store(), site().instance.media, one.sha256)


def send(about: About, about_id: str, file_id: str) -> Response:
    """Return the bytes of a file that belongs to exactly this thing, or 404."""
    its = office_files.of(store(), about, about_id)
    file = next((one for one in its if one.id == file_id), None) or abort(404)
    return kept_files.send_kept(
        file.sha256, file.mime, file.name, as_attachment=file.kind == "document"
    )


def _examined(file: FileStorage) -> list[NewFile]:
    """Return what a file really is, each page separately. Raises FileRefused, also if a copy is not
    like its original: the person who brought it is still there and still has it."""
    if file.stream.seek(0, os.SEEK_END) == 0:
        raise FileRefused(400, "empty")
    folder, name = site().instance.media, _name(file)
    try:
        kept = media.keep(folder, _pieces(file), most=FORM_BYTES)
    except MediaRefused:
        raise FileRefused(413, "too_big", n=FORM_BYTES // MIB) from None
    paper = _paper(media.path_of(folder, kept.sha256))
    if paper is not None:
        mime, ending = paper
        return [NewFile(_with(name, ending), "document", mime, kept.sha256, kept.bytes)]
    try:
        known = media.examine(folder, kept)
    except MediaRefused as why:
        raise FileRefused(415, "not_shown" if why.reason == "unknown_kind" else "broken") from None
    finally:  # the original carries what its phone wrote into it; only the clean copy stays
        _drop_original(kept)
    pages = [_new(name, page) for page in known.pages]
    if known.differs:
        drop(pages)
        raise FileRefused(415, "many_pages" if known.differs == "pages" else "not_alike")
    return pages


def _new(name: str, one: Examined) -> NewFile:
    ending = (f" - {one.page}" if one.page else "") + _ENDINGS[one.kind]
    return NewFile(_with(name, ending), one.kind, one.mime, one.copy.sha256, one.copy.bytes)


def _drop_original(kept: KeptFile) -> None:
    taking.drop_unspoken(store(), site().instance.media, kept.sha256)


def _paper(path: Path) -> tuple[str, str] | None:
    """Return the type and the ending of a paper, or None if it is no paper."""
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"%PDF-"):
        return _PDF, ".pdf"
    if not head.startswith(b"PK\x03\x04"):
        return None
    try:
        with zips.reading(), zipfile.ZipFile(path) as parts:
            names = parts.namelist()
    except zips.ZipBroken:
        return None
    if "[Content_Types].xml" not in names:
        return None
    return next(
        (
            known
            for folder, known in _PAPERS.items()
            if any(one.startswith(folder) for one in names)
        ),
        None,
    )


def _name(file: FileStorage) -> str:
    """Return a file's name without a folder and without characters that no name may have."""
    last = one_line(clean(file.filename or "")).replace("\\", "/").rpartition("/")[2]
    return "".join(one for one in last if one not in '<>:"|?*')[-FILE_NAME_LETTERS:].strip(". ")


def _with(name: str, ending: str) -> str:
    stem = name.rpartition(".")[0] or name or "tep"
    return stem + ending


def _pieces(file: FileStorage) -> Iterator[bytes]:
    file.stream.seek(0)
    while piece := file.stream.read(MIB):
        yield piece
