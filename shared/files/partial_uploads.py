"""Files on their way: written piece by piece; each piece is on disk before anybody is told so.

A part lies in the media folder's `tmp` under the name of its upload (store/files/uploads.py). When
it is complete it gets a second name, its SHA-256; the first is removed once the store knows.
"""

import contextlib
import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from shared.domain.kept_file import KeptFile
from shared.files import media

_PIECE = 256 * 1024


def begin(folder: Path, name: str) -> None:
    """Make an empty part, on disk when this returns. Raises OSError."""
    media.room_for_parts(folder)
    path = _path(folder, name)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    media.sync_folder(path.parent)


def write(folder: Path, name: str, offset: int, piece: bytes) -> None:
    """Put a piece at `offset` (bytes), on disk when this returns. Raises OSError; then the bytes
    before `offset` are unchanged."""
    descriptor = os.open(_path(folder, name), os.O_WRONLY)
    try:
        while piece:
            written = os.pwrite(descriptor, piece, offset)
            offset, piece = offset + written, piece[written:]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def length(folder: Path, name: str) -> int:
    """Return how many bytes of a part are on disk; -1 if it does not exist."""
    try:
        return _path(folder, name).stat().st_size
    except FileNotFoundError:
        return -1


def age(folder: Path, name: str) -> float:
    """Return for how many seconds nobody has written to a part."""
    try:
        return time.time() - _path(folder, name).stat().st_mtime
    except FileNotFoundError:
        return 0.0


def whole(folder: Path, name: str) -> KeptFile:
    """Return the hash and length of a part. Raises OSError."""
    digest = hashlib.sha256()
    with _path(folder, name).open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
        return KeptFile(digest.hexdigest(), file.tell())


def keep(folder: Path, name: str, kept: KeptFile) -> None:
    """Give a complete part its place among the kept files. It stays a part until it is dropped, so
    that a crash between the two loses neither."""
    media.link(_path(folder, name), folder, kept.sha256)


def drop(folder: Path, name: str) -> None:
    """Remove a part."""
    _path(folder, name).unlink(missing_ok=True)


def names(folder: Path) -> Iterator[str]:
    """Yield the name of every part on disk."""
    with contextlib.suppress(FileNotFoundError):
        for path in (folder / "tmp").iterdir():
            if path.suffix == media.PART:
                yield path.stem


def _path(folder: Path, name: str) -> Path:
    return folder / "tmp" / f"{name}{media.PART}"
