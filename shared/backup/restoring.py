"""Restores an instance from an archive, completely or not at all; or only tests whether it could.

Everything is unpacked, checked and brought to this version beside its final place. The database is
moved there last, so an interrupted restore leaves no instance.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shared.backup import archive, checking, erased, keys
from shared.backup.archive import About, OnBytes, Unpacked
from shared.backup.erased import ErasuresUnknown, KnownErasures
from shared.backup.making import FREE_BYTES, NoRoom
from shared.backup.refusals import ArchiveRefused
from shared.db import daily_roots, event_log, throttle
from shared.db.connection import Store, UnitUnknown, open_store, writing
from shared.db.daily_roots import KeptSheet
from shared.domain.record import Record
from shared.files.media import sync_folder
from shared.privacy import erasing
from shared.runtime.instance import EXAMPLE, Instance, InstanceInUse, InstanceMissing
from shared.store.cases import pending_acts
from shared.store.jobs import job_runs
from shared.store.messages import sending
from shared.store.people import sessions
from shared.workflows import verify
from shared.workflows.verify import VerifyReport

OPERATOR = "operator"
# If one of these tables holds anything, the instance was used.
_USED = ("proposal", "message_in", "device", "upload", "organisation")
# The order in which things are moved to their place: the database last.
_PLACES = ("settings.toml", "secrets", keys.RECIPIENTS, "media", "hienke.db")


class Restored(Record):
    """What was restored: what the archive says of itself, the number of its unit, the counts of
    reading it back, its event chain's newest hash, its last sheet of the notice board (None before
    the first), how many SMS may or may not have been sent since it was made, in how many cases
    somebody was erased again, and until when erasures are known (ms UTC; None if nothing tells)."""

    about: About
    unit: int
    report: VerifyReport
    chain_head: str
    sheet: KeptSheet | None
    doubtful_sms: int = 0
    erased_again: int = 0
    erasures_upto: int | None = None


class Lists(Record):
    """Where to learn who was erased since: also from named files. `may_lack` allows a restore
    without any."""

    files: Sequence[Path] = ()
    may_lack: bool = False


def restore(
    path: Path,
    identities: Sequence[Any],
    instance: Instance,
    *,
    at: int,
    lists: Lists = Lists(),  # noqa: B008 it never changes
    on_bytes: OnBytes = lambda count: None,
) -> Restored:
    """Restore an archive into an empty instance folder, or replace an instance that nobody has used
    since `hienke init`. Raises InstanceInUse, AlreadyServed, ArchiveRefused, ErasuresUnknown,
    NoRoom, OSError, StoreUnavailable; in each case the folder is as before."""
    was_there = instance.folder.exists()
    _clear_broken_off(instance)
    with _unused(instance):
        return _restore(path, identities, instance, was_there, at, lists, on_bytes)


def try_out(
    path: Path,
    identities: Sequence[Any],
    work: Path,
    *,
    on_bytes: OnBytes = lambda count: None,
) -> Restored:
    """Prove that an archive could be restored, in the empty folder `work`, which the caller
    removes: all files are read, the store is opened and read back. Raises the same as `restore`."""
    found = archive.unpack(
        path, identities, work, accept=checking.accept, with_media=False, on_bytes=on_bytes
    )
    with _opened(Instance(work), path) as db:
        report, sheet = checking.check(db, found), daily_roots.latest(db)
        known = _look(path, identities, db, found, Lists(may_lack=True))
        unit = db.commune_id
    return Restored(
        found.about, unit, _told(report, found), found.manifest.chain_head, sheet,
        erasures_upto=known.upto if known else None,
    )  # fmt: skip


def _restore(
    path: Path,
    identities: Sequence[Any],
    instance: Instance,
    was_there: bool,
    at: int,
    lists: Lists,
    on_bytes: OnBytes,
) -> Restored:
    instance.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    staging = Instance(instance.restoring)
    try:
        staging.folder.mkdir(mode=0o700)
        found = archive.unpack(
            path, identities, staging.folder, accept=_accept_into(instance), on_bytes=on_bytes
        )
        staging.media.mkdir(mode=0o700, exist_ok=True)
        restored, known = _settle(staging, found, path, identities, lists, at=at)
        _take_places(staging, instance)
    except BaseException:
        _clear_broken_off(instance)
        if not was_there:
            instance.folder.rmdir()
        raise
    if known is not None:
        with _opened(instance, path) as db:
            erasing.keep_lines(db, instance.made_backups(), known.lines)
    return restored


def _look(
    path: Path, identities: Sequence[Any], db: Store, found: Unpacked, lists: Lists
) -> KnownErasures | None:
    """Return the known erasures; None if nothing tells and that is allowed."""
    try:
        return erased.look(path, identities, db, found.about, lists.files)
    except ErasuresUnknown:
        if not lists.may_lack:
            raise
        return None


def _accept_into(instance: Instance) -> Callable[[About], None]:
    def accept(about: About) -> None:
        checking.accept(about)
        free = shutil.disk_usage(instance.folder).free
        if free < about.bytes + FREE_BYTES:
            raise NoRoom(instance.folder, about.bytes + FREE_BYTES - free)

    return accept


def _settle(
    staging: Instance, found: Unpacked, path: Path, identities: Sequence[Any], lists: Lists, *,
    at: int,
) -> tuple[Restored, KnownErasures | None]:  # fmt: skip
    """Check the unpacked store in this version's form. Forget what belonged to the day of the
    backup and erase who was erased since; return those lists too."""
    with _opened(staging, staging.database) as db:
        checking.check(db, found)
        known = _look(path, identities, db, found, lists)
        doubtful = _forget_the_day(db, found, at=at)
        listed = erasing.read_lines(known.lines if known else ())
        again = erasing.replay(db, staging.media, listed, at=at)
        report = verify.verify(db, staging.media)
        if damage := [one for one in report.damage if one not in found.manifest.damage]:
            raise ArchiveRefused(f"What was brought back is damaged: {damage[0]}.")
        sheet, unit = daily_roots.latest(db), db.commune_id
    upto = known.upto if known else None
    told = (found.about, unit, report, found.manifest.chain_head, sheet, doubtful, again, upto)
    return Restored(*told), known


def _forget_the_day(db: Store, found: Unpacked, *, at: int) -> int:
    """End what was in progress when the backup was made; return how many SMS may have been sent."""
    with writing(db):
        sessions.end_everybodys(db)
        throttle.forget_all(db)
        job_runs.settle_broken(db, at=at)
        doubtful = sending.doubt_unsent(db, at=at)
        pending_acts.all_lapse(db, at=at, actor=OPERATOR)
        event_log.note(db, "restored", None, OPERATOR, at, made_at=found.about.made_at)
    return doubtful


def _told(report: VerifyReport, found: Unpacked) -> VerifyReport:
    return VerifyReport(report.proposals, report.events, report.files, found.manifest.damage)


@contextmanager
def _unused(instance: Instance) -> Iterator[None]:
    """Keep others from using the folder meanwhile. Raises InstanceInUse if it holds more than
    `hienke init` leaves, AlreadyServed."""
    if not instance.is_founded:
        if instance.folder.exists() and any(
            one.name != EXAMPLE for one in instance.folder.iterdir()
        ):
            raise InstanceInUse(f"{instance.folder} is not empty; nothing was changed.")
        yield
        return
    with instance.lock():
        db = instance.open()
        try:
            found = verify.counts(db)
        finally:
            db.close()
        if found["staff_member"] > 1 or any(found.get(table) for table in _USED):
            raise InstanceInUse(
                f"{instance.folder} is not empty: an office works in it; nothing was changed."
            )
        yield


def _set_aside(instance: Instance) -> None:
    """Move an unused instance away: its database first, so that a kill leaves no instance."""
    aside = instance.restoring / "unused"
    aside.mkdir(mode=0o700)
    for name in (instance.database.name, "hienke.db-wal", "hienke.db-shm", *_PLACES):
        if (instance.folder / name).exists():
            (instance.folder / name).rename(aside / name)
            sync_folder(instance.folder)


def _take_places(staging: Instance, instance: Instance) -> None:
    if instance.is_founded:
        _set_aside(instance)
    for name in _PLACES:
        if (staging.folder / name).exists():
            (staging.folder / name).rename(instance.folder / name)
            sync_folder(instance.folder)
    shutil.rmtree(staging.folder)
    sync_folder(instance.folder)


def _clear_broken_off(instance: Instance) -> None:
    """Remove what an interrupted restore left. Without its database it is no instance; and since it
    began in an empty folder, everything with one of its names is its own."""
    if not instance.restoring.exists():
        return
    for name in () if instance.is_founded else _PLACES:
        path = instance.folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    shutil.rmtree(instance.restoring)


@contextmanager
def _opened(unpacked: Instance, path: Path) -> Iterator[Store]:
    """Yield the store of an unpacked instance, with its own keys."""
    if not unpacked.database.exists():
        raise ArchiveRefused(f"{path} holds no store.")
    try:
        db = open_store(unpacked.database, cipher=unpacked.cipher())
    except InstanceMissing:
        raise ArchiveRefused(f"{path} holds no keys that go with its store.") from None
    except UnitUnknown:
        raise ArchiveRefused(f"{path} holds a store without a commune, or of several.") from None
    try:
        yield db
    finally:
        db.close()
