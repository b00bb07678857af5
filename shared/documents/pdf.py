"""Makes a PDF from a DOCX with LibreOffice: a separate program with a temporary profile, little
time, little memory, one at a time over all programs of the office.

Nothing here reads a document; template_check.py says what may be in one.
"""

import contextlib
import fcntl
import io
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from shared.runtime import programs

PDF = "application/pdf"
# Twice the table takes three times as long; this many cells take about half a minute.
MOST_CELLS = 8_000
# Who waits longer for the turn is told to come again.
TURN_SECONDS = 45
WORK_SECONDS = 90
MOST_BYTES = 64 * 1024 * 1024
_WORKER = ("-m", "shared.documents.libreoffice")

REASONS = ("not_installed", "busy", "too_long", "too_slow", "failed")

log = logging.getLogger("hienke")


class PdfRefused(Exception):
    """No PDF was made; `reason` is one of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def is_installed() -> bool:
    """Say whether the word processor is there. It is looked for once a minute: every case's page
    asks."""
    return _is_there(os.environ.get("PATH", ""), int(time.monotonic() // 60))


@lru_cache(4)
def _is_there(_path: str, _minute: int) -> bool:
    return _program() is not None


def from_docx(paper: bytes, folder: Path) -> bytes:
    """Return a DOCX as PDF. `folder` is the media folder; the work is done in its folder of
    temporary files, and nothing stays there. Raises PdfRefused, OSError when the disk refuses."""
    program = _program()
    if program is None:
        raise PdfRefused("not_installed")
    if _cells(paper) > MOST_CELLS:
        raise PdfRefused("too_long")
    temporary = folder / "tmp"
    temporary.mkdir(mode=0o700, exist_ok=True)
    with _turn(temporary), tempfile.TemporaryDirectory(dir=temporary) as name:
        room = Path(name)
        source = room / "paper.docx"
        source.write_bytes(paper)
        _convert(program, source)
        made = room / "paper.pdf"
        if not made.is_file() or not 0 < made.stat().st_size <= MOST_BYTES:
            raise PdfRefused("failed")
        return made.read_bytes()


def _program() -> str | None:
    return programs.find("soffice") or programs.find("libreoffice")


def _cells(paper: bytes) -> int:
    """Return how many cells the tables of a DOCX have."""
    with zipfile.ZipFile(io.BytesIO(paper)) as parts:
        words = parts.read("word/document.xml")
    return words.count(b"<w:tc>") + words.count(b"<w:tc ")


@contextmanager
def _turn(temporary: Path) -> Iterator[None]:
    """Hold the office's one turn. Raises PdfRefused if it does not come in time."""
    held = os.open(temporary, os.O_RDONLY)
    try:
        until = time.monotonic() + TURN_SECONDS
        while True:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise PdfRefused("busy") from None
                time.sleep(0.1)
        yield
    finally:
        os.close(held)


def _convert(program: str, source: Path) -> None:
    """Let the program write paper.pdf beside the source, and end everything it started."""
    command = [sys.executable, "-P", *_WORKER, program, str(source)]
    work = subprocess.Popen(  # noqa: S603 our own module, paths of our own making
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        code = work.wait(WORK_SECONDS)
    except subprocess.TimeoutExpired:
        raise PdfRefused("too_slow") from None
    finally:
        # End its children too: the started program only starts another.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(work.pid, signal.SIGKILL)
        work.wait()
    if code < 0 or code > 128:  # ended because of processor time or memory
        raise PdfRefused("too_slow")
    if code:
        log.warning("pdf_failed code=%s", code)
        raise PdfRefused("failed")
