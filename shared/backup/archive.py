"""One backup as a file: a tar of the instance, encrypted with age. Nothing here knows the store.

`age -d -i key.txt FILE | tar x` opens it without this program. Its first member describes it, so
that it can be refused early. Its last, the manifest, names every other member with its SHA-256. age
itself or the manifest detects a file that was cut off or changed by one bit.
"""

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from shared.backup.age_stream import decrypted_from, encrypted_into
from shared.backup.refusals import ArchiveRefused, damaged, not_ours
from shared.domain.record import Record, asdict

FORMAT = 1
_WHAT = "hienke backup"
_HEAD, _MANIFEST = "about.json", "manifest.json"
# The only names that are ever unpacked, whoever wrote the archive.
LIST = "erased.txt"
_NAME = re.compile(
    r"hienke\.db|settings\.toml|secrets|backup-recipients\.txt|erased\.txt|media/([0-9a-f]{2})/\1[0-9a-f]{62}"
)
_PIECE = 256 * 1024
_LONGEST_TEXT = 64 * 1024 * 1024

OnBytes = Callable[[int], object]


class About(Record):
    """The beginning of an archive: who made it and when (`made_at` ms UTC), the schema's `steps`,
    and about how many `bytes` it takes when unpacked."""

    program: str
    made_at: int
    office: str
    steps: tuple[str, ...]
    bytes: int


class Manifest(Record):
    """The end of an archive: rows of each table, the event chain's newest hash, the `damage` that
    the store had when it was copied, and each file's SHA-256 and length in bytes."""

    counts: Mapping[str, int]
    chain_head: str
    damage: tuple[str, ...]
    files: Mapping[str, tuple[str, int]]


class Unpacked(Record):
    """What an archive says of itself; its files were checked against it."""

    about: About
    manifest: Manifest


class _Found(Exception):
    """The wanted member was found; the rest of the archive is not read."""

    def __init__(self, text: str | None) -> None:
        super().__init__()
        self.text = text


class Writer:
    """Puts files into an archive and remembers them."""

    def __init__(self, tar: tarfile.TarFile, about: About, on_bytes: OnBytes) -> None:
        self._tar, self._at, self._on_bytes = tar, about.made_at, on_bytes
        self.files: dict[str, tuple[str, int]] = {}
        self._put_text(_HEAD, {"what": _WHAT, "format": FORMAT, **asdict(about)})

    def put(self, name: str, path: Path) -> str:
        """Put a file in and return its SHA-256. Raises FileNotFoundError, OSError."""
        with path.open("rb") as file:
            length = os.fstat(file.fileno()).st_size
            watched = _Watched(file, self._on_bytes)
            self._tar.addfile(self._named(name, length), watched)
        self.files[name] = (watched.digest.hexdigest(), length)
        return self.files[name][0]

    def finish(self, manifest: Manifest) -> None:
        """Put the manifest in."""
        self._put_text(_MANIFEST, asdict(manifest))

    def _put_text(self, name: str, content: Mapping[str, Any]) -> None:
        text = json.dumps(content, ensure_ascii=False, indent=1).encode()
        self._tar.addfile(self._named(name, len(text)), io.BytesIO(text))

    def _named(self, name: str, length: int) -> tarfile.TarInfo:
        found = tarfile.TarInfo(name)
        found.size, found.mode, found.mtime = length, 0o600, self._at // 1000
        return found


