"""Files of the office's own work: a photograph of a meeting, a paper that was sent, its proof. A
file is on disk (shared/files/media.py) before its row is written."""

from collections.abc import Iterator, Sequence
from typing import Literal, get_args

from shared.db.card import (
    ExportSheet,
    Table,
    Whose,
    choice,
    ident,
    in_export,
    instant,
    number,
    text,
)
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.db.sql import among
from shared.domain.record import Record

# What a file can belong to.
About = Literal["outreach", "paper", "dispatch"]


class NewFile(Record):
    """A file on disk, fit to be kept: `name` is what it was called where it came from."""

    name: str
    kind: str
    mime: str
    sha256: str
    bytes: int


class OfficeFile(Record):
    """One kept file. `kind` is image, audio, video (decoded and written anew) or document (as it
    came); `kept_by` is a staff id, `kept_at` ms UTC."""

    id: str
    about_id: str
    name: str
    kind: str
    mime: str
    sha256: str
    bytes: int
    kept_by: str
    kept_at: int


OFFICE_FILE = Table(
    "office_file",
    OfficeFile,
    {
        "id": ident(),
        "about": choice(get_args(About), exported=in_export()),
        "about_id": ident(exported=in_export()),
        "name": text(Whose.NOBODY, exported=in_export(head="file_name")),
        "kind": choice(("image", "audio", "video", "document"), exported=in_export()),
        "mime": ident(exported=in_export()),
        "bytes": number(exported=in_export("number")),
        "sha256": ident(exported=in_export()),
        "kept_by": ident(exported=in_export("person")),
        "kept_at": instant(exported=in_export()),
    },
    unique=(("about", "about_id", "sha256"),),
    indexes={"office_file_by_content": "sha256"},
    sealed=True,
    sheet=ExportSheet("tep-co-quan"),
    not_archived="the files are there themselves",
)


def keep(db: Store, about: About, about_id: str, new: NewFile, *, actor: str, at: int) -> None:
    """Keep a file's row; the same bytes again are the same file."""
    with writing(db):
        if any(one.sha256 == new.sha256 for one in of(db, about, about_id)):
            return
        file_id = new_id()
        db.insert(
            OFFICE_FILE, new, id=file_id, about=about, about_id=about_id, kept_by=actor, kept_at=at
        )  # fmt: skip
        note(
            db, "office_file_kept", None, actor, at,
            about=about, of=about_id, office_file=file_id, file=new.sha256,
        )  # fmt: skip


def remove(db: Store, file_id: str, reason: str, *, actor: str, at: int) -> None:
    """Delete a file's row; the caller then deletes the bytes."""
    with writing(db):
        removed = db.write(
            "DELETE FROM office_file WHERE commune_id = :commune_id AND id = :id", id=file_id
        )
        if removed:
            note(db, "office_file_removed", None, actor, at, office_file=file_id, reason=reason)


def of(db: Store, about: About, about_id: str) -> list[OfficeFile]:
    """Return the files of one thing, oldest first."""
    return of_many(db, about, [about_id]).get(about_id, [])


def of_many(db: Store, about: About, about_ids: Sequence[str]) -> dict[str, list[OfficeFile]]:
    """Return the files of several things, by the thing's id."""
    are_these, ids = among(about_ids)
    found: dict[str, list[OfficeFile]] = {}
    where = f"about = :about AND about_id {are_these} ORDER BY id"
    for one in db.all(OFFICE_FILE, where, about=about, **ids):
        found.setdefault(one.about_id, []).append(one)
    return found


def holds(db: Store, sha256: str) -> bool:
    """Say whether any row mentions this file."""
    return (
        db.row(
            "SELECT 1 FROM office_file WHERE commune_id = :commune_id AND sha256 = :sha256 LIMIT 1",
            sha256=sha256,
        )
        is not None
    )


def files(db: Store) -> Iterator[tuple[str, str]]:
    """Yield every file that these rows mention: the row's id and the file's SHA-256."""
    yield from db.rows(
        "SELECT id, sha256 FROM office_file WHERE commune_id = :commune_id ORDER BY id"
    )
