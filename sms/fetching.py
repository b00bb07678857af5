"""Fetches, examines and keeps files that wait at Twilio: recordings of calls, pictures of SMS.

Only from Twilio's own hosts or the configured one, with a time limit and a size limit. If the
answer is no sound and no picture, we ask again. After the last attempt it is kept and marked
unreadable; a file that never came is shown as failed. A file from an Android phone is on disk
already and is only examined.
"""

import logging
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from shared.db import event_log
from shared.db.connection import Store, writing
from shared.domain import clock
from shared.domain.kept_file import Examined, KeptFile
from shared.domain.proposal import Status
from shared.domain.record import Record
from shared.files import media
from shared.files.media import MediaRefused
from shared.runtime.instance import Instance
from shared.runtime.worker_loop import Chore, Turn
from shared.settings import TwilioSettings
from shared.store.cases import authors, proposals
from shared.store.files import attachments, originals, references
from shared.store.messages import media_downloads, outgoing
from shared.store.messages.media_downloads import Fetch

POLL_SECONDS = 1.0
TIMEOUT_SECONDS = 10
# Stops a server that sends a byte now and then from holding a worker for ever.
WHOLE_SECONDS = 300
MOST_BYTES = 20 * 1024 * 1024
MOST_REDIRECTS = 3
API_HOST = "api.twilio.com"

_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_PIECE = 64 * 1024
_KEPT = "kept:"

log = logging.getLogger("hienke.sms")


class FetchFailed(Exception):
    """The file did not come; `is_final` if asking again would change nothing."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


class Fetcher(Record):
    """Fetches files for an instance. `media` is the folder of kept files."""

    settings: TwilioSettings
    media: Path

    def chore(self, instance: Instance) -> Chore:
        """Return the work: fetching what is due."""

        def look(db: Store, turn: Turn) -> None:
            while turn.goes_on() and self.fetch_one(db, at=clock.now()):
                pass

        return Chore(
            "fetching", POLL_SECONDS, instance, look, "outside", queue=media_downloads.QUEUE
        )

    def fetch_one(self, db: Store, *, at: int) -> bool:
        """Fetch the file that is due longest; return whether there was one."""
        job = media_downloads.claim(db, at=at)
        if job is None:
            return False
        if proposals.by_id(db, job.proposal_id).status is Status.WITHDRAWN:
            media_downloads.settle(db, job.id, "done", at=at, error="withdrawn")
            return True
        try:
            original, is_media = self._download(job)
            file, reason = media.opened(self.media, original) if is_media else (original, "")
        except FetchFailed as fault:
            _failed(db, job, fault, at)
        except OSError as fault:  # the disk; faults of the network are FetchFailed
            _failed(db, job, FetchFailed(f"disk: {fault.strerror}"), at)
        else:
            self._keep(db, job, original, file, reason, at)
        return True

    def _download(self, job: Fetch) -> tuple[KeptFile, bool]:
        """Return the file on disk and whether it is sound, a picture or a clip. Anything else is
        kept only at the last attempt."""
        from requests import RequestException

        if job.url.startswith(_KEPT):
            return _here(self.media, job.url.removeprefix(_KEPT)), True
        try:
            with self._open(job.url) as answer:
                is_media = _is_media(answer.headers.get("Content-Type", ""))
                if not is_media and not job.is_last_attempt:
                    raise FetchFailed("no recording and no picture")
                return media.keep(self.media, _pieces(answer), most=MOST_BYTES), is_media
        except RequestException as fault:
            raise FetchFailed(type(fault).__name__) from fault
        except MediaRefused as fault:
            raise FetchFailed(fault.reason, is_final=True) from fault

    def _open(self, url: str) -> Any:
        """Return the answer of an allowed address; redirects are followed only to allowed ones."""
        import requests

        for hop in range(MOST_REDIRECTS + 1):
            there = target(url, self.settings.api_url, is_redirect=hop > 0)
            if there is None:
                raise FetchFailed("address not allowed", is_final=True)
            auth = (self.settings.account_sid, self.settings.auth_token)
            answer = requests.get(
                there.url,
                auth=auth if there.gets_keys else None,
                headers={"Accept-Encoding": "identity"},
                timeout=TIMEOUT_SECONDS,
                stream=True,
                allow_redirects=False,
            )
            if answer.status_code == 200:
                return answer
            answer.close()
            if answer.status_code not in (301, 302, 303, 307, 308):
                raise FetchFailed(f"HTTP {answer.status_code}")
            url = urljoin(there.url, answer.headers.get("Location", ""))
        raise FetchFailed("too many redirects", is_final=True)

    def _keep(
        self,
        db: Store,
        job: Fetch,
        original: KeptFile,
        file: Examined | KeptFile,
        reason: str,
        at: int,
    ) -> None:
        with writing(db):
            added = attachments.add(
                db, job.proposal_id, file,
                source=job.kind, key=f"{job.kind}|{job.key}", actor=event_log.CITIZEN, at=at,
                reason=reason,
            )  # fmt: skip
            if added is not None and isinstance(file, Examined) and file.differs:
                originals.keep(db, added, original, file.differs, at=at)
            media_downloads.settle(db, job.id, "done", at=at)
            if isinstance(file, KeptFile):
                _tell_unreadable(db, job, at)
        # The original carries what its phone wrote into it. So only the clean copy stays, if it was
        # compared with the original and is like it.
        if isinstance(file, Examined) and not references.is_spoken_of(db, original.sha256):
            media.remove(self.media, original.sha256)


def kept_address(sha256: str) -> str:
    """Return the address of a file that is on disk already."""
    return _KEPT + sha256


def _here(folder: Path, sha256: str) -> KeptFile:
    try:
        return KeptFile(sha256, media.path_of(folder, sha256).stat().st_size)
    except FileNotFoundError as fault:
        raise FetchFailed("the file is gone", is_final=True) from fault


class Target(Record):
    """An address that may be fetched, and whether the account's keys are sent along."""

    url: str
    gets_keys: bool


