"""The result of a backup, in the same words for the nightly job and the command."""

from shared.backup.keys import KeyWrong, NoBackupKey
from shared.backup.making import BackupMade, BackupUnderway, NoRoom
from shared.backup.refusals import ArchiveRefused
from shared.store.jobs import backup_status
from shared.store.jobs.outcome import Done

_MEGABYTE = 1024 * 1024
# What may prevent a backup.
FAULTS = (ArchiveRefused, BackupUnderway, KeyWrong, NoBackupKey, NoRoom, OSError)


def made_well(made: BackupMade, *, is_everywhere: bool = True) -> Done:
    """Return the report of a backup that was made, in all its places or in a named one."""
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
    """Return the report of why there is no backup."""
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


def megabytes(count: int) -> str:
    """Return a number of bytes for people, at least one megabyte."""
    return f"{max(1, round(count / _MEGABYTE)):,}".replace(",", ".")
