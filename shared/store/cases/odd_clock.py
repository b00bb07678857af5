"""Was the PC's clock wrong when an idea came? The chain of events keeps the order of writing,
whatever the times in it. If the times run backwards, one of them is wrong.

The following times tell which one. A clock that fell back (an empty battery) and was corrected
jumps forward by as much. A clock that had been ahead goes on from where it was set.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from shared.db import event_log
from shared.db.connection import Store
from shared.db.event_log import Event
from shared.domain import clock

# Two requests at once may be written in the other order, but not minutes apart.
_TOLERANCE = 5 * clock.MINUTE
# Nobody sets a clock that far ahead: one that is so far back, and still is, fell back.
_A_FALL = 30 * clock.DAY
# How many events before and after are examined.
_NEIGHBOURS = 500


@dataclass(frozen=True)
class OddClock:
    """What contradicts the time of an idea's arrival: `way` is "ahead" if something later has an
    earlier time, "behind" if something before it has a later one; that time is `at`, ms UTC."""

    way: str
    at: int


def around(db: Store, proposal_id: str, *, now: int) -> OddClock | None:
    """Return what contradicts the time at which a proposal came, or None."""
    came = event_log.first_of(db, proposal_id, "received")
    if came is None or not _is_contradicted(db, came, now):
        return None
    first = max(1, came.place - _NEIGHBOURS)
    rows = db.rows(
        "SELECT at FROM event WHERE commune_id = :commune_id AND place BETWEEN :first AND :last"
        " ORDER BY place",
        first=first,
        last=came.place + _NEIGHBOURS,
    )
    return _odd([int(row[0]) for row in rows], came.place - first, now)


def _is_contradicted(db: Store, came: Event, now: int) -> bool:
    """Say whether anything before an event has a later time, or anything after it an earlier one.
    Nearly always nothing has, and then no time is read one by one."""
    row = db.row(
        "SELECT (SELECT max(at) FROM event WHERE commune_id = :commune_id"
        "  AND place BETWEEN :first AND :before),"
        " (SELECT min(at) FROM event WHERE commune_id = :commune_id"
        "  AND place BETWEEN :after AND :last)",
        first=came.place - _NEIGHBOURS,
        before=came.place - 1,
        after=came.place + 1,
        last=came.place + _NEIGHBOURS,
    )
    latest, earliest = row or (None, None)
    return (
        max(latest or 0, came.at) - _TOLERANCE > came.at
        or min(earliest or now, now) + _TOLERANCE < came.at
    )


def _odd(hours: Sequence[int], at: int, now: int) -> OddClock | None:
    """Return what is odd about the time at one place of a row of times."""
    here = hours[at]
    for place, (before, after) in enumerate(zip(hours, [*hours[1:], now], strict=True), start=1):
        drop = before - after
        if drop <= _TOLERANCE:
            continue
        back = next((one for one in range(place, len(hours)) if hours[one] >= before), None)
        fell = _fell(hours[place : back + 1], drop) if back is not None else drop >= _A_FALL
        if fell and place <= at < (back or len(hours)) and here < before - _TOLERANCE:
            return OddClock("behind", before)
        if not fell and at < place and here > after + _TOLERANCE:
            return OddClock("ahead", after)
    return None


def _fell(hours: Sequence[int], drop: int) -> bool:
    """Say whether times that are back where they were came there by one jump."""
    steps = [later - earlier for earlier, later in pairwise(hours)]
    return 2 * max(steps, default=0) >= drop
