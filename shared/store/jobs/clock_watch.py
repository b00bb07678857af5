"""Since when this machine's clock has run steadily.

A cheap PC may wake in 1970 or in ten years: its battery is empty, and nobody told it the time. Work
that deletes things by their age asks here first. A store cannot tell a wrong clock from a PC that
was switched off, so after either it waits until the clock has run on for a while.
"""

from typing import Any

from shared.db.card import Table, instant
from shared.db.connection import Store, writing
from shared.domain import clock

CLOCK_WATCH: Table[Any] = Table(
    "clock_watch",
    None,
    {
        "seen_at": instant(),
        "steady_from": instant(),
    },
    key=(),
    left_out="the machine's own",
)


# Between two looks there is a quarter of an hour while the programs run, a night when they do not.
_LEAP = clock.DAY
_BACK = 5 * clock.MINUTE
# How long the clock must have run on after a jump; longer after one that no holiday explains.
PATIENCE, LONG_PATIENCE = clock.DAY, 7 * clock.DAY
_HOLIDAY = 30 * clock.DAY


def look(db: Store, *, at: int) -> int:
    """Record that the clock says `at`. Return since when nothing could be deleted wrongly by its
    age: an instant that may lie in the future. ms UTC."""
    with writing(db):
        row = db.row("SELECT seen_at, steady_from FROM clock_watch WHERE commune_id = :commune_id")
        steady_from = _steady_from(row[0], row[1], at) if row else at + PATIENCE
        db.write(
            "INSERT INTO clock_watch (commune_id, seen_at, steady_from)"
            " VALUES (:commune_id, :at, :steady_from) ON CONFLICT (commune_id)"
            " DO UPDATE SET seen_at = :at, steady_from = :steady_from",
            at=at,
            steady_from=steady_from,
        )
    return steady_from


def _steady_from(seen_at: int, steady_from: int, at: int) -> int:
    leap = at - seen_at
    if -_BACK <= leap <= _LEAP:
        return steady_from
    return at + (PATIENCE if abs(leap) <= _HOLIDAY else LONG_PATIENCE)
