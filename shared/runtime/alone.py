"""Makes sure that something is done once for a unit at a time: the night's work, a backup, serving.

An embedded store and all that works on it are on one machine: there the kernel's lock on a file in
the folder is the best one, since it ends with its process, however that ends. A store on a server
may be worked on from several machines: there a lease in the store decides (store/jobs/leases.py,
decision 82).
"""

import fcntl
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager

from shared.db.connection import Store
from shared.runtime.instance import AlreadyServed, Instance
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
def serving(instance: Instance) -> Iterator[Held]:
    """Hold the right to serve what other machines may serve too during the block; where none can,
    `Instance.lock` is enough. Raises AlreadyServed, and what an opening raises."""
    with ExitStack() as until:
        try:
            held = until.enter_context(leased(instance, "serve")) if is_shared(instance) else Held()
        except Busy:
            raise AlreadyServed(
                f"Another machine already serves the unit of {instance.folder}."
            ) from None
        yield held


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
        try:
            with closing(instance.open()) as db:
                leases.give_back(db, lease)
        except Exception as fault:  # then the lease ends by itself
            log.warning("lease_not_given_back what=%s reason=%s", what, _said(fault))


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
    """Show signs of life until the end, or until somebody took over. One that cannot be shown now
    is shown at the next beat: whoever cannot reach the store can do no harm there, and learns what
    happened when it reaches it again."""
    assert held.lease is not None
    while not ending.wait(BEAT_SECONDS):
        try:
            with closing(instance.open()) as db:
                leases.renew(db, held.lease)
        except LeaseLost:
            log.error("lease_lost what=%s", held.lease.what)
            held.is_lost.set()
            return
        except Exception as fault:  # a beat that ends here would never be shown again
            log.warning("lease_not_renewed what=%s reason=%s", held.lease.what, _said(fault))


def _said(fault: Exception) -> str:
    return str(fault) or type(fault).__name__
