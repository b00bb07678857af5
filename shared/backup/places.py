"""Where backups lie: the instance's own folder, and folders on sticks and network drives.

An archive's name says whose it is and when it was made. Its age is read from the name, because
copying changes all other times. Nothing here opens an archive.
"""

import contextlib
import errno
import hashlib
import os
import re
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from shared.domain import clock
from shared.domain.record import Record

# After this long, what a citizen took back must be gone from every copy (docs/security.md).
LONGEST_KEPT = 35 * clock.DAY
ENDING = ".tar.age"
PART = ".part"
_NAME = re.compile(r"hienke-([0-9a-f]{6})-(\d{8}-\d{6})" + re.escape(ENDING))
_PIECE = 1024 * 1024


class PlaceUnusable(Exception):
    """A folder cannot take the archive; `reason` says why not."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"{folder}: {reason}")
        self.folder, self.reason = folder, reason


class Archive(Record):
    """A complete archive in a folder; `made_at` is ms UTC."""

    path: Path
    made_at: int


def name_of(origin: str, at: int, zone: ZoneInfo) -> str:
    """Return the name of an archive made at `at`. `origin` is six hex digits of the instance, so
    that two offices may share a network folder."""
    return f"hienke-{origin}-{clock.to_local(at, zone):%Y%m%d-%H%M%S}{ENDING}"


def archives(folder: Path, origin: str, zone: ZoneInfo) -> list[Archive]:
    """Return an instance's archives in a folder, the newest first; none if the folder cannot be
    read."""
    found = []
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            named = _NAME.fullmatch(path.name)
            if named and named[1] == origin:
                with contextlib.suppress(ValueError):
                    made = datetime.strptime(named[2], "%Y%m%d-%H%M%S").replace(tzinfo=zone)
                    found.append(Archive(path, clock.from_local(made)))
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def outlived(
    kept: Iterable[Archive], *, at: int, zone: ZoneInfo, days: int, weeks: int
) -> list[Archive]:
    """Return the archives to remove: all except the newest of each of the last `days` days and
    `weeks` weeks that have one, and everything older than 35 days. The newest always stays. One
    from the future, made under a wrong clock, is removed once there is another."""
    newest_first = sorted(kept, key=lambda one: one.made_at, reverse=True)
    true = [one for one in newest_first if one.made_at <= at + clock.DAY] or newest_first[:1]
    staying = _first_of_each(true, "%Y%m%d", days, zone) | _first_of_each(true, "%G%V", weeks, zone)
    return [
        one
        for one in newest_first
        if one not in true[:1] and (one not in staying or at - one.made_at > LONGEST_KEPT)
    ]


def remove(one: Archive) -> None:
    """Remove an archive and the files beside it."""
    one.path.unlink(missing_ok=True)
    sum_of(one.path).unlink(missing_ok=True)


def sum_of(path: Path) -> Path:
    """Return the file with an archive's SHA-256, as `sha256sum --check` reads it."""
    return path.with_name(path.name + ".sha256")


def is_unchanged(one: Archive) -> bool:
    """Say whether an archive can be read and is unchanged since it was made."""
    try:
        return sum_of(one.path).read_text("utf-8").split()[:1] == [hash_of(one.path)]
    except (OSError, UnicodeDecodeError):
        return False


def finish(part: Path) -> str:
    """Give a written archive its name, write its SHA-256 beside it and return that. A file with the
    name is complete and on disk."""
    digest = hash_of(part)
    path = part.with_name(part.name.removesuffix(PART))
    part.replace(path)
    sync(path.parent)
    beside = sum_of(path)
    fresh = part_of(beside)
    with fresh.open("w", encoding="utf-8") as file:
        file.write(f"{digest}  {path.name}\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(beside)
    sync(path.parent)
    return digest


def copy(source: Path, digest: str, folder: Path) -> Path:
    """Copy an archive into a folder, read it back from the disk, and return where it is. Raises
    PlaceUnusable. The folder is never made here: if a stick is not plugged in, its path must not
    become a folder on the PC's own disk."""
    if not folder.is_dir():
        raise PlaceUnusable(folder, "it is not there")
    part = part_of(folder / source.name)
    try:
        if shutil.disk_usage(folder).free < source.stat().st_size + _PIECE:
            raise PlaceUnusable(folder, "it is full")
        with source.open("rb") as given, part.open("wb") as file:
            shutil.copyfileobj(given, file, _PIECE)
            file.flush()
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        if hash_of(part) != digest:
            raise PlaceUnusable(folder, "what was written there is read back otherwise")
        finish(part)
    except OSError as fault:
        full = fault.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        raise PlaceUnusable(folder, "it is full" if full else _said(fault)) from fault
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return folder / source.name


def part_of(path: Path) -> Path:
    """Return where an archive is written until it is complete."""
    return path.with_name(path.name + PART)


def sweep(folder: Path, origin: str) -> None:
    """Remove what an instance's interrupted backups left in a folder; only while none can run."""
    with contextlib.suppress(OSError):
        for path in folder.glob(f"hienke-{origin}-*{PART}"):
            path.unlink(missing_ok=True)


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(folder: Path) -> None:
    """Sync the names in a folder to the disk, if its file system can."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as fault:
        if fault.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network drives
            raise
    finally:
        os.close(descriptor)


def _said(fault: OSError) -> str:
    return f"it cannot be written ({fault.strerror or type(fault).__name__})"


def _first_of_each(
    newest_first: list[Archive], period: str, most: int, zone: ZoneInfo
) -> set[Archive]:
    """Return the newest archive of each of the latest `most` periods that have one."""
    found: dict[str, Archive] = {}
    for one in newest_first:
        found.setdefault(format(clock.to_local(one.made_at, zone), period), one)
    return set(list(found.values())[:most])
