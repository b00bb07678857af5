"""Each run of a job that no person starts: when, how it ended, and the sentence about it.

`shared.nightly` decides how often a job is due; this module only keeps the records.
"""

from collections.abc import Mapping

from shared.db.card import Table, Whose, choice, ident, instant, structure, text
from shared.db.connection import Store, writing
from shared.db.event_log import new_id
from shared.domain import clock
from shared.domain.record import Record

RUNNING, OK, FAILED, BROKEN_OFF = "running", "ok", "failed", "broken_off"
# A run further in the future than this was recorded under a clock that was ahead.
_AHEAD = clock.HOUR
# Older runs are not needed; the last one of each outcome is kept whatever its age.
_KEPT = 400 * clock.DAY


class JobRun(Record):
    """One run. `outcome` is "running", "ok", "failed" or "broken_off" (its program ended before it
    did); `text_key` and `blanks` are a sentence of the texts ("" while it runs). ms UTC."""

    id: str
    name: str
    started_at: int
    ended_at: int | None
    outcome: str
    text_key: str
    blanks: Mapping[str, str]


JOB_RUN = Table(
    "job_run",
    JobRun,
    {
        "id": ident(),
        "name": text(Whose.NOBODY),
        "started_at": instant(),
        "ended_at": instant(null=True),
        "outcome": choice(("running", "ok", "failed", "broken_off")),
        "text_key": ident(),
        "blanks": structure(Whose.NOBODY),
    },
    indexes={"job_run_by_name": "name, outcome, started_at"},
    left_out="the machine's own",
)


def begin(db: Store, name: str, *, at: int) -> str:
    """Record that a run of a job begins and return its id."""
    run_id = new_id()
    with writing(db):
        db.insert(JOB_RUN, JobRun(run_id, name, at, None, RUNNING, "", {}))
    return run_id


def end(
    db: Store, run_id: str, outcome: str, text_key: str, blanks: Mapping[str, object], *, at: int
) -> None:
    """Record how a run ended, and the sentence about it."""
    said = {name: str(value) for name, value in blanks.items()}
    with writing(db):
        changes = {"ended_at": at, "outcome": outcome, "text_key": text_key, "blanks": said}
        db.change(JOB_RUN, {"id": run_id}, changes)
        db.write(
            "DELETE FROM job_run WHERE commune_id = :commune_id AND started_at < :oldest"
            " AND id NOT IN (SELECT max(id) FROM job_run WHERE commune_id = :commune_id"
            " GROUP BY name, outcome)",
            oldest=at - _KEPT,
        )


def settle_broken(db: Store, *, at: int) -> None:
    """Record that every run that never ended was interrupted; only while none can run."""
    with writing(db):
        db.write(
            "UPDATE job_run SET outcome = 'broken_off', ended_at = :at, text_key = :text_key"
            " WHERE commune_id = :commune_id AND outcome = 'running'",
            text_key="job.broken_off",
            at=at,
        )


def has_ended_well(db: Store, name: str, *, since: int, at: int) -> bool:
    """Say whether a run that began since an instant ended well. A run in the future of `at` was
    recorded under a wrong clock and does not count."""
    row = db.row(
        "SELECT 1 FROM job_run WHERE commune_id = :commune_id AND name = :name"
        " AND outcome = 'ok' AND started_at BETWEEN :since AND :latest",
        name=name,
        since=since,
        latest=at + _AHEAD,
    )
    return row is not None


def last(
    db: Store, name: str, *, at: int, outcome: str | None = None, text_key: str | None = None
) -> JobRun | None:
    """Return the latest run of a job (with this outcome and this sentence, if given), or None; none
    in the future of `at`. Uses the index."""
    wanted = {"outcome": outcome, "text_key": text_key}
    condition = "".join(f" AND {column} = :{column}" for column, one in wanted.items() if one)
    return db.get(
        JOB_RUN,
        f"name = :name{condition} AND started_at <= :latest"
        " ORDER BY started_at DESC, id DESC LIMIT 1",
        name=name,
        latest=at + _AHEAD,
        **wanted,
    )
