"""Makes a backup while the programs run: one encrypted file that was opened again and checked.

It holds a snapshot of the store, then the files that the snapshot mentions, then settings and keys.
Each archive is encrypted for two keys: the office's own, whose secret half is elsewhere, and one
that exists only during this function. With that one the finished file is opened and its store read
back. Only a file that passed gets an archive's name.
"""

import contextlib
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from shared.backup import archive, checking, keys, places
from shared.backup.archive import About, Manifest, OnBytes
from shared.backup.places import PlaceUnusable
from shared.db import event_log
from shared.db.connection import Store, open_store, writing
from shared.domain.record import Record
from shared.files import media
from shared.files.media import path_of
from shared.privacy import erasing
from shared.runtime.alone import Busy, Held, alone
from shared.runtime.instance import Instance
from shared.settings import Settings, files_of, store_of, with_value
from shared.store import schema
from shared.store.files import references
from shared.store.jobs.leases import LeaseLost
from shared.store.office import campaigns
from shared.store.schema.one_unit import copy_unit
from shared.texts.plural import number_of
from shared.workflows import verify
from shared.workflows.verify import VerifyReport

# A backup leaves this much of the disk free, because citizens' ideas go on coming.
FREE_BYTES = 256 * 1024 * 1024
# Folders that hold decrypted data for a moment: for a backup, and for an archive under test.
_WORK, TRYING = ".work", ".trying-"
# A file that disappears between snapshot and copy was erased; the next snapshot does not mention
# it.
_SNAPSHOTS = 3


class BackupUnderway(Exception):
    """Another process is making a backup of this instance."""


