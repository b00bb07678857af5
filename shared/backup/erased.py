"""Who was erased since an archive was made: without that knowledge, who asked to be forgotten would
come back with it.

It is looked for beside the archive (`hienke-…-erased.txt`), in what somebody names, and within
later archives of the same office that lie beside and that the key opens. Nothing here changes a
store.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.backup import archive, places
from shared.backup.archive import LIST, About
from shared.backup.refusals import ArchiveRefused
from shared.db.connection import Store
from shared.privacy import erasing
from shared.settings import Settings


class ErasuresUnknown(Exception):
    """Nothing tells who was erased since the archive was made; the message is one sentence."""


@dataclass(frozen=True)
class KnownErasures:
    """The lines of all lists that were found, and until when erasures are known (ms UTC)."""

    lines: tuple[str, ...]
    upto: int


def look(
    path: Path, identities: Sequence[Any], db: Store, about: About, given: Sequence[Path]
) -> KnownErasures:
    """Return who is known to be erased, for an archive whose store was brought back as `db`. Raises
    ErasuresUnknown where there is no list at all, ArchiveRefused where a named file is none."""
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
            break  # the newest says what those before it say
    if not known_at:
        raise ErasuresUnknown(
            f"Nothing tells who was erased since {path.name} was made, and they would come back:"
            f" put {beside.name} beside it (it lies where the last backups were made), name it with"
            " --erasures FILE, or go on without it by --without-erasures."
        )
    return KnownErasures(tuple(dict.fromkeys(lines)), max(known_at))


def _later(path: Path, beside: Path, made_at: int) -> list[places.Archive]:
    """Return the same office's archives beside that were made later, the newest first."""
    origin = re.sub(r"hienke-([0-9a-f]+)-erased\.txt", r"\1", beside.name)
    found = places.archives(path.parent, origin, Settings().office.zone)
    return [one for one in found if one.made_at > made_at + 1000 and one.path != path]


def _within(path: Path, identities: Sequence[Any]) -> str | None:
    """Return the list within an archive; None for one that holds none or that cannot be opened."""
    try:
        return archive.read_one(path, identities, LIST)
    except (ArchiveRefused, OSError):
        return None
