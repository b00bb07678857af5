"""Was the PC's clock wrong when an idea came? The chain of events keeps the order of writing,
whatever the times in it. If the times run backwards, one of them is wrong.

The following times tell which one. A clock that fell back (an empty battery) and was corrected
jumps forward by as much. A clock that had been ahead goes on from where it was set.
"""

from collections.abc import Sequence
from itertools import pairwise

from shared.db.connection import Store
from shared.db.event_log import Event
from shared.domain import clock
from shared.domain.record import Record

# Two requests at once may be written in the other order, but not minutes apart.
_TOLERANCE = 5 * clock.MINUTE
# Nobody sets a clock that far ahead: one that is so far back, and still is, fell back.
_A_FALL = 30 * clock.DAY
# How many events before and after are examined.
_NEIGHBOURS = 500
# What was found, by the hash of the event, which stands for all before it; kept once as many came
# after it: none of their times changes any more.
_settled: dict[str, "OddClock | None"] = {}
_MOST_SETTLED = 2_000


class OddClock(Record):
    """What contradicts the time of an idea's arrival: `way` is "ahead" if something later has an
    earlier time, "behind" if something before it has a later one; that time is `at`, ms UTC."""

    way: str
    at: int


def around(db: Store, happened: Sequence[Event], *, now: int) -> OddClock | None:
    """Return what contradicts the time at which a proposal came, to which all this happened, or
    None."""
    came = next((one for one in happened if one.kind == "received"), None)
    if came is None:
        return None
    if came.hash not in _settled:
        found, is_settled = _look_around(db, came, now)
        if not is_settled:
            return found
        if len(_settled) >= _MOST_SETTLED:
            _settled.clear()
        _settled[came.hash] = found
    return _settled[came.hash]


def _look_around(db: Store, came: Event, now: int) -> tuple[OddClock | None, bool]:
    """Return what contradicts the time of an event, and whether all that could lies behind."""
    first, last = max(1, came.place - _NEIGHBOURS), came.place + _NEIGHBOURS
    where = "FROM event WHERE commune_id = :commune_id AND place"
    latest, earliest, is_full = db.row(
        f"SELECT (SELECT max(at) {where} BETWEEN :first AND :before),"
        f" (SELECT min(at) {where} BETWEEN :after AND :last), EXISTS (SELECT 1 {where} = :last)",
        first=first,
        before=came.place - 1,
        after=came.place + 1,
        last=last,
    ) or (None, None, False)
    # Nearly always nothing contradicts, and then no time is read one by one.
    if (
        max(latest or 0, came.at) - _TOLERANCE <= came.at
        and min(earliest or now, now) + _TOLERANCE >= came.at
    ):
        return None, bool(is_full)
    rows = db.rows(
        f"SELECT at {where} BETWEEN :first AND :last ORDER BY place",
        first=first,
        last=last,
    )
    hours = [at for (at,) in rows]
    found = _odd(hours, came.place - first, now)
    return found, bool(is_full) and now >= hours[-1] - _TOLERANCE


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
