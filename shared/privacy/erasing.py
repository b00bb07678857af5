"""Carries out an erasure completely: rows, then files, search index and journal, and the list for
older copies of the store.

The list stands beside the archives (`hienke-<instance>-erased.txt`) and inside each of them. It has
one line an erasure: when, how much, and which case, as a salted hash of its id. A restored archive
is erased again by it. The list exists before anybody was erased, so that a missing list never means
"nobody".
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from shared.db import event_log, search
from shared.db.connection import Store
from shared.db.event_log import SYSTEM
from shared.domain.record import Record
from shared.files import media, partial_uploads
from shared.store.cases import authors, proposals
from shared.store.files import originals
from shared.store.privacy import erasures
from shared.store.privacy.erasures import Erasure, Scope
from shared.workflows import case_data
from shared.workflows import erase as workflows_erase
from shared.workflows.erase import PART, ErasureRequest

# For a person who finds the file; no reader takes it for an erasure.
HEADING = "# Who was erased, for `hienke restore`: keep this file beside the backups.\n"


class ListedErasure(Record):
    """One line of the list: `of` is the hash of the case's id and `salt`, `author` that of the one
    erased author ("" for all), `whole` those of rows whose texts were erased entirely, `at` ms
    UTC."""

    salt: str
    of: str
    scope: Scope
    author: str
    whole: frozenset[str]
    at: int

    def is_of(self, proposal_id: str) -> bool:
        """Say whether the line is about this case."""
        return _hash(self.salt, proposal_id) == self.of


def erase(db: Store, files: Path, proposal_id: str, asked: ErasureRequest) -> Erasure:
    """Erase somebody from a case, in the store and on the disk. `files` is the media folder.
    Raises ProposalUnknown, StoreUnavailable."""
    erased = workflows_erase.erase(db, proposal_id, asked)
    settle(db, files, at=asked.at)
    return erased


def settle(db: Store, files: Path, *, at: int) -> bool:
    """Remove what erasures left on the disk: files, words in old pieces of the search index and in
    the journal, and originals that nobody needs. Return whether nothing is left. While somebody
    reads, the journal is left, and the next call goes on."""
    _let_go(db, files)
    waiting = erasures.unsettled(db)
    if not waiting:
        return True
    for one in waiting:
        for name in one.files:
            _remove(db, files, name)
    search.optimise(db)
    holding = (*(card.name for card in case_data.holding()), "search_row", "idea_count")
    if not db.engine.tidy(db.conn, holding):
        return False
    for one in waiting:
        erasures.settle(db, one.id, at=at)
    return True


def _let_go(db: Store, files: Path) -> None:
    """Remove from the disk the originals that nobody needs."""
    for one in originals.unsettled(db):
        _remove(db, files, one.sha256)
        originals.settle(db, one.id)


def list_path(folder: Path, db: Store) -> Path:
    """Return the path of this store's list of erasures in a folder of archives."""
    return folder / f"hienke-{event_log.origin(db)[:6]}-erased.txt"


def write_list(db: Store, folder: Path) -> None:
    """Add missing erasures to the list in a folder of archives; on disk when this returns. Raises
    OSError."""
    path = list_path(folder, db)
    _append(path, _lacking(db, read_list(path)))


def write_whole(db: Store, folder: Path, target: Path) -> None:
    """Write a new file with the list in a folder of archives and the erasures it lacks. Raises
    OSError."""
    known = lines_of(list_path(folder, db)) or []
    lines = "".join(f"{line}\n" for line in known)
    target.write_text(HEADING + lines + _lacking(db, read_lines(known)), "ascii")


def _lacking(db: Store, known: Sequence[ListedErasure]) -> str:
    """Return the lines of the erasures that a list lacks."""
    salt = secrets.token_hex(16)
    return "".join(
        _line(one, salt)
        for one in erasures.lasting(db)
        if not any(line.at == one.at and line.is_of(one.proposal_id) for line in known)
    )


def keep_lines(db: Store, folder: Path, lines: Iterable[str]) -> None:
    """Add lines of other lists to the one in a folder of archives, because other archives of this
    office may later be restored with it. Raises OSError."""
    path = list_path(folder, db)
    known = set(lines_of(path) or ())
    _append(path, "".join(f"{line}\n" for line in lines if line not in known))


