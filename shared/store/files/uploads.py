"""Files on their way to a proposal: how much of each is here, and which wait to be examined.

An upload is `receiving` until its last byte is on disk (shared/files/partial_uploads.py), then
`waiting` under its SHA-256 until it was examined, then `done`: a sender whose last answer was lost
still learns that all of it came. The row is deleted a day after it was made. The id of a file in
pieces is random, because it is part of an address that nobody may guess.
"""

import hashlib
from collections.abc import Iterator, Mapping

from shared.db.card import Table, Whose, choice, ident, instant, number, structure, text
from shared.db.connection import Store, writing
from shared.db.engines import WorkQueue
from shared.domain import clock
from shared.domain.kept_file import KeptFile
from shared.domain.record import Record

LIFETIME = clock.DAY
# A file that was only announced is forgotten sooner: its sender must announce it again.
EMPTY_LIFETIME = 15 * clock.MINUTE
# For a file on its way, so many bytes (four pieces) are kept free ahead of what has come.
LEAD = 1024 * 1024
# The most that is kept free for all of them together; each piece is checked again when it comes.
MOST_AHEAD = 256 * 1024 * 1024
# After so many examinations that never ended, a file is given up.
MOST_ATTEMPTS = 4
_RETRY = 5 * clock.MINUTE


class Upload(Record):
    """One file on its way: `received` of `bytes` are on disk. `take` is the hash of the sender's
    own name for it: however often it is sent, it is attached once. `metadata` is what else the
    sender said of it, `actor` the sender's name in events, `expires_at` (ms UTC) when the sender
    must have finished."""

    id: str
    proposal_id: str
    take: str
    bytes: int
    received: int
    metadata: Mapping[str, str]
    sha256: str
    state: str
    attempts: int
    source: str
    actor: str
    created_at: int
    expires_at: int

    @property
    def key(self) -> str:
        """The idempotency key of the attachment that will come of it."""
        return f"upload|{self.proposal_id}|{self.take}"

    @property
    def kept(self) -> KeptFile:
        """The complete file, once it is here."""
        return KeptFile(self.sha256, self.bytes)


UPLOAD = Table(
    "upload",
    Upload,
    {
        "id": ident(),
        "proposal_id": ident(),
        "take": ident(),
        "bytes": number(),
        "received": number(),
        "metadata": structure(Whose.DETAILS),
        "sha256": ident(),
        "state": choice(("receiving", "waiting", "done")),
        "attempts": number(),
        "due_at": instant(),
        "source": ident(),
        "actor": ident(),
        "sender": text(Whose.DETAILS),
        "created_at": instant(),
        "expires_at": instant(),
    },
    foreign={"proposal_id": "proposal"},
    indexes={
        "upload_by_state": "state, due_at",
        "upload_by_age": "expires_at",
        "upload_of_proposal": "proposal_id, id",
    },
    checks=("received BETWEEN 0 AND bytes",),
    sealed=True,
    left_out="on its way; what came is an attachment",
)


class Origin(Record):
    """Where a file comes from: `source` kiosk, web or staff; `actor` as events name them;
    `sender` the kiosk or the hashed address that sends it."""

    source: str
    actor: str
    sender: str


class Load(Record):
    """What is in progress. For one sender: the number of uploads, how many of them are `empty`
    (announced without a byte), and how many bytes have `come` of incomplete ones. For everybody:
    how many bytes are kept free `ahead`. An announced length counts for nothing, so nobody loses
    space by it."""

    uploads: int
    empty: int
    come: int
    ahead: int


# What waits to be examined.
QUEUE = WorkQueue(UPLOAD.name, "state = 'waiting'")
# Whose turn it is: a file that was begun already counts for its sender too.
_TURN = (
    "CASE source WHEN 'kiosk' THEN 0 ELSE 1 END,"
    " (SELECT count(*) FROM upload AS had WHERE had.commune_id = upload.commune_id"
    "  AND had.sender = upload.sender AND (had.state = 'done' OR had.attempts > 0)),"
    " due_at, id"
)


