"""Ends a wait for COMMIT that lasts too long: a standby that is away would hold it for ever.

The server's own time limit does not reach so far. A cancelled COMMIT is reported as done, with a
warning; the engine takes that as unknown.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg

COMMIT_SECONDS = 8.0
_LOOK_SECONDS = 1.0


class Patience:
    """Watches the commits of a program, in one thread that begins with the first."""

    def __init__(self) -> None:
        self._waiting: dict[Any, float] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @contextmanager
    def waiting(self, session: Any) -> Iterator[None]:
        """Let the block wait for the server, and no longer than COMMIT_SECONDS."""
        if self._thread is None:
            self._begin()
        self._waiting[session] = time.monotonic() + COMMIT_SECONDS
        try:
            yield
        finally:
            self._waiting.pop(session, None)

    def _begin(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="commits", daemon=True)
                self._thread.start()

    def _watch(self) -> None:
        pause = threading.Event()
        while True:
            pause.wait(_LOOK_SECONDS)
            now = time.monotonic()
            for session, until in list(self._waiting.items()):
                if until < now:
                    with suppress(psycopg.Error):
                        session.cancel_safe(timeout=5)
