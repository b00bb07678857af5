"""The work that no person starts: once a night or once a month, in a separate process.

`hienke serve` starts `hienke nightly` every quarter of an hour; this module says what is due then.
A PC that was off at night catches up after its next start. Each run is a row
(store/jobs/job_runs.py), so an interrupted run, after a power cut too, is simply begun again.
"""

import logging
from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.db.connection import Store, writing
from shared.domain import clock
from shared.nightly.backing_up import back_up, read_again, remove_outlived
from shared.nightly.forgetting import forget
from shared.nightly.jobs import Job, Night
from shared.nightly.tidying import tidy
from shared.nightly.verifying import read_everything_back
from shared.privacy import retaining
from shared.runtime.alone import Busy, Held, alone
from shared.runtime.instance import Instance
from shared.settings import Settings
from shared.store.jobs import clock_watch, job_runs
from shared.store.jobs.leases import LeaseLost
from shared.store.jobs.outcome import Done

# In the order of a night. A new job adds its row here, and its name to `[job.name]` of the texts.
JOBS = (
    Job("verify", "day", read_everything_back),
    Job("backup", "day", back_up),
    Job("rotate", "day", remove_outlived, needs_steady_clock=True),
    Job("archives", "month", read_again),
    Job(retaining.NAME, "day", forget, needs_steady_clock=True),
    Job("tidy", "day", tidy),
)
# A job that failed or was interrupted is tried again, but not at once.
AGAIN_AFTER = clock.HOUR

log = logging.getLogger("hienke")


def run_due(
    instance: Instance,
    settings: Settings,
    db: Store,
    *,
    now: Callable[[], int] = clock.now,
    jobs: tuple[Job, ...] = JOBS,
) -> list[tuple[Job, Done]]:
    """Run what is due, one job after the other, and return how each ended; nothing if another
    process does it already."""
    ended: list[tuple[Job, Done]] = []
    try:
        with alone(instance, "nightly") as held:
            job_runs.settle_broken(db, at=now())
            steady_from = clock_watch.look(db, at=now())
            for job in jobs:
                if is_due(db, job, settings, steady_from, at=now()):
                    ended.append((job, _run(job, Night(instance, settings, db, now()), now, held)))
    except Busy:
        pass
    except LeaseLost:
        log.error("night_taken_over jobs=%d", len(ended))
    return ended


def is_due(db: Store, job: Job, settings: Settings, steady_from: int, *, at: int) -> bool:
    """Say whether a job must run at `at`: it has not ended well since its last appointed hour and
    was not tried a moment ago. `steady_from` is what `clock_watch.look` returned."""
    if job.needs_steady_clock and at < steady_from:
        return False
    since = appointed(job, at, settings.office.zone, settings.night.hour)
    if job_runs.has_ended_well(db, job.name, since=since, at=at):
        return False
    tried = job_runs.last(db, job.name, at=at)
    return tried is None or not since <= tried.started_at <= at < tried.started_at + AGAIN_AFTER


def appointed(job: Job, at: int, zone: ZoneInfo, hour: str) -> int:
    """Return the last instant not after `at` at which the job should begin: today's or yesterday's
    `hour` (HH:MM), or that hour on the first of a month. ms UTC."""
    local = clock.to_local(at, zone)
    begins = datetime.combine(local.date(), time.fromisoformat(hour), zone)
    if job.every == "month":
        begins = begins.replace(day=1)
    if begins > local:
        earlier = begins - timedelta(days=1)
        begins = earlier.replace(day=1) if job.every == "month" else earlier
    return clock.from_local(begins)


def _run(job: Job, night: Night, now: Callable[[], int], held: Held) -> Done:
    with writing(night.db):
        held.check(night.db)
        run_id = job_runs.begin(night.db, job.name, at=night.at)
    try:
        done = job.work(night)
    except Exception as fault:  # whatever happened to this job, the next one must still run
        log.exception("job_failed name=%s", job.name)
        done = Done(False, "job.failed", {"reason": type(fault).__name__})
    with writing(night.db):
        held.check(night.db)
        job_runs.end(night.db, run_id, done.outcome, done.text_key, done.blanks, at=now())
    log.info("job_ended name=%s outcome=%s", job.name, done.outcome)
    return done
