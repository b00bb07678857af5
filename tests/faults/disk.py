"""What a disk may hold after the power is cut: a recorded run played up to an instant.

Strict, as POSIX allows: bytes count when an fsync of their file began after they were written and
had returned, a name when an fsync of its folder had. What was under way may be there, in part, or
not at all. A filesystem that keeps more (ext4) keeps every promise that this one keeps.
"""

import os
import random
import struct
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Literal

_HEADER = struct.Struct("=QQQQIc3x")
SECTOR = 512
# What becomes of what was not synced: none of it stays, all of it does, or some sectors and names.
Unsynced = Literal["lost", "kept", "torn"]


@dataclass(frozen=True)
class Record:
    """One call that changed the disk, as recorder.c wrote it down; instants are ns of the
    monotonic clock, `paths` are below the recorded folder."""

    kind: str
    began: int
    ended: int
    inode: int
    offset: int
    content: bytes
    paths: tuple[str, ...]


@dataclass
class _File:
    """The safe content of a file, and what was written or cut off since: when that had ended,
    where, and the bytes (None for a cut)."""

    safe: bytearray = field(default_factory=bytearray)
    since: list[tuple[int, int, bytes | None]] = field(default_factory=list)


@dataclass(frozen=True)
class _Name:
    """A name that comes (to a file's number, or None for a folder's) or goes."""

    ended: int
    path: str
    comes: bool
    file: int | None = None


class Disk:
    """A folder as it lies on disk before a run, and later all that the run recorded."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._records: list[Record] = []
        self._first_names: dict[str, int | None] = {}
        self._first_files: dict[int, tuple[int, bytes]] = {}  # by number: inode, content
        self._folders: dict[int, str] = {os.stat(root).st_ino: "."}
        for number, path in enumerate(sorted(root.rglob("*"))):
            name, inode = str(path.relative_to(root)), path.lstat().st_ino
            if path.is_dir():
                self._first_names[name] = None
                self._folders[inode] = name
            else:
                self._first_names[name] = number
                self._first_files[number] = (inode, path.read_bytes())

    def learn(self, trace: Path) -> None:
        """Take in what a run recorded."""
        with trace.open("rb") as file:
            while head := file.read(_HEADER.size):
                began, ended, inode, offset, size, kind = _HEADER.unpack(head)
                content = file.read(size)
                paths = self._below(content) if kind in b"CRLUM" else ()
                self._records.append(
                    Record(kind.decode(), began, ended, inode, offset, content, paths)
                )

    def lay_out(
        self, target: Path, at: int, unsynced: Unsynced, *, seed: int = 0, lies: bool = False
    ) -> None:
        """Write to `target` what may lie there when the power is cut at an instant (ns). With
        `lies` the disk only said that it had synced: no program is safe on such a one."""
        cut = _Cut(self._first_names, self._first_files, self._folders)
        for record in self._records:
            if record.began <= at and not (lies and record.kind == "S"):
                cut.play(record, at)
        cut.settle(unsynced, random.Random(seed))
        cut.write(target)

    def _below(self, content: bytes) -> tuple[str, ...]:
        whole = (os.path.normpath(one.decode()) for one in content.split(b"\0"))
        return tuple(os.path.relpath(one, self._root) for one in whole)


class _Cut:
    """One run on its way to the instant of the cut."""

    def __init__(
        self,
        names: dict[str, int | None],
        files: dict[int, tuple[int, bytes]],
        folders: dict[int, str],
    ) -> None:
        self._names = dict(names)
        self._files = {number: _File(bytearray(kept)) for number, (_, kept) in files.items()}
        # An inode's number is used again once its file or folder is gone; a file's number here
        # never is.
        self._of_inode = {inode: number for number, (inode, _) in files.items()}
        self._numbers = count(len(names))
        self._folders = dict(folders)
        self._pending: dict[str, list[tuple[_Name, ...]]] = defaultdict(list)

    def play(self, record: Record, at: int) -> None:
        """Let one recorded call happen."""
        match record.kind:
            case "W":
                self._file(record).since.append((record.ended, record.offset, record.content))
            case "T":
                self._file(record).since.append((record.ended, record.offset, None))
            case "S" if record.ended <= at:
                self._sync(record)
            case "C":
                number = self._of_inode[record.inode] = next(self._numbers)
                self._files[number] = _File()
                self._folders.pop(record.inode, None)
                self._rename(_Name(record.ended, record.paths[0], True, number))
            case "M":
                self._folders[record.inode] = record.paths[0]
                self._rename(_Name(record.ended, record.paths[0], True))
            case "U":
                self._rename(_Name(record.ended, record.paths[0], False))
            case "L":
                number = self._of_inode[record.inode]
                self._rename(_Name(record.ended, record.paths[1], True, number))
            case "R":
                number = self._of_inode[record.inode]
                self._rename(
                    _Name(record.ended, record.paths[0], False),
                    _Name(record.ended, record.paths[1], True, number),
                )

    def settle(self, unsynced: Unsynced, chance: random.Random) -> None:
        """Decide what becomes of what was not synced."""
        if unsynced == "lost":
            return
        torn = unsynced == "torn"
        for file in self._files.values():
            for _, offset, content in file.since:
                if not torn or chance.random() < 0.5:
                    _put(file.safe, offset, content)
                elif content is not None and chance.random() < 0.5:  # some sectors of it
                    for start in range(0, len(content), SECTOR):
                        if chance.random() < 0.5:
                            _put(file.safe, offset + start, content[start : start + SECTOR])
        for steps in self._pending.values():
            for step in steps:
                if not torn or chance.random() < 0.5:
                    self._take(step)

    def write(self, target: Path) -> None:
        """Write what is safe to a folder; what lies in a folder whose name was lost is lost."""
        target.mkdir()
        for name, number in sorted(self._names.items()):
            path = target / name
            if not path.parent.is_dir():
                continue
            if number is None:
                path.mkdir()
            else:
                path.write_bytes(self._files[number].safe)

    def _file(self, record: Record) -> _File:
        return self._files[self._of_inode[record.inode]]

    def _sync(self, record: Record) -> None:
        folder = self._folders.get(record.inode)
        if folder is not None:
            steps, self._pending[folder] = self._pending[folder], []
            for step in steps:
                if step[0].ended <= record.began:
                    self._take(step)
                else:
                    self._pending[folder].append(step)
            return
        file = self._file(record)
        written, file.since = file.since, []
        for one in written:
            if one[0] <= record.began:
                _put(file.safe, one[1], one[2])
            else:
                file.since.append(one)

    def _rename(self, *names: _Name) -> None:
        """Note names that change; those of one folder change together."""
        parents = [os.path.dirname(one.path) or "." for one in names]
        if len(set(parents)) == 1:
            self._pending[parents[0]].append(names)
        else:
            for parent, one in zip(parents, names, strict=True):
                self._pending[parent].append((one,))

    def _take(self, step: tuple[_Name, ...]) -> None:
        for one in step:
            if one.comes:
                self._names[one.path] = one.file
            else:
                self._names.pop(one.path, None)


def _put(kept: bytearray, offset: int, content: bytes | None) -> None:
    """Write bytes at an offset, or cut off what lies behind it."""
    if content is None:
        del kept[offset:]
        kept.extend(bytes(max(0, offset - len(kept))))
        return
    if len(kept) < offset:
        kept.extend(bytes(offset - len(kept)))
    kept[offset : offset + len(content)] = content
