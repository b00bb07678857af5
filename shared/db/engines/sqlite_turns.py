"""The blocks of this program that write to one file: one at a time, and those that met wait for the
disk together.

A block that found nobody commits with synchronous=FULL, and its COMMIT waits for the disk. One that
had to wait for another commits with NORMAL: its rows lie in the journal, and the system may still
hold them in memory. It lets the next one write, and ends when an fdatasync of the journal that
began after its COMMIT has ended. Whoever flushes does it for all that have committed by then.

So others may read for some milliseconds what a power cut would undo. Whatever is said outside is
said after a block of its own or after `wait`, and that flushes what it may have read (decision
111).
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from shared.db.engines import BUSY_SECONDS, StoreUnavailable


class WriteTurns:
    """Who writes to a file, seen from this program."""

    def __init__(self, file: Path) -> None:
        self._journal = f"{file}-wal"
        self._writing, self._flushing = threading.Lock(), threading.Lock()
        # How many blocks have committed without a flush of their own, changed in `_writing`, and
        # how many of these are on the disk, changed in `_flushing`.
        self._committed = self._safe = 0
        self._fault = ""

    @contextmanager
    def one(self, link: Any) -> Iterator[float]:
        """Let a block begin and commit on a connection; yield how many seconds it may still wait
        for other programs. When it ends, it is on the disk. Raises StoreUnavailable."""
        self._assert_sound()
        asked_at = time.monotonic()
        is_alone = self._writing.acquire(blocking=False)
        if not is_alone and not self._writing.acquire(timeout=BUSY_SECONDS):
            raise StoreUnavailable("another write of this program is not done")
        # A block may find that all is done already and write nothing: then its COMMIT flushes
        # nothing, and what it found may be what another one still waits for.
        is_shared = not is_alone or self._committed != self._safe
        try:
            if is_shared:
                link.execute("PRAGMA synchronous=NORMAL")
            yield BUSY_SECONDS - (time.monotonic() - asked_at)
        finally:
            try:
                if is_shared:
                    self._committed += 1
                    _tighten(link)
            finally:
                self._writing.release()
            if is_shared:
                self.wait()

    def wait(self) -> None:
        """Return when all that was committed before this call is on the disk. Raises
        StoreUnavailable."""
        mine = self._committed
        if self._safe >= mine:
            return
        with self._flushing:
            if self._safe < mine:
                self._assert_sound()
                self._flush()

    def _flush(self) -> None:
        reach = self._committed
        try:
            # SQLite has no lock on its journal, so it may be opened and closed beside it.
            opened = os.open(self._journal, os.O_RDWR)
            try:
                os.fdatasync(opened)
            finally:
                os.close(opened)
        except OSError as fault:
            self._fault = str(fault)
            self._assert_sound()
        self._safe = reach

    def _assert_sound(self) -> None:
        """A flush that failed is not tried again: the next one would succeed and flush nothing, as
        the system forgets what it could not write. SQLite looks through the journal at a start."""
        if self._fault:
            raise StoreUnavailable(
                f"the journal could not be flushed ({self._fault}): nothing is written until the"
                " program is started again on a disk that is well"
            )


def _tighten(link: Any) -> None:
    """Let a connection wait for the disk again at each COMMIT; one that cannot is never used
    again."""
    try:
        link.execute("PRAGMA synchronous=FULL")
    except BaseException:
        link.close()
        raise


@cache
def turns_of(file: Path) -> WriteTurns:
    """Return those of a file, the same for the whole program."""
    return WriteTurns(file)