def begin(
    db: Store,
    upload_id: str,
    proposal_id: str,
    length: int,
    metadata: Mapping[str, str],
    origin: Origin,
    *,
    at: int,
) -> None:
    """Keep the row of a file of `length` bytes, none of which is here. `take` in its metadata is
    the sender's own name for it; without one it is a file of its own."""
    said = dict(metadata)
    row = _row(upload_id, proposal_id, said.pop("take", upload_id), said, origin, at)
    with writing(db):
        db.insert(
            UPLOAD,
            {**row, "bytes": length, "state": "receiving", "expires_at": at + EMPTY_LIFETIME},
        )


def add_whole(
    db: Store,
    upload_id: str,
    proposal_id: str,
    kept: KeptFile,
    take: str,
    origin: Origin,
    *,
    at: int,
) -> None:
    """Keep the row of a file that came at once and lies on disk; it waits to be examined."""
    row = _row(upload_id, proposal_id, take, {}, origin, at)
    here = {"bytes": kept.bytes, "received": kept.bytes, "sha256": kept.sha256}
    with writing(db):
        db.insert(UPLOAD, {**row, **here, "state": "waiting"})


def advance(db: Store, upload_id: str, expected: int, received: int) -> bool:
    """Record that `received` bytes are on disk; False if `expected` is not what was here."""
    return _change(db, upload_id, expected, {"received": received})


def complete(db: Store, upload_id: str, expected: int, kept: KeptFile, *, at: int) -> bool:
    """Record that the complete file is on disk and waits; False as in `advance`."""
    here = {"received": kept.bytes, "sha256": kept.sha256, "state": "waiting", "due_at": at}
    return _change(db, upload_id, expected, here)


def by_id(db: Store, upload_id: str) -> Upload | None:
    """Return one upload, or None."""
    return _one(db, "id = :id", "id", id=upload_id)


def open_of(db: Store, proposal_id: str) -> list[Upload]:
    """Return a proposal's files that are on their way or being examined, oldest first."""
    return db.all(
        UPLOAD,
        "proposal_id = :proposal_id AND state <> 'done' ORDER BY created_at, id",
        proposal_id=proposal_id,
    )


def load(db: Store, sender: str) -> Load:
    """Return what is under way now."""
    row = db.row(
        "SELECT count(*) FILTER (WHERE sender = :sender),"
        " count(*) FILTER (WHERE sender = :sender AND received = 0),"
        " CAST(coalesce(sum(received) FILTER (WHERE sender = :sender), 0) AS BIGINT),"
        " CAST(coalesce(sum(CASE WHEN bytes - received < :lead THEN bytes - received"
        "  ELSE :lead END) FILTER (WHERE received > 0), 0) AS BIGINT)"
        " FROM upload WHERE commune_id = :commune_id AND state = 'receiving'",
        sender=sender,
        lead=LEAD,
    )
    if row is None:
        return Load(0, 0, 0, 0)
    count, empty, come, ahead = row
    return Load(count, empty, come, min(ahead, MOST_AHEAD))


def claim(db: Store, *, at: int) -> Upload | None:
    """Begin to examine the file whose turn it is, or return None. Enrolled kiosks come first, then
    the sender with the fewest files examined that day, so nobody waits for everything another one
    sent.

    It waits again when this returns, so a program that crashes over a file tries it later.
    """
    if _due(db, at) is None:
        return None
    with writing(db):
        found = _due(db, at)
        if found is None:
            return None
        changes = {"attempts": found.attempts + 1, "due_at": at + _RETRY}
        db.change(UPLOAD, {"id": found.id}, changes)
        return by_id(db, found.id)