def _append(path: Path, lines: str) -> None:
    """Add to a list, with its heading if it is new; on disk when this returns."""
    is_new = not path.exists() or path.stat().st_size == 0
    if not (lines or is_new):
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write((HEADING if is_new else "" if _ends_well(path) else "\n") + lines)
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        media.sync_folder(path.parent)


def read_list(path: Path) -> list[ListedErasure]:
    """Return the lines of a list; none if there is no file. A line that is incomplete or not ours
    is skipped."""
    return read_lines(lines_of(path) or ())


def lines_of(path: Path) -> list[str] | None:
    """Return a list's lines as they are written; None if there is no file or it is no list. A list
    without names still has its heading; an empty file is what a full stick left of one."""
    try:
        text = path.read_text("ascii", "replace")
    except (FileNotFoundError, IsADirectoryError):
        return None
    lines = ours(text)
    return lines if lines or text.startswith(HEADING[:20]) else None


def ours(text: str) -> list[str]:
    """Return the lines of a text that record an erasure."""
    return [line for line in text.splitlines() if read_lines([line])]


def read_lines(lines: Iterable[str]) -> list[ListedErasure]:
    """Return what the lines say; a line that is not ours is skipped."""
    return list(_read(lines))


def replay(db: Store, files: Path, listed: Iterable[ListedErasure], *, at: int) -> int:
    """Erase again, in a restored store, what was erased since it was copied; return in how many
    cases. `files` is its media folder."""
    by_salt: dict[str, dict[str, list[ListedErasure]]] = {}
    for line in listed:
        by_salt.setdefault(line.salt, {}).setdefault(line.of, []).append(line)
    concerned = 0
    for proposal_id in proposals.ids(db):
        lines = [
            line
            for salt, found in by_salt.items()
            for line in found.get(_hash(salt, proposal_id), ())
            if not _is_done(db, proposal_id, line)
        ]
        for asked in _asked_again(db, proposal_id, lines, at):
            workflows_erase.erase(db, proposal_id, asked)
        concerned += bool(lines)
    settle(db, files, at=at)
    return concerned


def _asked_again(
    db: Store, proposal_id: str, lines: list[ListedErasure], at: int
) -> Iterator[ErasureRequest]:
    """Yield the erasures that these lines ask for; nothing for an author who is not in the
    store."""
    row_ids = workflows_erase.row_ids(db, proposal_id) if lines else []
    own = [author.id for author in authors.all_of(db, proposal_id)] if lines else []
    for line in lines:
        whole = [row_id for row_id in row_ids if _hash(line.salt, row_id) in line.whole]
        of_one = [one for one in own if _hash(line.salt, one) == line.author]
        if of_one or not line.author:
            author_id = of_one[0] if of_one else None
            yield ErasureRequest(line.scope, "replayed", "", SYSTEM, at, whole, author_id)


def _is_done(db: Store, proposal_id: str, line: ListedErasure) -> bool:
    """Say whether a store knows of this erasure, or of one that took more."""
    return any(
        one.scope in (line.scope, Scope.ALL)
        and one.at >= line.at
        and (one.author_id is None or _hash(line.salt, one.author_id) == line.author)
        for one in erasures.of_proposal(db, proposal_id)
    )


def _remove(db: Store, files: Path, name: str) -> None:
    if name.startswith(PART):
        partial_uploads.drop(files, name.removeprefix(PART))
    elif not workflows_erase.needs_file(db, name):
        media.remove(files, name)


def _line(one: Erasure, salt: str) -> str:
    said = {
        "at": one.at, "of": _hash(salt, one.proposal_id), "salt": salt, "scope": one.scope,
        "author": _hash(salt, one.author_id) if one.author_id else "",
        "whole": [_hash(salt, row_id) for row_id in one.whole],
    }  # fmt: skip
    return json.dumps(said, sort_keys=True) + "\n"


def _read(lines: Iterable[str]) -> Iterator[ListedErasure]:
    for line in lines:
        try:
            said = json.loads(line)
            scope, whole = Scope(said["scope"]), frozenset(said["whole"])
            yield ListedErasure(
                said["salt"], said["of"], scope, said["author"], whole, int(said["at"])
            )
        except (ValueError, KeyError, TypeError, RecursionError):
            continue


def _hash(salt: str, row_id: str) -> str:
    return hashlib.sha256(f"{salt}|{row_id}".encode()).hexdigest()


def _ends_well(path: Path) -> bool:
    """Say whether the last line of a list is complete: a power cut may have cut it off."""
    return path.read_bytes()[-1:] in (b"\n", b"")
