"""Counters that slow down guessing. They are kept in the store, so a restart resets none.

A try is counted before its outcome is known, in the same step that checks whether it is allowed.
So of twelve tries at once, no more than the limit get an answer. A try that was no guess is given
back.
"""

from collections.abc import Sequence
from typing import Any

from shared.db.card import Table, ident, instant, number
from shared.db.connection import Store, writing
from shared.domain import clock
from shared.domain.record import Record

THROTTLE: Table[Any] = Table(
    "throttle",
    None,
    {
        "what": ident(),
        "who": ident(),
        "since": instant(),
        "count": number(),
    },
    key=("what", "who"),
    indexes={"throttle_by_age": "what, since"},
    left_out="the machine's own",
)


class Brake(Record):
    """At most `most` times within `window` ms."""

    what: str
    most: int
    window: int
    # Whether a row's `since` is the last time, or the beginning of the window.
    begins_anew = False

    def left(self, since: int, count: int, at: int) -> int:
        """Return how many ms one must wait who did it `count` times since an instant."""
        if count < self.most or since > at + clock.SLACK:
            return 0
        return max(0, min(self.window, since + self.window - at))


class GrowingBrake(Record):
    """`most` times are free. After that each costs a wait: `first` ms, then twice that, up to
    `longest`. All is forgotten after `window` ms without a try."""

    what: str
    most: int
    window: int
    first: int
    longest: int
    begins_anew = True

    def left(self, since: int, count: int, at: int) -> int:
        """As that of Brake; `since` is the last time."""
        if count < self.most or not since - clock.SLACK <= at < since + self.window:
            return 0
        wait = min(self.longest, self.first << min(count - self.most, 30))
        return max(0, min(wait, since + wait - at))


AnyBrake = Brake | GrowingBrake
Pulled = tuple[AnyBrake, str]


def wait_left(db: Store, brake: AnyBrake, who: str, at: int) -> int:
    """Return how many ms `who` must still wait; 0 when the brake is open."""
    row = db.row(
        "SELECT since, count FROM throttle"
        " WHERE commune_id = :commune_id AND what = :what AND who = :who",
        what=brake.what,
        who=who,
    )
    return brake.left(row[0], row[1], at) if row else 0


def take(db: Store, pulled: Sequence[Pulled], at: int) -> int:
    """Count one try for each brake, or none at all if one of them must wait; return the wait in ms.
    Checking and counting are one step: nobody comes in between."""
    with writing(db):
        left = max((wait_left(db, brake, who, at) for brake, who in pulled), default=0)
        if not left:
            for brake, who in pulled:
                count(db, brake, who, at)
        return left


def count(db: Store, brake: AnyBrake, who: str, at: int) -> None:
    """Count one more try for `who`; a new window begins when the last is over."""
    with writing(db):
        db.write(
            "DELETE FROM throttle WHERE commune_id = :commune_id AND what = :what"
            " AND (since <= :over OR since > :ahead)",
            what=brake.what,
            over=at - brake.window,
            ahead=at + clock.SLACK,
        )
        db.write(
            "INSERT INTO throttle (commune_id, what, who, since, count)"
            " VALUES (:commune_id, :what, :who, :at, 1)"
            " ON CONFLICT (commune_id, what, who) DO UPDATE SET count = throttle.count + 1,"
            " since = CASE WHEN :anew = 1 AND throttle.since < :at THEN :at"
            " ELSE throttle.since END",
            what=brake.what,
            who=who,
            at=at,
            anew=int(brake.begins_anew),
        )


def give_back(db: Store, pulled: Sequence[Pulled]) -> None:
    """Take one off the count of each: it was no guess."""
    with writing(db):
        for brake, who in pulled:
            db.write(
                "UPDATE throttle SET count = count - 1 WHERE commune_id = :commune_id"
                " AND what = :what AND who = :who AND count > 0",
                what=brake.what,
                who=who,
            )


def counted(db: Store, what: str, *, since: int) -> dict[str, int]:
    """Return the counts of one kind, of those whose row is not older than an instant (ms UTC)."""
    return dict(
        db.rows(
            "SELECT who, count FROM throttle WHERE commune_id = :commune_id AND what = :what"
            " AND since >= :since",
            what=what,
            since=since,
        )
    )


def forget_all(db: Store) -> None:
    """Open every brake; only inside `writing`."""
    db.write("DELETE FROM throttle WHERE commune_id = :commune_id")


def forget_old(db: Store, *, before: int) -> None:
    """Delete the counters that began before an instant (ms UTC)."""
    with writing(db):
        db.write(
            "DELETE FROM throttle WHERE commune_id = :commune_id AND since < :before",
            before=before,
        )


def forgive(db: Store, brake: AnyBrake, who: str) -> None:
    """Reset the brake for `who`, as after a right password."""
    with writing(db):
        db.write(
            "DELETE FROM throttle WHERE commune_id = :commune_id AND what = :what AND who = :who",
            what=brake.what,
            who=who,
        )
