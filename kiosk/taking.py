"""Decides whether a file may come to a proposal now: its size, the number of files, free space.

The same for all ways: in pieces, by a form, or by staff.
"""

import hashlib
import hmac
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from flask import request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from kiosk.visitor import this_kiosk
from kiosk.web import asker, log, site, store
from shared.db.connection import Store, writing
from shared.db.event_log import CITIZEN, new_id
from shared.domain.kept_file import KeptFile
from shared.domain.proposal import Status
from shared.files import media, partial_uploads
from shared.files.media import MediaRefused
from shared.store.cases.proposals import Proposal
from shared.store.files import attachments, references, uploads
from shared.store.files.uploads import Origin

MIB = 1024 * 1024
# The size of three minutes of sound, a minute of a phone's video and a page of paper, at most.
MOST_BYTES = {"audio": 32 * MIB, "video": 128 * MIB, "image": 20 * MIB}
# A piece on a fast line; on 2G a client sends less at once.
MOST_PIECE = 256 * 1024
# A form sends the whole file or nothing; larger files are sent in pieces, which needs script.
FORM_BYTES = 20 * MIB
# Space for the other fields of a form and the lines between them.
_FORM_EXTRA = 64 * 1024
MOST_FILES = 12
# The form of the paper desk takes a recording with the idea.
ENTRY = "/nhap-ho-so"
# Limits for one sender at the same time: files on their way, files of which no byte has come, and
# bytes of incomplete files. A phone or a kiosk sends one after the other.
MOST_OPEN = 24
MOST_EMPTY = 8
MOST_UNFINISHED = 512 * MIB
# Files never fill this space: the store must go on taking ideas.
FREE_BYTES = 512 * MIB


class FileRefused(Exception):
    """No file can come now; `status` is HTTP's, `reason` a key of `upload.refused.*`."""

    def __init__(self, status: int, reason: str, **blanks: object) -> None:
        super().__init__(reason)
        self.status = status
        self.key = f"upload.refused.{reason}"
        self.blanks = blanks


def is_form(path: str) -> bool:
    """Say whether a form with files is posted to that path of either app."""
    return path.endswith("/gui-tep") or path == ENTRY


def expect_files() -> None:
    """Let this request's form hold files, before anything of it is read. Raises
    RequestEntityTooLarge as it is read if they are too many."""
    request.max_content_length = FORM_BYTES + _FORM_EXTRA


def has_files() -> bool:
    """Say whether this request's form came with a file."""
    return any(file.filename for file in request.files.getlist("file"))


def take_form(proposal: Proposal, origin: Origin, *, at: int) -> None:
    """Keep the files of this request's form; they wait to be examined. The form's key names the
    sending: a double tap attaches nothing twice. Raises FileRefused."""
    expect_files()
    try:
        check_room(request.content_length or 0)
        given = [file for file in request.files.getlist("file") if file.filename]
        if not given:
            raise FileRefused(422, "none")
        if any(file.stream.seek(0, os.SEEK_END) == 0 for file in given):
            raise FileRefused(400, "empty")
        check_proposal(proposal, len(given))
        key = request.form.get("key", "")[:64] or new_id()
        _keep_all(given, proposal, key, origin, at)
    except (RequestEntityTooLarge, MediaRefused):
        raise FileRefused(413, "too_big", n=FORM_BYTES // MIB) from None
    except OSError as fault:
        log.error("upload_disk reason=%s", fault.strerror)
        raise FileRefused(507, "disk_full") from fault


def check(proposal: Proposal, kind: str, length: int, origin: Origin) -> None:
    """Raise FileRefused when a file of that kind and length (bytes) cannot come."""
    if kind not in MOST_BYTES:
        raise FileRefused(400, "kind")
    if length <= 0:
        raise FileRefused(400, "empty")
    if length > MOST_BYTES[kind]:
        raise FileRefused(413, "too_big", n=MOST_BYTES[kind] // MIB)
    check_proposal(proposal)
    load = uploads.load(store(), origin.sender)
    if load.uploads >= MOST_OPEN or load.empty >= MOST_EMPTY:
        raise FileRefused(429, "too_many_open")
    check_room(length + load.ahead)


def check_piece(length: int, origin: Origin) -> None:
    """Raise FileRefused when a piece of that length (bytes) cannot come."""
    if uploads.load(store(), origin.sender).come + length > MOST_UNFINISHED:
        raise FileRefused(429, "too_many_open")
    check_room(length)


def check_proposal(proposal: Proposal, more: int = 1) -> None:
    """Raise FileRefused if `more` files are too many for a proposal."""
    if proposal.status is Status.WITHDRAWN:
        raise FileRefused(403, "withdrawn")
    db = store()
    on_their_way = {upload.take for upload in uploads.open_of(db, proposal.id)}
    here = attachments.count(db, proposal.id) + len(on_their_way)
    if here + more > MOST_FILES:
        raise FileRefused(403, "too_many", n=MOST_FILES)


def check_room(more: int) -> None:
    """Raise FileRefused if `more` bytes would leave the store too little of the disk."""
    if shutil.disk_usage(site().instance.media).free - more < FREE_BYTES:
        raise FileRefused(507, "disk_full")


def drop_unspoken(db: Store, folder: Path, sha256: str) -> None:
    """Delete a kept file that no row mentions."""
    if not references.is_spoken_of(db, sha256):
        media.remove(folder, sha256)


def drop_upload(db: Store, folder: Path, upload_id: str) -> None:
    """Delete an upload and its bytes."""
    uploads.remove(db, upload_id)
    partial_uploads.drop(folder, upload_id)


def drop_expired(db: Store, folder: Path, *, at: int) -> int:
    """Delete the uploads whose day is over, and return how many they were."""
    over = uploads.expired(db, at=at)
    for upload_id in over:
        drop_upload(db, folder, upload_id)
    return len(over)


def _keep_all(
    given: Sequence[FileStorage], proposal: Proposal, key: str, origin: Origin, at: int
) -> None:
    """Put files on disk, then their rows into the store: all of them or none."""
    db, folder = store(), site().instance.media
    kept: list[KeptFile] = []
    try:
        for file in given:
            kept.append(media.keep(folder, _pieces(file), most=FORM_BYTES))
        with writing(db):
            check_proposal(proposal, len(kept))  # again, where nobody comes between
            for one in kept:
                take = f"{key}|{one.sha256}"
                uploads.add_whole(db, new_id(), proposal.id, one, take, origin, at=at)
    except Exception:
        for one in kept:
            drop_unspoken(db, folder, one.sha256)
        raise


def _pieces(file: FileStorage) -> Iterator[bytes]:
    file.stream.seek(0)
    while piece := file.stream.read(MIB):
        yield piece


def from_citizen() -> Origin:
    """Return the origin of this browser's files: its kiosk, or a hashed address."""
    kiosk = this_kiosk()
    if kiosk:
        return Origin("kiosk", CITIZEN, kiosk.id)
    key = site().secrets.cookie_key
    return Origin("web", CITIZEN, hmac.new(key, asker().group.encode(), hashlib.sha256).hexdigest())
