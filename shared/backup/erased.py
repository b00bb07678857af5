"""Who was erased after an archive was made. Without that knowledge, people who asked to be
forgotten would come back with it.

We look beside the archive (`hienke-…-erased.txt`), in files that somebody names, and inside later
archives of the same office that lie beside it and that the key opens. Nothing here changes a store.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shared.backup import archive, places
from shared.backup.archive import LIST, About
from shared.backup.refusals import ArchiveRefused
from shared.db.connection import Store
from shared.domain.record import Record
from shared.privacy import erasing
from shared.settings import Settings


class ErasuresUnknown(Exception):
    """Nothing tells who was erased after the archive was made; the message is one sentence."""


class KnownErasures(Record):
    """The lines of all lists that were found, and until when erasures are known (ms UTC)."""

    lines: tuple[str, ...]
    upto: int


def look(
    path: Path, identities: Sequence[Any], db: Store, about: About, given: Sequence[Path]
) -> KnownErasures:
    """Return the known erasures for an archive whose store was restored as `db`. Raises
    ErasuresUnknown if there is no list at all, ArchiveRefused if a named file is no list."""
    beside = erasing.list_path(path.parent, db)
    later = _later(path, beside, about.made_at)
    lines: list[str] = []
    known_at: list[int] = []
    for file in (beside, *given):
        found = erasing.lines_of(file)
        if found is None and file in given:
            raise ArchiveRefused(f"{file} is no list of erasures.")
        if found is not None:
            lines += found
            known_at += [about.made_at, *(one.at for one in erasing.read_lines(found))]
            known_at += [one.made_at for one in later if file == beside]
    for one in later:
        text = _within(one.path, identities)
        if text is not None:
            lines += erasing.ours(text)
            known_at.append(one.made_at)
            break  # the newest list contains the older ones
    if not known_at:
        raise ErasuresUnknown(
            f"Nothing tells who was erased since {path.name} was made, and they would come back:"
            f" put {beside.name} beside it (it lies where the last backups were made), name it with"
            " --erasures FILE, or go on without it by --without-erasures."
        )
    return KnownErasures(tuple(dict.fromkeys(lines)), max(known_at))


def _later(path: Path, beside: Path, made_at: int) -> list[places.Archive]:
    """Return the same office's later archives beside this one, the newest first."""
    origin = re.sub(r"hienke-([0-9a-f]+)-erased\.txt", r"\1", beside.name)
    found = places.archives(path.parent, origin, Settings().office.zone)
    return [one for one in found if one.made_at > made_at + 1000 and one.path != path]


def _within(path: Path, identities: Sequence[Any]) -> str | None:
    """Return the list inside an archive; None if it has none or cannot be opened."""
    try:
        return archive.read_one(path, identities, LIST)
    except (ArchiveRefused, OSError):
        return None
