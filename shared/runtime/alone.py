"""Makes sure that something is done once for a unit at a time: the night's work, a backup, serving.

An embedded store and all that works on it are on one machine: there the kernel's lock on a file in
the folder is the best one, since it ends with its process, however that ends. A store on a server
may be worked on from several machines: there a lease in the store decides (store/jobs/leases.py,
decision 82).
"""

import contextlib
import fcntl
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from shared.db.connection import Store, StoreUnavailable
from shared.runtime.instance import Instance
from shared.settings import store_of
from shared.store.jobs import leases
from shared.store.jobs.leases import Lease, LeaseLost

# A lease that shows no sign of life for so long may be taken over; its holder shows one more often.
LASTS_SECONDS = 60.0
BEAT_SECONDS = 10.0

log = logging.getLogger("hienke")


class Busy(Exception):
    """Somebody else does it."""


class Held:
    """What is held. `check` says inside `writing` that it still is."""

    def __init__(self, lease: Lease | None = None) -> None:
        self.lease = lease
        self.is_lost = threading.Event()

    def check(self, db: Store) -> None:
        """Raise LeaseLost if somebody took over; first inside `writing`, so that what a holder
        wrote after it slept is undone."""
        if self.lease is not None:
            leases.check(db, self.lease)


def is_shared(instance: Instance) -> bool:
    """Say whether other machines may work on the same store."""
    return bool(store_of(instance.folder)[0])


@contextmanager
def alone(instance: Instance, what: str) -> Iterator[Held]:
    """Hold the right to do `what` for a unit during the block. Raises Busy, StoreUnavailable."""
    if is_shared(instance):
        with leased(instance, what) as held:
            yield held
        return
    with (instance.folder / f"{what}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        yield Held()


@contextmanager
def leased(instance: Instance, what: str) -> Iterator[Held]:
    """Hold a lease during the block, and show signs of life beside it. Raises Busy if its holder
    shows one; a dead one's is taken over after LASTS_SECONDS."""
    holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    with closing(instance.open()) as db:
        lease = _taken(db, what, holder)
    held, ending = Held(lease), threading.Event()
    beating = threading.Thread(target=_beat, args=(instance, held, ending), name="lease")
    beating.start()
    try:
        yield held
    finally:
        ending.set()
        beating.join()
        # If the store is away, the lease ends by itself.
        with contextlib.suppress(StoreUnavailable), closing(instance.open()) as db:
            leases.give_back(db, lease)


def _taken(db: Store, what: str, holder: str, wait: Callable[[float], None] = time.sleep) -> Lease:
    """Take a lease, watching whoever has it for as long as it may show nothing."""
    before, until = leases.seen(db, what), time.monotonic() + LASTS_SECONDS
    while before is not None:
        if time.monotonic() >= until:
            log.warning("lease_taken_over what=%s", what)
            break
        wait(BEAT_SECONDS / 5)
        now = leases.seen(db, what)
        if now is not None and now != before:
            raise Busy
        before = now
    taken = leases.take(db, what, holder, instead=before)
    if taken is None:
        raise Busy
    return taken


def _beat(instance: Instance, held: Held, ending: threading.Event) -> None:
    """Show signs of life until the end. A holder that cannot show any for as long as a lease lasts
    counts itself as lost: by then somebody else may have taken over."""
    assert held.lease is not None
    last = time.monotonic()
    while not ending.wait(BEAT_SECONDS):
        try:
            with closing(instance.open()) as db:
                leases.renew(db, held.lease)
            last = time.monotonic()
        except LeaseLost:
            break
        except StoreUnavailable as fault:
            log.warning("lease_not_renewed what=%s reason=%s", held.lease.what, fault)
            if time.monotonic() - last >= LASTS_SECONDS:
                break
    else:
        return
    log.error("lease_lost what=%s", held.lease.what)
    held.is_lost.set()
