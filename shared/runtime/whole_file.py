"""Text files that are on disk complete or not at all: settings, secrets, the list of houses."""

import contextlib
import os
from pathlib import Path

from shared.files.media import sync_folder

# Only its owner may read it.
PRIVATE_FILE = 0o600


def write(path: Path, text: str, *, mode: int = PRIVATE_FILE) -> None:
    """Write a new file; it is on disk when this returns. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def replace(path: Path, text: str, *, mode: int = PRIVATE_FILE) -> None:
    """Give a file a new text, on disk when this returns, and the owner that the old one had. Raises
    OSError, and then the old text stands."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)  # left by a program that crashed
    write(new, text, mode=mode)
    with contextlib.suppress(FileNotFoundError, PermissionError):  # only root may give a file away
        old = path.stat()
        os.chown(new, old.st_uid, old.st_gid)
    new.replace(path)
    sync_folder(path.parent)