def target(url: str, api_url: str, *, is_redirect: bool = False) -> Target | None:
    """Return the target of `url`, or None for every host that is not Twilio's.

    Twilio's own API host is the configured one. A redirect may also lead to where Twilio stores
    media (twiliocdn.com), which gets no keys.
    """
    base = urlsplit(api_url)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if (parts.scheme, parts.netloc) == (base.scheme, base.netloc):
        return Target(url, gets_keys=True)
    host = parts.netloc.removesuffix(":443") if port == 443 else parts.netloc
    # The host is compared as a whole, so that no other reading of it (user, backslash) is possible.
    if parts.scheme != "https" or not _HOST.fullmatch(host):
        return None
    if host == API_HOST:
        moved = parts._replace(scheme=base.scheme, netloc=base.netloc)
        return Target(urlunsplit(moved), gets_keys=True)
    if host.endswith(".twilio.com"):
        return Target(url, gets_keys=True)
    if is_redirect and host.endswith(".twiliocdn.com"):
        return Target(url, gets_keys=False)
    return None


def _is_media(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind.startswith(("audio/", "video/", "image/")) or kind in (
        "application/octet-stream",
        "application/ogg",
        "application/mp4",
        "application/pdf",
    )


def _pieces(answer: Any) -> Iterator[bytes]:
    ends = time.monotonic() + WHOLE_SECONDS
    for piece in answer.iter_content(_PIECE):
        if time.monotonic() > ends:
            raise FetchFailed("too slow")
        yield piece


def _failed(db: Store, job: Fetch, fault: FetchFailed, at: int) -> None:
    if not (fault.is_final or job.is_last_attempt):
        log.warning("fetch_failed fetch=%s reason=%s", job.id, fault)
        media_downloads.settle(db, job.id, "waiting", at=at, error=str(fault))
        return
    log.error("fetch_given_up fetch=%s reason=%s", job.id, fault)
    with writing(db):
        media_downloads.settle(db, job.id, "failed", at=at, error=str(fault))
        _tell_unreadable(db, job, at)


def _tell_unreadable(db: Store, job: Fetch, at: int) -> None:
    """Tell the sender of a picture by SMS, once a message, that it could not be read."""
    number = authors.of(db, job.proposal_id).phone
    if job.kind != "mms" or not number:
        return
    message = job.key.rpartition("|")[0]
    outgoing.tell(
        db, number, "media_unsupported", {}, dedupe=message, at=at, proposal_id=job.proposal_id
    )
