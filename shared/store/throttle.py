"""Counters that slow down guessing: kept in the store, so a restart forgives nobody."""

from dataclasses import dataclass

from shared.store.connection import Store, writing


@dataclass(frozen=True)
class Brake:
    """At most `most` times within `window` ms."""

    what: str
    most: int
    window: int


def wait_left(db: Store, brake: Brake, who: str, at: int) -> int:
    """Return for how many ms `who` must still wait; 0 when the brake is open."""
    row = db.row(
        "SELECT since, count FROM throttle"
        " WHERE commune_id = :commune_id AND what = :what AND who = :who",
        what=brake.what,
        who=who,
    )
    if row is None or row[1] < brake.most:
        return 0
    return max(0, _window_end(row[0], brake, at) - at)


def forget_all(db: Store) -> None:
    """Open every brake; only inside `writing`."""
    db.write("DELETE FROM throttle WHERE commune_id = :commune_id")


def count(db: Store, brake: Brake, who: str, at: int) -> None:
    """Count one more for `who`; a new window begins when the last is over."""
    with writing(db):
        db.write(
            "DELETE FROM throttle WHERE commune_id = :commune_id AND what = :what"
            " AND (since <= :over OR since > :at)",
            what=brake.what,
            over=at - brake.window,
            at=at,
        )
        db.write(
            "INSERT INTO throttle (commune_id, what, who, since, count)"
            " VALUES (:commune_id, :what, :who, :at, 1)"
            " ON CONFLICT (commune_id, what, who) DO UPDATE SET count = throttle.count + 1",
            what=brake.what,
            who=who,
            at=at,
        )


def forget_old(db: Store, *, before: int) -> None:
    """Forget the counters that began before an instant (ms UTC)."""
    with writing(db):
        db.write(
            "DELETE FROM throttle WHERE commune_id = :commune_id AND since < :before",
            before=before,
        )


def forgive(db: Store, brake: Brake, who: str) -> None:
    """Open the brake for `who`, as after a right password."""
    with writing(db):
        db.write(
            "DELETE FROM throttle WHERE commune_id = :commune_id AND what = :what AND who = :who",
            what=brake.what,
            who=who,
        )


def _window_end(since: int, brake: Brake, at: int) -> int:
    # A window that begins in the future was written by a clock that has since been put right.
    return since + brake.window if since <= at else at
