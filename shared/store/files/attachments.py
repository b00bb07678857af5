"""Files that belong to a proposal: what was recorded, photographed or sent along.

A file is on disk (shared/files/media.py) before its row is written. A file that cannot be read is
kept too and marked; it is never served.
"""

from collections.abc import Iterator, Mapping

from shared.db.card import Table, Whose, choice, fraction, ident, instant, number, text
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.domain.kept_file import Examined, KeptFile
from shared.domain.record import Record


class Attachment(Record):
    """One file. `kind` is audio, video, image, or unreadable; `sha256` names the file that is
    served, `seconds` its length, `transcript` what a person heard in it; `reason` is why it is
    unreadable, a key of `media.*`, or "". `page` counts from 1 if a file has several, each of which
    is an attachment; otherwise 0. `note` is a key of `media.note.*`, or ""."""

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
    page: int
    note: str


ATTACHMENT = Table(
    "attachment",
    Attachment,
    {
        "id": ident(),
        "proposal_id": ident(),
        "kind": choice(("audio", "video", "image", "unreadable")),
        "mime": ident(),
        "sha256": ident(),
        "bytes": number(),
        "seconds": fraction(null=True),
        "source": ident(),
        "arrived_at": instant(),
        "transcript": text(Whose.WORDS),
        "listened_by": ident(null=True),
        "listened_at": instant(null=True),
        "idempotency_key": ident(),
        "reason": text(Whose.NOBODY, default=""),
        "page": number(default=0),
        "note": text(Whose.NOBODY, default=""),
    },
    unique=(("idempotency_key",),),
    foreign={"proposal_id": "proposal"},
    indexes={"attachment_of_proposal": "proposal_id, id"},
    sealed=True,
    in_register=True,
)


_UNREAD = {
    "kind": "unreadable", "mime": "application/octet-stream", "seconds": None, "page": 0,
    "note": "",
}  # fmt: skip
# What is left of an erased file; `erased` is a key of `media.*`.
_EMPTY = {
    "kind": "unreadable", "mime": "application/octet-stream", "sha256": "", "bytes": 0,
    "seconds": None, "reason": "erased",
}  # fmt: skip


def add(
    db: Store,
    proposal_id: str,
    file: Examined | KeptFile,
    *,
    source: str,
    key: str,
    actor: str,
    at: int,
    reason: str = "",
) -> Attachment | None:
    """Keep a file's row, and one for each further page; return the first, or None if `key` had
    brought it already. A file that could not be examined comes as KeptFile and is marked
    unreadable, for a `reason` of `media.*`."""
    with writing(db):
        if db.row(
            "SELECT 1 FROM attachment WHERE commune_id = :commune_id AND idempotency_key = :key",
            key=key,
        ):
            return None
        said = {"proposal_id": proposal_id, "source": source, "arrived_at": at, "reason": reason}
        if isinstance(file, KeptFile):
            return _insert(db, {**said, **_UNREAD, **_bytes(file)}, key, actor)
        first = _insert(db, {**said, **_copy(file)}, key, actor)
        for one in file.more:
            _insert(db, {**said, **_copy(one)}, f"{key}|{one.page}", actor)
        return first


def by_id(db: Store, attachment_id: str) -> Attachment | None:
    """Return one file's row, or None."""
    return db.get(ATTACHMENT, "id = :id", id=attachment_id)


def of_proposal(db: Store, proposal_id: str) -> list[Attachment]:
    """Return a proposal's files, oldest first."""
    return db.all(ATTACHMENT, "proposal_id = :proposal_id ORDER BY id", proposal_id=proposal_id)


def count(db: Store, proposal_id: str) -> int:
    """Return how many files were sent with a proposal: several pages of one file count once."""
    row = db.row(
        "SELECT count(*) FROM attachment WHERE commune_id = :commune_id"
        " AND proposal_id = :proposal_id AND page <= 1",
        proposal_id=proposal_id,
    )
    return int(row[0]) if row else 0


def note_transcript(db: Store, attachment_id: str, text: str, *, actor: str, at: int) -> None:
    """Keep what a member of staff heard, and that they listened."""
    with writing(db):
        db.change(
            ATTACHMENT,
            {"id": attachment_id},
            {"transcript": text, "listened_by": actor, "listened_at": at},
        )
        found = by_id(db, attachment_id)
        if found is not None:
            note(db, "transcribed", found.proposal_id, actor, at, attachment=attachment_id)


def empty(db: Store, proposal_id: str) -> list[str]:
    """Empty the rows of a proposal's files, for an erasure; only inside `writing`. Return the files
    (SHA-256)."""
    names = []
    for file in of_proposal(db, proposal_id):
        if file.sha256:
            names.append(file.sha256)
            db.change(ATTACHMENT, {"id": file.id}, _EMPTY)
    return names


def holds(db: Store, sha256: str) -> bool:
    """Say whether any row mentions this file."""
    return (
        db.row(
            "SELECT 1 FROM attachment WHERE commune_id = :commune_id AND sha256 = :sha256 LIMIT 1",
            sha256=sha256,
        )
        is not None
    )


def files(db: Store) -> Iterator[tuple[str, str]]:
    """Yield every file that these rows mention: the row's id and the file's SHA-256. An erased row
    has none."""
    yield from db.rows(
        "SELECT id, sha256 FROM attachment WHERE commune_id = :commune_id AND sha256 <> ''"
        " ORDER BY id"
    )


def _copy(one: Examined) -> dict[str, object]:
    return {
        "kind": one.kind, "mime": one.mime, "seconds": one.seconds, "page": one.page,
        "note": one.note, **_bytes(one.copy),
    }  # fmt: skip


def _bytes(kept: KeptFile) -> dict[str, object]:
    return {"sha256": kept.sha256, "bytes": kept.bytes}


def _insert(db: Store, said: Mapping[str, object], key: str, actor: str) -> Attachment:
    row = {
        "id": new_id(), "transcript": "", "listened_by": None, "listened_at": None,
        "idempotency_key": key, **said,
    }  # fmt: skip
    db.insert(ATTACHMENT, row)
    note(
        db, "attached", str(said["proposal_id"]), actor, int(str(said["arrived_at"])),
        attachment=row["id"], file=said["sha256"],
    )  # fmt: skip
    added = by_id(db, str(row["id"]))
    assert added is not None
    return added