def release(db: Store, *, at: int) -> None:
    """Let every waiting file be examined now: the program that worked on it is gone."""
    with writing(db):
        for (upload_id,) in db.rows(
            "SELECT id FROM upload WHERE commune_id = :commune_id AND state = 'waiting'"
        ):
            db.change(UPLOAD, {"id": upload_id}, {"due_at": at})


def postpone(db: Store, upload_id: str) -> None:
    """Do not count the attempt that was begun, because the file was not at fault."""
    with writing(db):
        db.change(UPLOAD, {"id": upload_id}, {"attempts": 0})


def settle(db: Store, upload_id: str) -> None:
    """Record that a file was examined; what its sender said of it is deleted."""
    with writing(db):
        db.change(UPLOAD, {"id": upload_id}, {"state": "done", "metadata": {}})


def remove(db: Store, upload_id: str) -> None:
    """Forget an upload."""
    with writing(db):
        db.write("DELETE FROM upload WHERE commune_id = :commune_id AND id = :id", id=upload_id)


def end_all(db: Store, proposal_id: str) -> list[str]:
    """Delete a proposal's files that are on their way, for an erasure; only inside `writing`.
    Return the ids of those with parts on the disk."""
    found = db.rows(
        "SELECT id FROM upload WHERE commune_id = :commune_id AND proposal_id = :proposal_id",
        proposal_id=proposal_id,
    )
    for (upload_id,) in found:
        remove(db, upload_id)
    return [str(upload_id) for (upload_id,) in found]


def expired(db: Store, *, at: int) -> list[str]:
    """Return the uploads whose day is over; one that waits to be examined has no such day."""
    return [
        str(upload_id)
        for (upload_id,) in db.rows(
            "SELECT id FROM upload WHERE commune_id = :commune_id"
            " AND expires_at <= :at AND state <> 'waiting'",
            at=at,
        )
    ]


def is_receiving(db: Store, upload_id: str) -> bool:
    """Say whether the part with that name is still needed."""
    found = by_id(db, upload_id)
    return found is not None and found.state == "receiving"


def waits_for(db: Store, sha256: str) -> bool:
    """Say whether a file of these bytes waits to be examined."""
    return _one(db, "state = 'waiting' AND sha256 = :sha256", "id", sha256=sha256) is not None


def files(db: Store) -> Iterator[tuple[str, str]]:
    """Yield every file that waits to be examined: the row's id and the file's SHA-256."""
    yield from db.rows(
        "SELECT id, sha256 FROM upload WHERE commune_id = :commune_id AND state = 'waiting'"
        " ORDER BY id"
    )


def _row(
    upload_id: str,
    proposal_id: str,
    take: str,
    metadata: Mapping[str, str],
    origin: Origin,
    at: int,
) -> dict[str, object]:
    return {
        "id": upload_id,
        "proposal_id": proposal_id,
        "take": hashlib.sha256(take.encode()).hexdigest(),
        "received": 0,
        "metadata": dict(metadata),
        "sha256": "",
        "attempts": 0,
        "due_at": at,
        "source": origin.source,
        "actor": origin.actor,
        "sender": origin.sender,
        "created_at": at,
        "expires_at": at + LIFETIME,
    }


def _change(db: Store, upload_id: str, expected: int, changes: Mapping[str, object]) -> bool:
    with writing(db):
        found = by_id(db, upload_id)
        if found is None or found.state != "receiving" or found.received != expected:
            return False
        begun = {"expires_at": found.created_at + LIFETIME}
        return db.change(UPLOAD, {"id": upload_id}, {**begun, **changes})


def _due(db: Store, at: int) -> Upload | None:
    # A time later than any retry could have was set by a clock that has since been corrected.
    # right.
    return _one(
        db,
        "state = 'waiting' AND (due_at <= :at OR due_at > :never)",
        _TURN,
        at=at,
        never=at + _RETRY,
    )


def _one(db: Store, holds: str, order: str, **params: object) -> Upload | None:
    return db.get(UPLOAD, f"{holds} ORDER BY {order}", **params)
