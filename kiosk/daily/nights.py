"""Checks the work of the night: reading everything back, closing the day, making a backup."""

from collections.abc import Iterator

from kiosk.daily.check import DailyCheck, not_known, red, well
from shared.backup import keys
from shared.db import daily_roots
from shared.db.connection import Store
from shared.domain import clock
from shared.nightly import JOBS
from shared.runtime.site import Site
from shared.store.jobs import backup_status, job_runs
from shared.store.office import campaigns

# A night and a half: what is read back at 02:30 is late from the next day's noon on.
VERIFY_LATE = 36 * clock.HOUR
# Jobs of the night that have a row of their own.
_TOLD_APART = frozenset({"verify", "backup"})


def verified(db: Store, at: int) -> DailyCheck:
    """Whether everything was read back lately and is as it was written."""
    run = job_runs.last(db, "verify", at=at)
    if run is not None and run.outcome == job_runs.FAILED:
        return red("verify", run.text_key, "staff.daily.verify_todo", **run.blanks)
    whole = job_runs.last(db, "verify", at=at, outcome=job_runs.OK)
    since = whole.started_at if whole else campaigns.this(db).created_at
    if at - since > VERIFY_LATE:
        return red("verify", "staff.daily.verify_late", "staff.daily.verify_late_todo")
    if whole is None:
        return not_known("verify", "staff.daily.verify_first")
    return well("verify", whole.text_key, **whole.blanks)


def closed(db: Store) -> DailyCheck:
    """Whether the last day's sheet still fits."""
    kept = daily_roots.latest(db)
    if kept is None:
        return not_known("closed", "staff.daily.closed_first")
    day = clock.written_day(kept.sheet.day)
    if daily_roots.lies_in_chain(db, kept):
        return well("closed", "staff.daily.closed", ngay=day)
    return red("closed", "staff.daily.closed_bad", "staff.daily.verify_todo", ngay=day)


def backup(site: Site, db: Store, at: int) -> Iterator[DailyCheck]:
    """Whether a backup was made lately, and its key tried."""
    if campaigns.this(db).is_demo:
        return
    state = backup_status.state(db, at)
    made = clock.day_words(state.made_at, site.settings.office.zone) if state.made_at else "–"
    if not keys.has_key(site.instance):
        yield red("backup", "staff.daily.backup_no_key", "staff.daily.backup_no_key_todo")
    elif state.is_late:
        yield red("backup", "staff.daily.backup", "staff.daily.backup_todo", ngay=made)
    elif site.settings.backup.folders and state.is_copy_late:
        yield red("backup", "staff.daily.backup_here", "staff.daily.backup_here_todo")
    elif state.made_at is None:
        yield not_known("backup", "staff.daily.backup_first")
    else:
        yield well("backup", "staff.daily.backup", ngay=made)
    if keys.has_key(site.instance) and state.is_key_late:
        yield red("key", "staff.daily.key_late", "staff.daily.key_late_todo")


def nights(db: Store, at: int) -> Iterator[DailyCheck]:
    """Other work of the night that did not end well; work that ended well needs no row."""
    for job in JOBS:
        run = job_runs.last(db, job.name, at=at) if job.name not in _TOLD_APART else None
        if run is not None and run.outcome == job_runs.FAILED:
            yield red(f"night-{job.name}", run.text_key, "staff.daily.night_todo", **run.blanks)
