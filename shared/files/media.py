"""Attached files: named by their content's hash, and on disk before any row mentions them.

A file is kept in this order: temporary file → fsync → rename → fsync of the folder → the bucket, if
the folder has one (buckets.py) → commit of the row (store/files/attachments.py) → answer.
`shared.files.transcode`, a separate process with limits, examines what a file holds; nothing here
decodes a byte.
"""

import contextlib
import hashlib
import json
import logging
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shared.domain.kept_file import Examined, KeptFile
from shared.domain.record import Record, replace
from shared.files import buckets

# A three-minute clip of a good phone; a larger file is refused before it is read.
MOST_BYTES = 64 * 1024 * 1024
WORK_SECONDS = 120
WORKER = ("-m", "shared.files.transcode")
# What a form lets one choose (`accept`): everything that shows a page, or can also be heard or
# seen; by file endings where browsers do not know a kind. Other kinds are examined too, because the
# decoder decides what a file is.
SCANS = "image/*,application/pdf,.pdf,.tif,.tiff,.bmp,.heic,.heif,.avif"
FILES = f"{SCANS},audio/*,video/*,.amr,.caf,.wma,.flac,.aif,.aiff,.3gp"
# The endings of names of files on their way (shared/files/partial_uploads.py).
PART = ".part"
_PIECE = 256 * 1024
_NAME = re.compile(r"[0-9a-f]{64}")
# Where copies of what lies in a bucket are, in the folder.
_COPIES = "copies"


# Folders whose names this process has synced to the disk.
_safe_folders: set[Path] = set()

log = logging.getLogger("hienke")


