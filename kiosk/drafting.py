"""Makes the drafts of transcripts that somebody asked for, one at a time, outside any request."""

import logging

from kiosk import speech
from kiosk.speech import NothingHeard
from shared.db.connection import Store
from shared.files import letters, media
from shared.files.letters import LetterUnread
from shared.runtime.site import Site
from shared.runtime.worker_loop import Chore, Turn
from shared.store.files import attachments, transcript_drafts
from shared.store.files.transcript_drafts import TranscriptDraft

POLL_SECONDS = 1.0

log = logging.getLogger("hienke")


class Drafting:
    """Makes the drafts of a site."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def chore(self) -> Chore:
        """Return the work: making what waits; what a crash left waits and is made again."""

        def look(db: Store, turn: Turn) -> None:
            while turn.goes_on() and self.make_one(db):
                pass

        return Chore(
            "drafting", POLL_SECONDS, self._site.instance, look, "heavy",
            queue=transcript_drafts.QUEUE,
        )  # fmt: skip

    def make_one(self, db: Store) -> bool:
        """Make the draft that waits longest; return whether there was one."""
        wanted = transcript_drafts.next_one(db)
        if wanted is None:
            return False
        try:
            said, why = self._made(db, wanted), ""
        except (LetterUnread, NothingHeard) as fault:
            said, why = "", str(fault)
        except Exception:  # whatever it was, the next one waits
            log.exception("draft_failed draft=%s", wanted.id)
            said, why = "", "unreadable"
        transcript_drafts.settle(db, wanted.id, said, why)
        return True

    def _made(self, db: Store, wanted: TranscriptDraft) -> str:
        file, folder = attachments.by_id(db, wanted.attachment_id), self._site.instance.media
        if file is None or not file.sha256:
            raise LetterUnread("unreadable")
        if wanted.how == "read":
            return letters.read(folder, file.sha256)
        path = media.path_of(folder, file.sha256)
        return speech.heard(self._site.settings.speech, path, file.mime)
