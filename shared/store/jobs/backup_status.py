"""The state of the office's backups, for people who look at a screen in the morning.

Backups and their results are runs of jobs (job_runs.py); archives are in shared/backup.
"""

from shared.db.connection import Store
from shared.domain import clock
from shared.domain.record import Record
from shared.store.jobs import job_runs
from shared.store.jobs.job_runs import JobRun
from shared.store.office import campaigns

# A night and two hours: yesterday's backup of 02:30 is late from today at 04:30 on.
LATE_AFTER = 26 * clock.HOUR
# A stick that is plugged in once a week is not late.
COPY_LATE = 8 * clock.DAY
# How often somebody should prove that the key still exists and opens the newest archive.
KEY_LATE = 35 * clock.DAY
# The run of `hienke restore --check`, which a person starts.
KEY_CHECK = "key_check"
MADE_AND_COPIED = "job.backup.ok"


class BackupState(Record):
    """Instants are ms UTC, None for never. `made_at`: the last backup; `copied_at`: the last that
    also reached every further folder; `key_tried_at`: when the key last opened an archive;
    `last`: the last run, well or not."""

    made_at: int | None
    copied_at: int | None
    key_tried_at: int | None
    last: JobRun | None
    is_late: bool
    is_copy_late: bool
    is_key_late: bool


def state(db: Store, now: int) -> BackupState:
    """Return the state of the backups. A demo is never late: it has nothing to lose."""
    made = _last_well(db, "backup", now)
    copied = job_runs.last(db, "backup", at=now, outcome=job_runs.OK, text_key=MADE_AND_COPIED)
    tried = _last_well(db, KEY_CHECK, now)
    here = campaigns.this(db)
    copied_at = copied.started_at if copied else None
    return BackupState(
        made,
        copied_at,
        tried,
        job_runs.last(db, "backup", at=now),
        is_late=_is_before(made, here, now - LATE_AFTER),
        is_copy_late=_is_before(copied_at, here, now - COPY_LATE),
        is_key_late=_is_before(tried, here, now - KEY_LATE),
    )


def is_late(db: Store, now: int) -> bool:
    """Say whether the last backup is too old, in fewer looks than the whole state takes."""
    made, here = db.at_once(lambda: _last_well(db, "backup", now), lambda: campaigns.this(db))
    return _is_before(made, here, now - LATE_AFTER)


def _is_before(run_at: int | None, here: campaigns.Commune, latest: int) -> bool:
    """Say whether a run, or else the office's founding, was before `latest`; never in a demo."""
    return not here.is_demo and (run_at or here.created_at) < latest


class Alarms(Record):
    """What must not wait for somebody to look: `late` is the state of the backups if the last is
    too old, otherwise None; `damage` is the run that found damage which is still there, None if all
    is whole."""

    late: BackupState | None
    damage: JobRun | None


def alarms(db: Store, now: int) -> Alarms:
    """Return what the first page shows in red to those who can act on it; a few looks into an
    index."""
    is_made_late, read_back = db.at_once(
        lambda: is_late(db, now), lambda: job_runs.last(db, "verify", at=now)
    )
    late = state(db, now) if is_made_late else None
    is_damaged = read_back is not None and read_back.outcome == job_runs.FAILED
    return Alarms(late, read_back if is_damaged else None)


def _last_well(db: Store, name: str, now: int) -> int | None:
    run = job_runs.last(db, name, at=now, outcome=job_runs.OK)
    return run.started_at if run else None
