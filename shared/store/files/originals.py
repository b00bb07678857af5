"""Files as they were sent, kept because their copy is not like them or shows only a part.

Staff see them drawn again (shared/files/media.py); nobody gets their bytes. They are deleted after
LIFETIME, by a member of staff, or with an erasure. The row of a deleted file stays: with its
SHA-256 until the bytes are gone from the disk, with "" from then on.
"""

from collections.abc import Iterator

from shared.db.card import Table, Whose, ident, instant, number, text
from shared.db.connection import Store, writing
from shared.db.event_log import new_id, note
from shared.domain import clock
from shared.domain.kept_file import KeptFile
from shared.domain.record import Record
from shared.store.files.attachments import Attachment

LIFETIME = 30 * clock.DAY


class Original(Record):
    """One file as it was sent. `attachment_id` is its copy, the first page's if there are several;
    `why` it was kept, a key of `media.original.*`; instants are ms UTC."""

    id: str
    proposal_id: str
    attachment_id: str
    sha256: str
    bytes: int
    why: str
    kept_at: int

    @property
    def gone_at(self) -> int:
        """When it will be gone at the latest."""
        return self.kept_at + LIFETIME


ORIGINAL_FILE = Table(
    "original_file",
    Original,
    {
        "id": ident(),
        "proposal_id": ident(),
        "attachment_id": ident(),
        "sha256": ident(),
        "bytes": number(),
        "why": text(Whose.NOBODY),
        "kept_at": instant(),
        "gone_at": instant(null=True),
    },
    foreign={"proposal_id": "proposal", "attachment_id": "attachment"},
    indexes={
        "original_file_of_proposal": "proposal_id, id",
        "original_file_by_file": "sha256",
        "original_file_there": "kept_at WHERE gone_at IS NULL",
    },
    sealed=True,
    left_out="gone after 30 days; its copy is an attachment",
)


def keep(db: Store, copy: Attachment, original: KeptFile, why: str, *, at: int) -> None:
    """Keep the original of an attachment; only inside `writing`."""
    row = Original(
        new_id(), copy.proposal_id, copy.id, original.sha256, original.bytes, why, at
    )  # fmt: skip
    db.insert(ORIGINAL_FILE, row)


def of_proposal(db: Store, proposal_id: str) -> list[Original]:
    """Return the existing originals of a proposal, oldest first."""
    return db.all(
        ORIGINAL_FILE,
        "proposal_id = :proposal_id AND gone_at IS NULL ORDER BY id",
        proposal_id=proposal_id,
    )


def let_go(db: Store, original_id: str, *, actor: str, at: int) -> None:
    """Mark an original for deletion; the caller then deletes the bytes (`unsettled`)."""
    with writing(db):
        found = db.all(ORIGINAL_FILE, "id = :id AND gone_at IS NULL ORDER BY id", id=original_id)
        for one in found:
            db.change(ORIGINAL_FILE, {"id": one.id}, {"gone_at": at})
            note(
                db, "original_let_go", one.proposal_id, actor, at,
                original=one.id, attachment=one.attachment_id,
            )  # fmt: skip


def unsettled(db: Store) -> list[Original]:
    """Return the originals that are marked and whose bytes may still lie on the disk."""
    return db.all(ORIGINAL_FILE, "gone_at IS NOT NULL AND sha256 <> '' ORDER BY id")


def settle(db: Store, original_id: str) -> None:
    """Record that an original's bytes are gone."""
    with writing(db):
        db.change(ORIGINAL_FILE, {"id": original_id}, {"sha256": "", "bytes": 0})


def empty(db: Store, proposal_id: str, *, at: int) -> list[str]:
    """Mark a proposal's originals for deletion, for an erasure; only inside `writing`. Return the
    files (SHA-256)."""
    found = db.all(
        ORIGINAL_FILE,
        "proposal_id = :proposal_id AND sha256 <> '' ORDER BY id",
        proposal_id=proposal_id,
    )
    for one in found:
        emptied = {"sha256": "", "bytes": 0, "gone_at": at}
        db.change(ORIGINAL_FILE, {"id": one.id}, emptied)
    return [one.sha256 for one in found]


def holds(db: Store, sha256: str) -> bool:
    """Say whether a file is one of the existing originals."""
    return bool(
        db.all(ORIGINAL_FILE, "sha256 = :sha256 AND gone_at IS NULL ORDER BY id", sha256=sha256)
    )


def files(db: Store) -> Iterator[tuple[str, str]]:
    """Yield every existing original: the row's id and the file's SHA-256."""
    yield from (
        (one.id, one.sha256) for one in db.all(ORIGINAL_FILE, "gone_at IS NULL ORDER BY id")
    )
