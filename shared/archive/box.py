"""The archive as a file: a ZIP with a list of the checksums of everything in it.

The list is SHA256SUMS as `sha256sum -c` reads it, so nobody needs this software to check an
archive. It is checked here as the ZIP or as an unpacked folder.
"""

import hashlib
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from shared.domain.record import Record
from shared.files import zips

SUMS = "SHA256SUMS"
# What a list of checksums may hold: the names are ours, so none leads out of the archive.
_LINE = re.compile(r"([0-9a-f]{64})  (\S+)")
_PIECE = 1024 * 1024
# A year with a hundred thousand files has a list of 10 MB.
_MOST_SUMS = 64 * _PIECE
# Files that are compressed already: compressing them again takes time and gains nothing.
_PACKED = frozenset({".docx", ".xlsx", ".pdf", ".jpg", ".m4a", ".mp4"})

_Open = Callable[[str], IO[bytes]]


class NotAnArchive(Exception):
    """There is no list of checksums, or the ZIP's own directory is lost."""


class Checked(Record):
    """How many files were read back, and what is wrong: "<name> (<what>)"."""

    files: int
    damage: tuple[str, ...]


class Packed(Record):
    """One file of an archive: its length and its SHA-256."""

    bytes: int
    sha256: str


class ArchiveWriter:
    """Puts files into an archive and remembers them; every name is ours, in ASCII and without
    spaces."""

    def __init__(self, file: zipfile.ZipFile, at: datetime) -> None:
        self._zip, self._at = file, at
        self.files: dict[str, Packed] = {}

    def put(self, name: str, content: bytes) -> None:
        """Put in bytes."""
        self._fill(name, [content])

    def put_file(self, name: str, path: Path) -> None:
        """Put in a file. Raises OSError."""
        with path.open("rb") as file:
            self._fill(name, _pieces(file))

    def finish(self) -> str:
        """Put in the list of everything and return the list's own SHA-256."""
        self.put(SUMS, "".join(f"{one.sha256}  {name}\n" for name, one in self._sorted()).encode())
        return self.files[SUMS].sha256

    def _sorted(self) -> list[tuple[str, Packed]]:
        return sorted(self.files.items())

    def _fill(self, name: str, pieces: Iterable[bytes]) -> None:
        entry = zipfile.ZipInfo(name, self._at.timetuple()[:6])
        entry.external_attr = 0o600 << 16
        is_packed = Path(name).suffix in _PACKED
        entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
        digest, length = hashlib.sha256(), 0
        with self._zip.open(entry, "w", force_zip64=True) as target:
            for piece in pieces:
                digest.update(piece)
                length += target.write(piece)
        self.files[name] = Packed(length, digest.hexdigest())


def check(path: Path) -> Checked:
    """Read an archive back, as the ZIP or unpacked into a folder, and return what is wrong with it.
    Raises NotAnArchive, OSError."""
    if path.is_dir():
        names = {
            one.relative_to(path).as_posix() for one in path.rglob("*") if not one.is_dir()
        }  # fmt: skip
        return _check(names, lambda name: (path / name).open("rb"))
    try:
        with zips.reading(), zipfile.ZipFile(path) as file:
            names = {entry.filename for entry in file.infolist() if not entry.is_dir()}
            return _check(names, file.open)
    except zips.ZipBroken as fault:
        raise NotAnArchive(str(path)) from fault


def _check(names: set[str], open_one: _Open) -> Checked:
    if SUMS not in names:
        raise NotAnArchive(SUMS)
    try:
        with zips.reading(), open_one(SUMS) as file:
            wanted = _read_sums(file.read(_MOST_SUMS).decode("ascii"))
    except zips.ZipBroken:
        return Checked(0, (f"{SUMS} (changed)",))
    damage = [
        f"{name} ({wrong})"
        for name, sha256 in wanted.items()
        if (wrong := _wrong(name, sha256, names, open_one))
    ]
    damage += [f"{name} (was not put in)" for name in sorted(names - wanted.keys() - {SUMS})]
    return Checked(len(wanted), tuple(damage))


def _wrong(name: str, sha256: str, names: set[str], open_one: _Open) -> str:
    """Return what is wrong with a file, or ""."""
    if name not in names:
        return "missing"
    digest = hashlib.sha256()
    try:
        with zips.reading(), open_one(name) as file:
            for piece in _pieces(file):
                digest.update(piece)
    except zips.ZipBroken:
        return "changed"
    return "" if digest.hexdigest() == sha256 else "changed"


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def _read_sums(text: str) -> dict[str, str]:
    """Return the checksums by name. Raises ValueError."""
    found = {}
    for line in text.splitlines():
        read = _LINE.fullmatch(line)
        if read is None:
            raise ValueError(line)
        found[read[2]] = read[1]
    return found
