"""Every night a backup is made and old ones are removed; every month all are read again."""

from pathlib import Path

from shared.backup import keys, places
from shared.db import event_log
from shared.nightly.jobs import Night
from shared.store.jobs import job_runs
from shared.store.jobs.outcome import Done
from shared.store.office import campaigns


def back_up(night: Night) -> Done:
    """Make a backup and copy it to the further folders."""
    from shared.backup import making, outcome  # imported late: a screen asks for the jobs' names

    if campaigns.this(night.db).is_demo and not keys.has_key(night.instance):
        return Done(True, "job.backup.demo")
    try:
        made = making.make(night.instance, night.settings, night.db, at=night.at)
    except outcome.FAULTS as fault:
        return outcome.failed(fault)
    return outcome.made_well(made)


def remove_outlived(night: Night) -> Done:
    """Remove backups that are too old; none while the store is damaged, because the old ones may be
    the only sound ones."""
    read_back = job_runs.last(night.db, "verify", at=night.at)
    if read_back is not None and read_back.outcome == job_runs.FAILED:
        return Done(False, "job.rotate.waits")
    kept = removed = 0
    zone, backup = night.settings.office.zone, night.settings.backup
    for found in _archives(night):
        going = places.outlived(
            found, at=night.at, zone=zone, days=backup.keep_days, weeks=backup.keep_weeks
        )
        for one in going:
            places.remove(one)
        kept, removed = kept + len(found) - len(going), removed + len(going)
    return Done(True, "job.rotate.ok", {"kept": kept, "removed": removed})


def read_again(night: Night) -> Done:
    """Compare every archive with the SHA-256 that was written when it was made and tried."""
    read, changed = 0, []
    for found in _archives(night):
        for one in found:
            read += 1
            if not places.is_unchanged(one):
                changed.append(str(one.path))
    if changed:
        named = {"n": len(changed), "names": ", ".join(changed[:3])}
        return Done(False, "job.archives.changed", named)
    return Done(True, "job.archives.ok", {"n": read})


def _archives(night: Night) -> list[list[places.Archive]]:
    """Return the archives of each folder; none for a stick that is not plugged in."""
    origin, zone = event_log.origin(night.db)[:6], night.settings.office.zone
    folders = [night.instance.backups, *map(Path, night.settings.backup.folders)]
    return [places.archives(folder, origin, zone) for folder in folders]
