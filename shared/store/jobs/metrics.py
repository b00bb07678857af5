"""The state of the store in numbers, for the program that watches it. They contain no person."""

from shared.db.connection import Store
from shared.store.jobs import backup_status
from shared.store.jobs.job_runs import OK, RUNNING

Counts = dict[tuple[str, ...], float]


def by_status(db: Store) -> Counts:
    """Return how many ideas are in each status."""
    return _counts(db, "SELECT status, count FROM status_count WHERE commune_id = :commune_id")


def by_channel(db: Store) -> Counts:
    """Return how many ideas came by each channel."""
    return _counts(
        db,
        "SELECT channel, count(*) FROM proposal WHERE commune_id = :commune_id GROUP BY channel",
    )


def outbox(db: Store) -> Counts:
    """Return how many SMS are in each state of sending."""
    return _counts(
        db, "SELECT state, count(*) FROM outbox WHERE commune_id = :commune_id GROUP BY state"
    )


def inbox(db: Store) -> Counts:
    """Return how many SMS that came are in each state of being handled."""
    return _counts(
        db, "SELECT state, count(*) FROM message_in WHERE commune_id = :commune_id GROUP BY state"
    )


def outbox_queue(db: Store, *, notices: bool = True) -> tuple[int, int | None]:
    """Return how many SMS are due or on their way, and when the oldest of them became due; without
    `notices` the replies alone."""
    row = db.row(
        "SELECT count(*), min(due_at) FROM outbox"
        " WHERE commune_id = :commune_id AND state IN ('queued', 'sending')"
        " AND (:notices = 1 OR kind = 'reply')",
        notices=notices,
    )
    return (row[0], row[1]) if row else (0, None)


def heard(db: Store) -> dict[str, int]:
    """Return when each program and gateway was last heard (ms UTC)."""
    return dict(db.rows("SELECT program, at FROM heartbeat WHERE commune_id = :commune_id"))


def jobs_well(db: Store) -> dict[str, int]:
    """Return when each job of the night last ended well (ms UTC)."""
    return dict(
        db.rows(
            "SELECT name, max(started_at) FROM job_run"
            " WHERE commune_id = :commune_id AND outcome = :ok GROUP BY name",
            ok=OK,
        )
    )


def jobs_last(db: Store) -> dict[str, bool]:
    """Return whether the last run of each job that is over ended well."""
    return {
        name: outcome == OK
        for name, outcome in db.rows(
            "SELECT name, outcome FROM job_run WHERE commune_id = :commune_id"
            " AND outcome <> :running ORDER BY started_at, id",
            running=RUNNING,
        )
    }


def is_backup_late(db: Store, at: int) -> bool:
    """Say whether the last backup is too old at an instant (ms UTC)."""
    return backup_status.is_late(db, at)


def _counts(db: Store, sql: str) -> Counts:
    return {(str(name),): float(count) for name, count in db.rows(sql)}
