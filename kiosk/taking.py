"""May a file come to a proposal now: how large it is, how many there are, is there room for it.

The same for every door: sent in pieces, by a form, or by staff.
"""

import hashlib
import hmac
import shutil

from kiosk.visitor import this_kiosk
from kiosk.web import remote, site, store
from shared.proposal import Status
from shared.store import attachments, uploads
from shared.store.events import CITIZEN
from shared.store.proposals import Proposal
from shared.store.uploads import Origin

MIB = 1024 * 1024
# What three minutes of sound, a minute of a phone's video and a page of paper take at most.
MOST_BYTES = {"audio": 32 * MIB, "video": 128 * MIB, "image": 20 * MIB}
# A form comes whole or not at all; what is larger goes in pieces, which needs script.
FORM_BYTES = 20 * MIB
MOST_FILES = 12
MOST_OPEN = 24
# Never filled by files: the store must go on taking words.
RESERVE = 512 * MIB


class FileRefused(Exception):
    """No file can come now; `status` is HTTP's, `reason` a key of `upload.refused.*`."""

    def __init__(self, status: int, reason: str, **blanks: object) -> None:
        super().__init__(reason)
        self.status = status
        self.key = f"upload.refused.{reason}"
        self.blanks = blanks


def check(proposal: Proposal, kind: str, length: int, origin: Origin) -> None:
    """Raise FileRefused when a file of that kind and length (bytes) cannot come."""
    if kind not in MOST_BYTES:
        raise FileRefused(400, "kind")
    if length <= 0:
        raise FileRefused(400, "empty")
    if length > MOST_BYTES[kind]:
        raise FileRefused(413, "too_big", n=MOST_BYTES[kind] // MIB)
    check_proposal(proposal)
    load = uploads.load(store(), origin.sender)
    if load.uploads >= MOST_OPEN:
        raise FileRefused(429, "too_many_open")
    check_room(length + load.promised)


def check_proposal(proposal: Proposal, more: int = 1) -> None:
    """Raise FileRefused when `more` files are more than a proposal takes."""
    if proposal.status is Status.WITHDRAWN:
        raise FileRefused(403, "withdrawn")
    db = store()
    here = len(attachments.of_proposal(db, proposal.id)) + len(uploads.open_of(db, proposal.id))
    if here + more > MOST_FILES:
        raise FileRefused(403, "too_many", n=MOST_FILES)


def check_room(more: int) -> None:
    """Raise FileRefused when `more` bytes would leave the store too little of the disk."""
    if shutil.disk_usage(site().instance.media).free - more < RESERVE:
        raise FileRefused(507, "disk_full")


def from_citizen() -> Origin:
    """Return where a file comes from that this browser sends: its kiosk, or a hashed address."""
    kiosk = this_kiosk()
    if kiosk:
        return Origin("kiosk", CITIZEN, kiosk.id)
    key = site().secrets.cookie_key
    return Origin("web", CITIZEN, hmac.new(key, remote().encode(), hashlib.sha256).hexdigest())