class NoRoom(Exception):
    """The disk cannot hold what is to be written and stay usable; `missing` is in bytes."""

    def __init__(self, folder: Path, missing: int) -> None:
        needed = number_of(missing // 1_000_000 + 1, "MB more is needed", "MB more are needed")
        super().__init__(f"The disk of {folder} is too full: {needed}.")
        self.missing = missing


class BackupMade(Record):
    """A backup: where it is, its length, its content, and how its copies went."""

    path: Path
    bytes: int
    report: VerifyReport
    chain_head: str
    copies: tuple[Path, ...]
    unusable: tuple[PlaceUnusable, ...]


class _Snapshot(Record):
    """A copy of the store at one moment, and what was read from it: `files` are rows and their
    SHA-256 (references.files)."""

    path: Path
    office: str
    steps: tuple[str, ...]
    head: str
    counts: Mapping[str, int]
    files: tuple[tuple[str, str], ...]
    damage: tuple[str, ...]


class _FileGone(Exception):
    """A file of the snapshot no longer exists."""


def size_of(instance: Instance) -> int:
    """Return about how many bytes a backup has to read."""
    files = (one for one in instance.media.rglob("*") if one.is_file())
    return _store_size(instance) + sum(map(_size, files))


def make(
    instance: Instance,
    settings: Settings,
    db: Store,
    *,
    at: int,
    to: Path | None = None,
    on_bytes: OnBytes = lambda count: None,
) -> BackupMade:
    """Make a backup in the instance's own folder and copy it to the folders of the settings; or
    only in the folder `to`.

    Raises NoBackupKey, KeyWrong, BackupUnderway, NoRoom, StoreUnavailable, OSError; and
    ArchiveRefused if what was written cannot be read back. Nothing is left behind then.
    """
    recipients = keys.recipients(instance)
    own = instance.made_backups()
    folder = to or own
    with _alone(instance) as held, _workplace(instance) as work:
        origin, zone = event_log.origin(db)[:6], settings.office.zone
        places.sweep(folder, origin)
        _check_room(instance, folder)
        part = places.part_of(folder / places.name_of(origin, at, zone))
        try:
            manifest, report = _write(instance, db, work, part, recipients, at, on_bytes)
            with writing(db):
                held.check(db)
            bytes_ = part.stat().st_size
            digest = places.finish(part)
        finally:
            part.unlink(missing_ok=True)
        erasing.write_list(db, folder)
        path = part.with_name(part.name.removesuffix(places.PART))
        copies, unusable = [], []
        for further in () if to else map(Path, settings.backup.folders):
            try:
                copies.append(_copy(db, path, digest, further, origin))
            except PlaceUnusable as fault:
                unusable.append(fault)
    return BackupMade(path, bytes_, report, manifest.chain_head, tuple(copies), tuple(unusable))


def _copy(db: Store, path: Path, digest: str, folder: Path, origin: str) -> Path:
    """Copy a backup and the list of erasures to a further folder; return where it is. Raises
    PlaceUnusable."""
    try:
        places.sweep(folder, origin)
        copied = places.copy(path, digest, folder)
        erasing.write_list(db, folder)
    except OSError:
        why = "the list of what was erased cannot be written there"
        raise PlaceUnusable(folder, why) from None
    return copied


def _write(
    instance: Instance,
    db: Store,
    work: Path,
    part: Path,
    recipients: list[Any],
    at: int,
    on_bytes: OnBytes,
) -> tuple[Manifest, VerifyReport]:
    """Write the archive, open it again and check it."""
    for left in reversed(range(_SNAPSHOTS)):
        own_recipient, own_identity = keys.for_one_moment()
        try:
            manifest = _write_snapshot(
                instance, db, work, part, [*recipients, own_recipient], at, on_bytes,
                take_gaps=left == 0,
            )  # fmt: skip
            break
        except _FileGone:
            part.unlink(missing_ok=True)
    tried = work / "tried"
    found = archive.unpack(part, [own_identity], tried, accept=checking.accept, with_media=False)
    unpacked = Instance(tried)  # its file, wherever settings and environment say that ours is
    copy = open_store(unpacked.database, cipher=unpacked.cipher())
    try:
        report = checking.check(copy, found)
    finally:
        copy.close()
    return manifest, VerifyReport(report.proposals, report.events, report.files, manifest.damage)


def _write_snapshot(
    instance: Instance,
    db: Store,
    work: Path,
    part: Path,
    recipients: list[Any],
    at: int,
    on_bytes: OnBytes,
    *,
    take_gaps: bool,
) -> Manifest:
    """Write one archive from one snapshot. Raises _FileGone if one of its files is missing, unless
    `take_gaps`: then the manifest lists it as damage."""
    taken = _snapshot(db, work / "hienke.db")
    about = About(version("hienke"), at, taken.office, taken.steps, size_of(instance))
    with archive.writing(part, recipients, about, on_bytes) as writer:
        writer.put("settings.toml", _settings_of_the_file(instance, work))
        for name in ("secrets", keys.RECIPIENTS):
            if (instance.folder / name).exists():
                writer.put(name, instance.folder / name)
        # Before the store, so that it can be read without unpacking the store (backup/erased.py).
        erasing.write_whole(db, instance.backups, work / archive.LIST)
        writer.put(archive.LIST, work / archive.LIST)
        writer.put("hienke.db", taken.path)
        lost = _put_media(writer, instance.media, taken.files, take_gaps=take_gaps)
        manifest = Manifest(taken.counts, taken.head, (*taken.damage, *lost), writer.files)
        writer.finish(manifest)
    return manifest


def _settings_of_the_file(instance: Instance, work: Path) -> Path:
    """Return settings for the archive, whose store and files lie in it, wherever ours lie."""
    path = instance.folder / "settings.toml"
    away = {
        "store": store_of(instance.folder, {})[0], "files": files_of(instance.folder, {}).url,
    }  # fmt: skip
    if not any(away.values()):
        return path
    text = path.read_text("utf-8")
    for section in away:
        text = with_value(text, section, "url", "")
    (work / path.name).write_text(text, "utf-8")
    return work / path.name


def _snapshot(db: Store, path: Path) -> _Snapshot:
    path.unlink(missing_ok=True)
    copy_unit(db, path)
    copy = open_store(path)
    try:
        return _Snapshot(
            path,
            campaigns.this(copy).name,
            tuple(schema.applied(copy)),
            event_log.head(copy),
            verify.counts(copy),
            tuple(references.files(copy)),
            tuple(verify.verify(copy, Path(), parts=verify.ROWS).damage),
        )
    finally:
        copy.close()


def _put_media(
    writer: archive.Writer, folder: Path, files: Sequence[tuple[str, str]], *, take_gaps: bool
) -> list[str]:
    """Put every file of the folder in; return which files that the store mentions are damaged.
    Raises _FileGone."""
    for sha256 in sorted(media.every(folder) | {one for _, one in files}):
        with contextlib.suppress(FileNotFoundError):
            writer.put(f"media/{sha256[:2]}/{sha256}", path_of(folder, sha256))
    lost = []
    for row, sha256 in files:
        found = writer.files.get(f"media/{sha256[:2]}/{sha256}")
        if found is None and not take_gaps:
            raise _FileGone(sha256)
        if found is None or found[0] != sha256:
            lost.append(verify.lost(row))
    return lost


def _check_room(instance: Instance, folder: Path) -> None:
    """Raise NoRoom when snapshot, trial and archive would fill the disk."""
    for_trial, for_archive = 2 * _store_size(instance), size_of(instance)
    if folder.stat().st_dev == instance.backups.stat().st_dev:
        wanted = {folder: for_trial + for_archive + FREE_BYTES}
    else:
        wanted = {instance.backups: for_trial + FREE_BYTES, folder: for_archive}
    for place, bytes_ in wanted.items():
        free = shutil.disk_usage(place).free
        if free < bytes_:
            raise NoRoom(place, bytes_ - free)


def _store_size(instance: Instance) -> int:
    return instance.engine().sizes()["database"]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def _alone(instance: Instance) -> Iterator[Held]:
    try:
        with alone(instance, "backup") as held:
            yield held
    except (Busy, LeaseLost):
        raise BackupUnderway("Another backup of this instance is being made.") from None


@contextmanager
def _workplace(instance: Instance) -> Iterator[Path]:
    """Yield an empty folder for decrypted data; what a killed program left there is removed
    first."""
    work = instance.backups / _WORK
    day_ago = time.time() - 24 * 3600
    left = [one for one in instance.backups.glob(f"{TRYING}*") if one.stat().st_mtime < day_ago]
    for path in (work, *left):
        shutil.rmtree(path, ignore_errors=True)
    work.mkdir(mode=0o700)
    try:
        yield work
    finally:
        shutil.rmtree(work)
