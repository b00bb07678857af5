"""Files that belong to a proposal: what was recorded, photographed or sent along.

A file is on disk (shared/media.py) before its row is written. A file that cannot be read is kept
too and said so; it is never served.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.media import Examined, Kept
from shared.store import sealed
from shared.store.connection import Store, writing
from shared.store.events import new_id, note


@dataclass(frozen=True)
class Attachment:
    """One file. `kind` is audio, video, image, or unreadable; `sha256` names the file that is
    served, `seconds` its length, `transcript` what a person heard in it and wrote down; `reason` is
    why it is unreadable, a key of `media.*`, or ""."""

    id: str
    proposal_id: str
    kind: str
    mime: str
    sha256: str
    bytes: int
    seconds: float | None
    source: str
    arrived_at: int
    transcript: str
    listened_by: str | None
    listened_at: int | None
    reason: str


_COLUMNS = (
    "id, proposal_id, kind, mime, sha256, bytes, seconds, source, arrived_at, transcript,"
    " listened_by, listened_at, reason"
)

# What is left of a file that was erased; `erased` is a key of `media.*`.
_EMPTY = {
    "kind": "unreadable", "mime": "application/octet-stream", "sha256": "", "bytes": 0,
    "seconds": None, "reason": "erased",
}  # fmt: skip


def add(
    db: Store,
    proposal_id: str,
    file: Examined | Kept,
    *,
    source: str,
    key: str,
    actor: str,
    at: int,
    reason: str = "",
) -> Attachment | None:
    """Keep a file's row; None when `key` had brought it already. A file that could not be
    examined comes as Kept and is marked unreadable, for a `reason` of `media.*`."""
    with writing(db):
        if db.row(
            "SELECT 1 FROM attachment WHERE commune_id = :commune_id AND idempotency_key = :key",
            key=key,
        ):
            return None
        if isinstance(file, Examined):
            kind, mime, kept, seconds = file.kind, file.mime, file.copy, file.seconds
        else:
            kind, mime, kept, seconds = "unreadable", "application/octet-stream", file, None
        attachment_id = new_id()
        sealed.insert(
            db,
            "attachment",
            {
                "id": attachment_id,
                "proposal_id": proposal_id,
                "kind": kind,
                "mime": mime,
                "sha256": kept.sha256,
                "bytes": kept.bytes,
                "seconds": seconds,
                "source": source,
                "arrived_at": at,
                "transcript": "",
                "listened_by": None,
                "listened_at": None,
                "reason": reason,
                "idempotency_key": key,
            },
        )
        note(db, "attached", proposal_id, actor, at, attachment=attachment_id, file=kept.sha256)
        return by_id(db, attachment_id)


def by_id(db: Store, attachment_id: str) -> Attachment | None:
    """Return one file's row, or None."""
    row = db.row(
        f"SELECT {_COLUMNS} FROM attachment"  # noqa: S608 columns are ours
        " WHERE commune_id = :commune_id AND id = :id",
        id=attachment_id,
    )
    return Attachment(*row) if row else None


def of_proposal(db: Store, proposal_id: str) -> list[Attachment]:
    """Return a proposal's files, oldest first."""
    return [
        Attachment(*row)
        for row in db.rows(
            f"SELECT {_COLUMNS} FROM attachment"  # noqa: S608 columns are ours
            " WHERE commune_id = :commune_id AND proposal_id = :proposal_id ORDER BY id",
            proposal_id=proposal_id,
        )
    ]


def note_transcript(db: Store, attachment_id: str, text: str, *, actor: str, at: int) -> None:
    """Write down what a member of staff heard, and that they listened."""
    with writing(db):
        sealed.change(
            db,
            "attachment",
            {"id": attachment_id},
            {"transcript": text, "listened_by": actor, "listened_at": at},
        )
        found = by_id(db, attachment_id)
        if found is not None:
            note(db, "transcribed", found.proposal_id, actor, at, attachment=attachment_id)


def empty(db: Store, proposal_id: str) -> list[str]:
    """Leave of a proposal's files that there were some, as an erasure asks; only inside `writing`.
    Returns what they were (SHA-256)."""
    names = []
    for file in of_proposal(db, proposal_id):
        if file.sha256:
            names.append(file.sha256)
            sealed.change(db, "attachment", {"id": file.id}, _EMPTY)
    return names


def holds(db: Store, sha256: str) -> bool:
    """Say whether any row speaks of this file."""
    return (
        db.row(
            "SELECT 1 FROM attachment WHERE commune_id = :commune_id AND sha256 = :sha256 LIMIT 1",
            sha256=sha256,
        )
        is not None
    )


def files(db: Store) -> Iterator[tuple[str, str]]:
    """Yield every file the store speaks of: the row's id and the file's SHA-256. One that was
    erased has none."""
    yield from db.rows(
        "SELECT id, sha256 FROM attachment WHERE commune_id = :commune_id AND sha256 <> ''"
        " ORDER BY id"
    )
