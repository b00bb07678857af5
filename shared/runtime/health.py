"""Is the program well? It answers only after a real write to the store and to the media folder."""

import os
import threading
import time

from shared.db.connection import DatabaseError, Store, StoreUnavailable
from shared.domain import clock
from shared.domain.record import Record
from shared.files import buckets
from shared.files.buckets import BucketUnfit
from shared.runtime.instance import Instance, InstanceMissing
from shared.store.jobs import heartbeat

FRESH_SECONDS = 1.0
PATIENCE_SECONDS = 1.0


class Health(Record):
    """What the last check saw; each part is "ok" or one word for the fault."""

    store: str
    media: str

    @property
    def is_ok(self) -> bool:
        """True when both could be written."""
        return self.store == self.media == "ok"

    def as_json(self) -> dict[str, str]:
        """Return the body of `/healthz`."""
        return {
            "status": "ok" if self.is_ok else "failing",
            "store": self.store,
            "media": self.media,
        }


class HealthCheck:
    """One program's check: at most once a second, and nobody waits more than a second for it."""

    def __init__(self, instance: Instance, program: str) -> None:
        self._instance = instance
        self._program = program
        self._lock = threading.Lock()
        self._done = threading.Condition(self._lock)
        self._last: Health | None = None
        self._checked_at = 0.0
        self._running = False

    def now(self) -> Health:
        """Return the health; "slow" if a check that is running does not end in time."""
        with self._lock:
            if self._last and time.monotonic() - self._checked_at < FRESH_SECONDS:
                return self._last
            asked_at = time.monotonic()
            if not self._running:
                self._running = True
                threading.Thread(target=self._check, name="health", daemon=True).start()
            self._done.wait_for(lambda: self._checked_at >= asked_at, timeout=PATIENCE_SECONDS)
            if self._last and self._checked_at >= asked_at:
                return self._last
            return Health("slow", "slow")

    def _check(self) -> None:
        health = Health(self._store(), self._media())
        with self._lock:
            self._last, self._checked_at, self._running = health, time.monotonic(), False
            self._done.notify_all()

    def _store(self) -> str:
        try:
            db: Store = self._instance.open()
        except (InstanceMissing, StoreUnavailable, OSError):
            return "missing"
        try:
            heartbeat.beat(db, self._program, at=clock.now())
        except (StoreUnavailable, DatabaseError):
            return "unwritable"
        finally:
            db.close()
        return "ok"

    def _media(self) -> str:
        probe = self._instance.media / f".health-{self._program}"
        try:
            descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                os.write(descriptor, str(clock.now()).encode())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            probe.unlink()
            bucket = buckets.of(self._instance.media)
            if bucket:
                bucket.assert_forgets()
        except (OSError, BucketUnfit):
            return "unwritable"
        return "ok"