class MediaRefused(Exception):
    """The file cannot be kept as what it claims to be; `reason` is a key of `media.*`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Anew(Record):
    """An original drawn or encoded again in the other way, to be looked at once."""

    mime: str
    content: bytes


def keep(folder: Path, pieces: Iterable[bytes], *, most: int = MOST_BYTES) -> KeptFile:
    """Put bytes on disk under their SHA-256 and return when they are there for good.

    Raises MediaRefused when they are more than `most`, OSError when the disk refuses.
    """
    path = room_for_parts(folder) / secrets.token_hex(16)
    digest, length = hashlib.sha256(), 0
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            for piece in pieces:
                length += len(piece)
                if length > most:
                    raise MediaRefused("too_big")
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        kept = KeptFile(digest.hexdigest(), length)
        _put(path, _place(folder, kept.sha256))
        share(folder, kept.sha256)
    finally:
        path.unlink(missing_ok=True)
    return kept


def adopt(folder: Path, path: Path) -> KeptFile:
    """Keep a file that one of our own processes wrote. Raises MediaRefused, OSError."""
    with path.open("rb") as file:
        return keep(folder, iter(lambda: file.read(_PIECE), b""))


def path_of(folder: Path, sha256: str) -> Path:
    """Return the path of the file with that name, which may not exist; a file that lies in a bucket
    is brought here first. Raises OSError when the bucket does not answer."""
    path, bucket = _place(folder, sha256), buckets.of(folder)
    if not bucket or path.exists():
        return path
    copy = _copy(folder, sha256)
    try:
        os.utime(copy)  # whatever was asked for lately stays
    except FileNotFoundError:
        with workplace(folder) as room:
            if bucket.bring(sha256, room / sha256):
                _put(room / sha256, copy)
    return copy


def share(folder: Path, sha256: str) -> None:
    """Put a file that lies in the folder alone into its bucket; without a bucket there is nothing
    to do. Raises OSError."""
    path, bucket = _place(folder, sha256), buckets.of(folder)
    if bucket:
        with contextlib.suppress(FileNotFoundError):  # another program of this machine shared it
            bucket.put(path, sha256)
            _put(path, _copy(folder, sha256))


def every(folder: Path) -> set[str]:
    """Return the SHA-256 of every kept file, in a row or not. Raises OSError."""
    here = (path.name for path in folder.glob("[0-9a-f][0-9a-f]/*") if _NAME.fullmatch(path.name))
    bucket = buckets.of(folder)
    return {*here, *(bucket.names() if bucket else ())}


def drop_copies(folder: Path, *, before: float) -> None:
    """Delete the copies of files in the bucket that nobody asked for since a moment (seconds, as
    files' times are)."""
    for path in (folder / _COPIES).glob("*"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                path.unlink()


def is_whole(folder: Path, sha256: str) -> bool:
    """Say whether the file exists and its bytes still fit its name. Of a file in a bucket
    the bucket's bytes count. Raises OSError when the bucket does not answer."""
    path, bucket = _place(folder, sha256), buckets.of(folder)
    if not bucket or path.exists():
        return _fits(path, sha256)
    with workplace(folder) as room:
        return bucket.bring(sha256, room / sha256) and _fits(room / sha256, sha256)


def examine(folder: Path, original: KeptFile) -> Examined:
    """Return what a kept file really is; its clean copies are kept beside it.

    Raises MediaRefused when it cannot be decoded whole, is of no accepted kind or too long,
    OSError when the disk has no room for the copy.
    """
    with workplace(folder) as out:
        found = _work(path_of(folder, original.sha256), out)
        first, *more = (_page(folder, out, found, copy) for copy in found["copies"])
    return replace(first, more=tuple(more))


def drawn_anew(folder: Path, sha256: str, page: int = 1) -> Anew:
    """Return a kept original, or one page of it, drawn in another way than its copy. Raises
    MediaRefused, OSError."""
    with workplace(folder) as out:
        found = _work(path_of(folder, sha256), out, str(page))
        [copy] = found["copies"]
        return Anew(found["mime"], (out / copy["copy"]).read_bytes())


def opened(folder: Path, original: KeptFile) -> tuple[Examined | KeptFile, str]:
    """Return what a kept file really is; or the file itself, and why it could not be opened
    (`media.*`).

    Raises OSError as `examine` does.
    """
    try:
        return examine(folder, original), ""
    except MediaRefused as refusal:
        log.warning("file_unreadable reason=%s", refusal.reason)
        return original, refusal.reason


def remove(folder: Path, sha256: str) -> None:
    """Delete a file for good, for an erasure. Raises OSError."""
    bucket = buckets.of(folder)
    if bucket:
        bucket.delete(sha256)
    for path in (_place(folder, sha256), _copy(folder, sha256)):
        path.unlink(missing_ok=True)
        with contextlib.suppress(FileNotFoundError):
            sync_folder(path.parent)


def drop_leftovers(folder: Path, *, before: float) -> None:
    """Delete what crashed programs left in the folder of temporary files, if nobody has written to
    it since `before` (seconds, as files' times are)."""
    with contextlib.suppress(FileNotFoundError):
        for path in (folder / "tmp").iterdir():
            if path.suffix == PART or path.stat().st_mtime >= before:
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def link(source: Path, folder: Path, sha256: str) -> None:
    """Give a written file a second name, its final one, and sync the names to the disk. Raises
    OSError."""
    target = _place(folder, sha256)
    _make_folder(target.parent)
    with contextlib.suppress(FileExistsError):  # the same bytes are kept already
        target.hardlink_to(source)
    sync_folder(target.parent)
    share(folder, sha256)


@contextmanager
def workplace(folder: Path) -> Iterator[Path]:
    """Yield a folder of one's own beside the files; it is deleted afterwards."""
    with tempfile.TemporaryDirectory(dir=room_for_parts(folder)) as name:
        yield Path(name)


def room_for_parts(folder: Path) -> Path:
    """Return the folder for files on their way; it is made and synced if it did not exist."""
    temporary = folder / "tmp"
    _make_folder(temporary)
    return temporary


def sync_folder(folder: Path) -> None:
    """Sync the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _place(folder: Path, sha256: str) -> Path:
    return folder / sha256[:2] / sha256


def _fits(path: Path, sha256: str) -> bool:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    except OSError:
        return False
    return digest.hexdigest() == sha256


def _copy(folder: Path, sha256: str) -> Path:
    """Return where a copy of a file in the bucket lies."""
    return folder / _COPIES / sha256


def _put(source: Path, target: Path) -> None:
    """Rename a written file to its place and sync the names to the disk."""
    _make_folder(target.parent)
    source.replace(target)
    sync_folder(target.parent)


def _make_folder(path: Path) -> None:
    """Make a folder if it does not exist; its name is on disk when this returns, also if another
    thread has just made it."""
    if path in _safe_folders and path.is_dir():
        return
    path.mkdir(mode=0o700, exist_ok=True)
    sync_folder(path.parent)
    _safe_folders.add(path)


def _page(folder: Path, out: Path, found: dict[str, Any], copy: dict[str, Any]) -> Examined:
    return Examined(
        found["kind"], found["mime"], adopt(folder, out / copy["copy"]), found["seconds"],
        copy["page"], copy["note"], found["differs"],
    )  # fmt: skip


def _work(path: Path, out: Path, *more: str) -> dict[str, Any]:
    """Let the worker process examine a file. Its refusal, its crash and its silence all raise
    MediaRefused."""
    command = [sys.executable, "-P", *WORKER, str(path), str(out), *more]
    try:
        done = subprocess.run(  # noqa: S603 our own module, paths of our own making
            command,
            capture_output=True,
            timeout=WORK_SECONDS,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise MediaRefused("too_slow") from None
    if done.returncode < 0:  # ended because of processor time or memory
        raise MediaRefused("too_slow")
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise MediaRefused("unreadable") from None
    if "no_room" in found:
        raise OSError(found["no_room"], os.strerror(found["no_room"]))
    if "refused" in found:
        raise MediaRefused(str(found["refused"]))
    return found