@contextmanager
def writing(
    path: Path, recipients: Sequence[Any], about: About, on_bytes: OnBytes = lambda count: None
) -> Iterator[Writer]:
    """Write an archive to `path`; it is complete and on disk when the block ends well. Raises
    OSError when the disk refuses."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        with (
            encrypted_into(target, recipients) as stream,
            tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar,
        ):
            yield Writer(tar, about, on_bytes)
        target.flush()
        os.fsync(target.fileno())


def unpack(
    path: Path,
    identities: Sequence[Any],
    folder: Path,
    *,
    accept: Callable[[About], None] = lambda about: None,
    with_media: bool = True,
    on_bytes: OnBytes = lambda count: None,
) -> Unpacked:
    """Unpack an archive into an empty folder; each file is on disk and checked against the
    manifest. Without media, media files are only checked. `accept` may refuse after the first
    member. Raises ArchiveRefused, OSError."""
    with path.open("rb") as source, decrypted_from(source, identities, path) as stream:
        try:
            with tarfile.open(fileobj=stream, mode="r|") as tar:
                found = _take_out(tar, path, folder, accept, with_media, on_bytes)
            while stream.read(_PIECE):  # to the end: only then has age checked all
                pass
        except (tarfile.TarError, EOFError) as fault:
            raise damaged(path) from fault
    return found


def read_one(path: Path, identities: Sequence[Any], name: str) -> str | None:
    """Return the text of one file in an archive, or None if there is no such file; read no more of
    the archive than necessary. Raises ArchiveRefused, OSError."""
    try:
        with path.open("rb") as source, decrypted_from(source, identities, path) as stream:
            try:
                with tarfile.open(fileobj=stream, mode="r|") as tar:
                    _look_for(tar, name)
            except (tarfile.TarError, EOFError) as fault:
                raise damaged(path) from fault
    except _Found as found:
        return found.text
    return None


def _look_for(tar: tarfile.TarFile, name: str) -> None:
    """Raise _Found when the file is there, or when the store begins, because it stands before
    it."""
    for member in tar:
        if member.name == name and member.isreg() and member.size <= _LONGEST_TEXT:
            content = tar.extractfile(member)
            raise _Found(content.read().decode("utf-8", "replace") if content else None)
        if member.name == "hienke.db":
            raise _Found(None)


def _take_out(
    tar: tarfile.TarFile,
    path: Path,
    folder: Path,
    accept: Callable[[About], None],
    with_media: bool,
    on_bytes: OnBytes,
) -> Unpacked:
    about: About | None = None
    manifest: Manifest | None = None
    seen: dict[str, tuple[str, int]] = {}
    for member in tar:
        if about is None:
            about = _read_about(tar, member, path)
            accept(about)
        elif manifest is not None or not member.isreg() or member.name in seen:
            raise not_ours(path)
        elif member.name == _MANIFEST:
            manifest = _read_manifest(tar, member, path)
        elif not _NAME.fullmatch(member.name):
            raise not_ours(path)
        else:
            is_kept = with_media or not member.name.startswith("media/")
            target = folder / member.name if is_kept else None
            seen[member.name] = _copy_out(tar, member, target, on_bytes)
    if about is None or manifest is None or seen != manifest.files:
        raise damaged(path)
    return Unpacked(about, manifest)


def _copy_out(
    tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path | None, on_bytes: OnBytes
) -> tuple[str, int]:
    """Copy a member out, or only read it; return its SHA-256 and length."""
    content = tar.extractfile(member)
    assert content is not None  # it is a regular file
    watched = _Watched(content, on_bytes)
    if target is None:
        while watched.read(_PIECE):
            pass
        return watched.digest.hexdigest(), member.size
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        while piece := watched.read(_PIECE):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return watched.digest.hexdigest(), member.size


def _read_about(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> About:
    if member.name != _HEAD:
        raise not_ours(path)
    found = _read_text(tar, member, path)
    if found.get("what") != _WHAT:
        raise not_ours(path)
    if found.get("format") != FORMAT:
        raise ArchiveRefused(
            f"{path} was made by a newer version of Hiến Kế ({found.get('program')}): install that"
            " version first."
        )
    try:
        return About(
            str(found["program"]),
            int(found["made_at"]),
            str(found["office"]),
            tuple(map(str, found["steps"])),
            int(found["bytes"]),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise not_ours(path) from fault


def _read_manifest(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> Manifest:
    found = _read_text(tar, member, path)
    try:
        return Manifest(
            {str(table): int(count) for table, count in found["counts"].items()},
            str(found["chain_head"]),
            tuple(map(str, found["damage"])),
            {str(name): (str(one[0]), int(one[1])) for name, one in found["files"].items()},
        )
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as fault:
        raise not_ours(path) from fault


def _read_text(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> dict[str, Any]:
    content = tar.extractfile(member) if member.isreg() else None
    if content is None or member.size > _LONGEST_TEXT:
        raise not_ours(path)
    try:
        found = json.loads(content.read())
    except (ValueError, RecursionError) as fault:
        raise not_ours(path) from fault
    if not isinstance(found, dict):
        raise not_ours(path)
    return found


class _Watched:
    """A file that is hashed and counted while it is read."""

    def __init__(self, file: IO[bytes], on_bytes: OnBytes) -> None:
        self._file, self._on_bytes = file, on_bytes
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.digest.update(piece)
        self._on_bytes(len(piece))
        return piece
