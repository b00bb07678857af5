"""Examines the files that citizens and staff sent, one at a time, outside any request.

A complete file waits as a row of the store, so neither a slow decoder nor a crash of the program
loses it. A file that can be decoded is attached as a clean copy; any other is attached too, marked
unreadable with the reason. It also deletes uploads whose day is over.
"""

import logging
import time
from pathlib import Path

from kiosk import taking
from shared.db.connection import Store, writing
from shared.db.event_log import CITIZEN
from shared.domain import clock
from shared.domain.kept_file import Examined, KeptFile
from shared.domain.proposal import Status
from shared.domain.record import Record
from shared.files import media, partial_uploads
from shared.runtime.instance import Instance
from shared.runtime.worker_loop import Chore, Turn
from shared.store.cases import conversation, proposals
from shared.store.files import attachments, originals, uploads
from shared.store.files.uploads import Upload

POLL_SECONDS = 1.0
TIDY_SECONDS = 600.0

log = logging.getLogger("hienke")


class Examiner(Record):
    """Examines the files of an instance."""

    instance: Instance

    def chore(self) -> Chore:
        """Return the work: examining what waits."""
        to_release, tidied = True, float("-inf")

        def look(db: Store, turn: Turn) -> None:
            nonlocal to_release, tidied
            if to_release:
                uploads.release(db, at=clock.now())
                to_release = False
            try:
                if time.monotonic() - tidied > TIDY_SECONDS:
                    tidied = time.monotonic()
                    self.tidy(db, at=clock.now())
                while turn.goes_on() and self.examine_one(db, at=clock.now()):
                    pass
            except OSError as fault:  # a file that cannot be deleted now is deleted another time
                log.error("examining_disk reason=%s", fault.strerror)

        return Chore("examining", POLL_SECONDS, self.instance, look, "heavy", queue=uploads.QUEUE)

    def examine_one(self, db: Store, *, at: int) -> bool:
        """Examine the file that waits longest; return whether there was one."""
        upload = uploads.claim(db, at=at)
        if upload is None:
            return False
        if proposals.by_id(db, upload.proposal_id).status is Status.WITHDRAWN:
            uploads.settle(db, upload.id)
            taking.drop_unspoken(db, self._folder, upload.sha256)
            return True
        try:
            file, reason = self._examined(upload)
        except OSError as fault:  # a full disk or process table, not the file
            log.error("examining_failed upload=%s reason=%s", upload.id, fault.strerror)
            uploads.postpone(db, upload.id)
            return True
        self._attach(db, upload, file, reason, at)
        return True

    def tidy(self, db: Store, *, at: int) -> None:
        """Delete uploads whose day is over, and files on disk that no row mentions."""
        media.drop_leftovers(self._folder, before=(at - uploads.LIFETIME) / 1000)
        taking.drop_expired(db, self._folder, at=at)
        for name in list(partial_uploads.names(self._folder)):
            if partial_uploads.age(self._folder, name) > TIDY_SECONDS and not uploads.is_receiving(
                db, name
            ):
                partial_uploads.drop(self._folder, name)

    @property
    def _folder(self) -> Path:
        return self.instance.media

    def _examined(self, upload: Upload) -> tuple[Examined | KeptFile, str]:
        """Return the clean copy, or the original and why there is none."""
        if upload.attempts > uploads.MOST_ATTEMPTS:
            return upload.kept, "too_slow"
        return media.opened(self._folder, upload.kept)

    def _attach(
        self, db: Store, upload: Upload, file: Examined | KeptFile, reason: str, at: int
    ) -> None:
        with writing(db):
            added = attachments.add(
                db, upload.proposal_id, file,
                source=upload.source, key=upload.key, actor=upload.actor, at=at, reason=reason,
            )  # fmt: skip
            if added is not None and isinstance(file, Examined) and file.differs:
                originals.keep(db, added, upload.kept, file.differs, at=at)
            if added is not None and upload.actor == CITIZEN:
                conversation.more_came(db, proposals.by_id(db, upload.proposal_id), at)
            uploads.settle(db, upload.id)
        # The original carries what its phone wrote into it. So only the clean copy stays, if it was
        # compared with the original and is like it.
        taking.drop_unspoken(db, self._folder, upload.sha256)
        if added is None and isinstance(file, Examined):
            for page in file.pages:
                taking.drop_unspoken(db, self._folder, page.copy.sha256)
