"""The tus 1.0 protocol over our store: a library speaks it, this module keeps what comes.

A server is made for each request, bound to one proposal: uploads of other proposals do not exist
for it. Every piece is on disk before its answer. taking.py decides what may come.

The library loads boto3 where that is installed, eight megabytes and as long as a quarter of the
start: whoever imports this module does so when the first piece comes.
"""

import functools
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from resumable_upload.exceptions import TusHookError
from resumable_upload.locks import InMemoryLockBackend
from resumable_upload.server import TusServer
from resumable_upload.storage import Storage

from kiosk import taking
from kiosk.taking import FileRefused
from kiosk.web import say
from shared.db.connection import Store, StoreUnavailable, writing
from shared.domain import clock
from shared.files import partial_uploads
from shared.store.cases.proposals import Proposal
from shared.store.files import uploads
from shared.store.files.uploads import Origin, Upload

METADATA = ("kind", "filename", "filetype", "sha256", "take")
_TAKE_LETTERS = 64

# One process serves all requests, so its threads share these.
_locks = InMemoryLockBackend()

# It would write file names and receipts' secrets to the log.
logging.getLogger("resumable_upload").setLevel(logging.CRITICAL)


class WrongBytes(Exception):
    """The complete file is not what its sender announced; it was dropped."""


class Server(TusServer):  # type: ignore[misc]
    """The protocol without what we do not offer: bytes with the creation, unknown lengths, files
    joined from several uploads."""

    SUPPORTED_EXTENSIONS = ["creation", "termination", "checksum", "expiration"]  # noqa: RUF012


def server(db: Store, media: Path, proposal: Proposal, base_path: str, origin: Origin) -> Server:
    """Return the server of one proposal's uploads, at `base_path`."""

    def check(upload_id: str, metadata: dict[str, str], length: int | None) -> dict[str, str]:
        return _checked(proposal, metadata, length, origin)

    return Server(
        storage=Uploads(db, media, proposal, origin),
        base_path=base_path,
        max_size=max(taking.MOST_BYTES.values()),
        max_chunk_size=taking.MOST_PIECE,
        upload_expiry=uploads.LIFETIME // 1000,
        on_upload_create=check,
        on_before_terminate=functools.partial(_only_unfinished, db),
        lock_backend=_locks,
        checksum_algorithms=("sha1", "sha256"),
        disable_concatenation=True,
    )


class Uploads(Storage):  # type: ignore[misc]
    """The library's Storage for one proposal: rows in the store, bytes in the media folder."""

    def __init__(self, db: Store, media: Path, proposal: Proposal, origin: Origin) -> None:
        self._db = db
        self._media = media
        self._proposal = proposal
        self._origin = origin

    def create_upload(
        self,
        upload_id: str,
        upload_length: int,
        metadata: dict[str, str],
        expires_at: datetime | None = None,
        is_partial: bool = False,
    ) -> None:
        """Make room for a file: its empty part first, then its row. Whether it may come is checked
        again where nobody comes between. Raises FileRefused."""
        kind, at = metadata.get("kind", ""), clock.now()
        partial_uploads.begin(self._media, upload_id)
        try:
            with writing(self._db):
                taking.check(self._proposal, kind, upload_length, self._origin)
                uploads.begin(
                    self._db, upload_id, self._proposal.id, upload_length, metadata, self._origin,
                    at=at,
                )  # fmt: skip
        except FileRefused:
            partial_uploads.drop(self._media, upload_id)
            raise

    def get_upload(self, upload_id: str) -> dict[str, Any] | None:
        """Return what the protocol asks about an upload; None if its bytes are gone."""
        found = uploads.by_id(self._db, upload_id)
        if found is None or found.proposal_id != self._proposal.id:
            return None
        is_here = found.state != "receiving"
        if not is_here and partial_uploads.length(self._media, upload_id) < found.received:
            return None
        return {
            "upload_id": found.id,
            "upload_length": found.bytes,
            "offset": found.received,
            "metadata": found.metadata,
            "completed": is_here,
            "expires_at": datetime.fromtimestamp(found.expires_at / 1000, UTC),
        }

    def write_chunk(self, upload_id: str, offset: int, data: bytes) -> None:
        """Put a piece on disk. Raises FileRefused if there is no room for it."""
        taking.check_piece(len(data), self._origin)
        partial_uploads.write(self._media, upload_id, offset, data)

    def update_offset(self, upload_id: str, offset: int) -> None:
        """Note that there are `offset` bytes."""
        found = uploads.by_id(self._db, upload_id)
        if found is not None:
            self.update_offset_atomic(upload_id, found.received, offset)

    def update_offset_atomic(self, upload_id: str, expected_offset: int, new_offset: int) -> bool:
        """Record that there are `new_offset` bytes, unless `expected_offset` is no longer true. The
        last one completes the file. Raises WrongBytes if it is not what was announced."""
        found = uploads.by_id(self._db, upload_id)
        if found is not None and new_offset == found.bytes:
            return self._complete(found, expected_offset)
        return uploads.advance(self._db, upload_id, expected_offset, new_offset)

    def delete_upload(self, upload_id: str) -> None:
        """Delete an upload and its bytes."""
        taking.drop_upload(self._db, self._media, upload_id)

    def read_file(self, upload_id: str) -> bytes:
        """Refuse: a file is shown only after it was examined (kiosk/files.py)."""
        raise PermissionError(upload_id)

    def get_expired_uploads(self) -> list[str]:
        """Return the uploads whose day is over."""
        return uploads.expired(self._db, at=clock.now())

    def cleanup_expired_uploads(self) -> int:
        """Delete them, and return how many they were."""
        return taking.drop_expired(self._db, self._media, at=clock.now())

    def _complete(self, found: Upload, expected: int) -> bool:
        kept = partial_uploads.whole(self._media, found.id)
        promised = found.metadata.get("sha256", "").lower()
        if promised and promised != kept.sha256:
            taking.drop_upload(self._db, self._media, found.id)
            raise WrongBytes(found.id)
        partial_uploads.keep(self._media, found.id, kept)
        try:
            is_new = uploads.complete(self._db, found.id, expected, kept, at=clock.now())
        except StoreUnavailable:
            taking.drop_unspoken(self._db, self._media, kept.sha256)
            raise
        partial_uploads.drop(self._media, found.id)
        return is_new


def _checked(
    proposal: Proposal, metadata: dict[str, str], length: int | None, origin: Origin
) -> dict[str, str]:
    """Return the kept part of what a sender says about a file. Raises TusHookError."""
    said = {name: metadata[name] for name in METADATA if metadata.get(name)}
    if len(said.get("take", "")) > _TAKE_LETTERS:
        raise TusHookError("take is longer than 64 letters", 400)
    try:
        taking.check(proposal, said.get("kind", ""), length or 0, origin)
    except FileRefused as refusal:
        raise TusHookError(say(refusal.key, **refusal.blanks), refusal.status) from refusal
    return said


def _only_unfinished(db: Store, upload_id: str) -> None:
    """Refuse to delete a complete file: it was handed in, as words are. Raises TusHookError."""
    if not uploads.is_receiving(db, upload_id):
        raise TusHookError("it is whole and was handed in", 403)
