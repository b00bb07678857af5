"""Is a copied store the very store its archive speaks of?"""

from pathlib import Path

from shared.backup.archive import About, ArchiveRefused, Unpacked
from shared.store import events, migrations, verify
from shared.store.connection import Store


def accept(about: About) -> None:
    """Raise ArchiveRefused when an archive has steps that this version does not know."""
    if unknown := set(about.steps) - set(migrations.known()):
        raise ArchiveRefused(
            f"The archive was made by a newer version of Hiến Kế ({about.program}, with"
            f" {', '.join(sorted(unknown))}): install that version first."
        )


def check(db: Store, found: Unpacked) -> verify.Report:
    """Return what reading the store back counted. Raises ArchiveRefused when rows are missing or
    damaged that were not when the archive was made."""
    report = verify.verify(db, Path(), parts=verify.ROWS)
    manifest = found.manifest
    differing = sorted(
        table
        for table, count in {**verify.counts(db), **manifest.counts}.items()
        if (verify.counts(db).get(table), manifest.counts.get(table)) != (count, count)
    )
    if differing:
        raise ArchiveRefused(f"The archive's counts are not those of its store: {differing[0]}.")
    if events.head(db) != manifest.chain_head:
        raise ArchiveRefused("The archive's event chain is not the one it was made with.")
    if list(found.about.steps) != migrations.applied(db):
        raise ArchiveRefused("The archive's store is of another version than it says.")
    if damage := [one for one in report.damage if one not in manifest.damage]:
        raise ArchiveRefused(f"The archive's store is damaged: {damage[0]}.")
    missing = [
        row
        for row, sha256 in verify.files(db)
        if f"media/{sha256[:2]}/{sha256}" not in manifest.files
    ]
    if lost := [row for row in missing if verify.lost(row) not in manifest.damage]:
        raise ArchiveRefused(f"The archive lacks a file: that of {lost[0]}.")
    return report
