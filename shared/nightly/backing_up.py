"""Every night a backup is made; what has outlived its time goes; every month all are read again."""

from pathlib import Path

from shared.backup import keys, making, places
from shared.backup.archive import ArchiveRefused
from shared.backup.keys import KeyWrong, NoBackupKey
from shared.backup.making import BackupUnderway, Made, NoRoom
from shared.db import event_log
from shared.nightly.jobs import Done, Night
from shared.store.jobs import backup_status, job_runs
from shared.store.office import campaigns

_MEGABYTE = 1024 * 1024
# What may keep a backup from being made.
FAULTS = (ArchiveRefused, BackupUnderway, KeyWrong, NoBackupKey, NoRoom, OSError)


def back_up(night: Night) -> Done:
    """Make a backup and copy it to the further folders."""
    if campaigns.this(night.db).is_demo and not keys.has_key(night.instance):
        return Done(True, "job.backup.demo")
    try:
        made = making.make(night.instance, night.settings, night.db, at=night.at)
    except FAULTS as fault:
        return failed(fault)
    return made_well(made)


def made_well(made: Made, *, is_everywhere: bool = True) -> Done:
    """Return how to tell of a backup that was made, in all its places or in one that was named."""
    held = {
        "ideas": made.report.proposals,
        "files": made.report.files,
        "size": megabytes(made.bytes),
        "places": ", ".join(str(one.folder) for one in made.unusable),
        "damage": "; ".join(made.report.damage[:5]),
    }
    if made.report.damage:
        return Done(True, "job.backup.damaged", held)
    if not is_everywhere:
        return Done(True, "job.backup.aside", held)
    return Done(True, "job.backup.partly" if made.unusable else backup_status.MADE_AND_COPIED, held)


def failed(fault: Exception) -> Done:
    """Return how to tell why there is no backup."""
    if isinstance(fault, NoBackupKey):
        return Done(False, "job.backup.no_key")
    if isinstance(fault, KeyWrong):
        return Done(False, "job.backup.wrong_key")
    if isinstance(fault, NoRoom):
        return Done(False, "job.backup.no_room", {"size": megabytes(fault.missing)})
    if isinstance(fault, BackupUnderway):
        return Done(False, "job.backup.underway")
    if isinstance(fault, ArchiveRefused):
        return Done(False, "job.backup.unreadable")
    reason = fault.strerror if isinstance(fault, OSError) else None
    return Done(False, "job.failed", {"reason": reason or type(fault).__name__})


def remove_outlived(night: Night) -> Done:
    """Remove the backups that have outlived their time; none while the store is damaged, as the
    old ones may be the only sound ones."""
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


def megabytes(count: int) -> str:
    """Return a number of bytes as people read it, at least one megabyte."""
    return f"{max(1, round(count / _MEGABYTE)):,}".replace(",", ".")


def _archives(night: Night) -> list[list[places.Archive]]:
    """Return the archives of each folder; none for a stick that is not plugged in."""
    origin, zone = event_log.origin(night.db)[:6], night.settings.office.zone
    folders = [night.instance.backups, *map(Path, night.settings.backup.folders)]
    return [places.archives(folder, origin, zone) for folder in folders]
