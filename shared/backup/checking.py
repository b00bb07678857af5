"""Checks whether a copied store is the store that its archive describes."""

from pathlib import Path

from shared.backup.archive import About, Unpacked
from shared.backup.refusals import ArchiveRefused
from shared.db import event_log
from shared.db.connection import Store
from shared.db.encryption import KeyIsAnother
from shared.store import schema
from shared.store.files import references
from shared.store.schema import StoreUnknown
from shared.workflows import verify


def accept(about: About) -> None:
    """Raise ArchiveRefused if an archive has schema steps that this version does not know. An
    archive from before the first release is examined first (`check`)."""
    if schema.is_from_before(about.steps):
        return
    if unknown := set(about.steps) - set(schema.known()):
        raise ArchiveRefused(
            f"The archive was made by a newer version of Hiến Kế ({about.program}, with"
            f" {', '.join(sorted(unknown))}): install that version first."
        )


def check(db: Store, found: Unpacked) -> verify.VerifyReport:
    """Bring an unpacked store to this version and return the counts of reading it back. Raises
    ArchiveRefused if rows are missing or damaged that were sound when the archive was made."""
    manifest = found.manifest
    if list(found.about.steps) != schema.applied(db):
        raise ArchiveRefused("The archive's store is of another version than it says.")
    if verify.counts(db) != manifest.counts:
        raise ArchiveRefused("The archive's counts are not those of its store.")
    if event_log.head(db) != manifest.chain_head:
        raise ArchiveRefused("The archive's event chain is not the one it was made with.")
    try:
        schema.migrate(db)
    except KeyIsAnother:
        raise ArchiveRefused("The archive's keys are not those of its store.") from None
    except StoreUnknown:
        raise ArchiveRefused(
            "The archive was made before the first release of Hiến Kế, in a form that this version"
            " does not know: restore it with the version that made it."
        ) from None
    report = verify.verify(db, Path(), parts=verify.ROWS)
    if damage := [one for one in report.damage if one not in manifest.damage]:
        raise ArchiveRefused(f"The archive's store is damaged: {damage[0]}.")
    for row, sha256 in references.files(db):
        is_there = f"media/{sha256[:2]}/{sha256}" in manifest.files
        if not is_there and verify.lost(row) not in manifest.damage:
            raise ArchiveRefused(f"The archive lacks a file: that of {row}.")
    return report
