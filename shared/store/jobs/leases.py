"""Leases: who alone may do something for a unit, where several machines work on one store.

No clock is compared, so clocks may differ by hours. A holder changes its row every few seconds.
Whoever wants the lease watches the row with its own stopwatch: only if nothing changes for as long
as a lease lasts does it take over, with a higher fence. A holder that slept finds that higher fence
in the store: `check` inside its `writing` block undoes what it was about to write.
"""

from shared.db.card import Table, ident, number
from shared.db.connection import Store, writing
from shared.domain.record import Record


class Lease(Record):
    """A lease as somebody took it. `fence` is higher each time it changes hands; `beat` counts the
    signs of life of this holder."""

    what: str
    holder: str
    fence: int
    beat: int


LEASE = Table(
    "lease",
    Lease,
    {
        "what": ident(),
        "holder": ident(),
        "fence": number(),
        "beat": number(),
    },
    key=("what",),
    left_out="the machine's own",
)
# The holder of a lease that was given back.
_NOBODY = ""


class LeaseLost(Exception):
    """Somebody else took the lease: what was begun under it must not be finished."""


def seen(db: Store, what: str) -> Lease | None:
    """Return a lease as it is now, None if nobody has it."""
    found = db.get(LEASE, "what = :what", what=what)
    return found if found is not None and found.holder != _NOBODY else None


def take(db: Store, what: str, holder: str, *, instead: Lease | None = None) -> Lease | None:
    """Take a lease that nobody has, or one that has not changed since it was seen as `instead`.
    Return it, None if somebody has it or was quicker."""
    with writing(db):
        now = db.get(LEASE, "what = :what", what=what)
        if now is None:
            db.insert(LEASE, taken := Lease(what, holder, fence=1, beat=0))
            return taken
        if now.holder != _NOBODY and now != instead:
            return None
        taken = Lease(what, holder, now.fence + 1, beat=0)
        _set(db, now, taken)
        return taken


def renew(db: Store, lease: Lease) -> None:
    """Show that the holder lives. Raises LeaseLost, StoreUnavailable."""
    with writing(db):
        now = check(db, lease)
        _set(db, now, Lease(now.what, now.holder, now.fence, now.beat + 1))


def check(db: Store, lease: Lease) -> Lease:
    """Return the lease as it is now; first inside `writing`, and nobody takes it before the block
    ends. Raises LeaseLost if somebody else has it."""
    now = db.get(LEASE, "what = :what", what=lease.what)
    if now is None or (now.holder, now.fence) != (lease.holder, lease.fence):
        raise LeaseLost(f"{lease.what} was taken over")
    return now


def give_back(db: Store, lease: Lease) -> None:
    """Let the next one have it at once; nothing if it was lost."""
    with writing(db):
        try:
            now = check(db, lease)
        except LeaseLost:
            return
        _set(db, now, Lease(now.what, _NOBODY, now.fence, now.beat))


def _set(db: Store, now: Lease, then: Lease) -> None:
    changes = {"holder": then.holder, "fence": then.fence, "beat": then.beat}
    db.change(LEASE, {"what": now.what}, changes)
