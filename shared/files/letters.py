"""Reads a printed or typed page of a letter, in a process with limits (read_letter.py)."""

import json
import logging
import subprocess
import sys
from functools import cache
from pathlib import Path

from shared.domain.vietnamese import clean
from shared.files import media

WORKER = ("-m", "shared.files.read_letter")
WORK_SECONDS = 120
# Where Debian puts the reader's knowledge of Vietnamese, one folder a version.
_KNOWLEDGE = "tesseract-ocr/*/tessdata/vie.traineddata"

log = logging.getLogger("hienke")


class LetterUnread(Exception):
    """Nothing was read; the message is a key of `staff.draft.why.*`."""


@cache
def can_read() -> bool:
    """Say whether Debian's tesseract-ocr-vie is installed here; asked once a program."""
    return any(Path("/usr/share").glob(_KNOWLEDGE))


def read(folder: Path, sha256: str) -> str:
    """Return what stands on a page whose clean copy is kept. Raises LetterUnread."""
    command = [sys.executable, "-P", *WORKER, str(media.path_of(folder, sha256))]
    try:
        done = subprocess.run(  # noqa: S603 our own module, a path of our own making
            command,
            capture_output=True,
            timeout=WORK_SECONDS,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        found: dict[str, str] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, OSError, ValueError) as fault:
        log.warning("letter_unread reason=%s", type(fault).__name__)
        raise LetterUnread("unreadable") from None
    if "why" in found:
        raise LetterUnread(found["why"])
    return clean(found["text"])
