"""Who and what a demo is played with, and how its SMS go out."""

from collections.abc import Mapping
from pathlib import Path

from shared.db.connection import Store, writing
from shared.demo.days import DemoDays
from shared.domain import clock
from shared.domain.kept_file import Examined
from shared.domain.record import Record
from shared.files import media
from shared.store.messages import sending
from shared.texts.sms_text import compose

# What deploy/demo/make_files.py made: kind, MIME type and seconds of each.
_FILES = {
    "sound.mp4": ("audio", "audio/mp4", 4.95),
    "photo.jpg": ("image", "image/jpeg", None),
    "clip.mp4": ("video", "video/mp4", 3.9),
}
GATEWAY = "simulator"


class Stage(Record):
    """The people and things of the demo: staff ids by login, its kiosk, the key of its receipts,
    the folder of its files, and the values that the office's SMS bear."""

    people: Mapping[str, str]
    kiosk_id: str
    receipt_key: bytes
    media: Path
    sms: Mapping[str, str]
    days: DemoDays

    @property
    def officer(self) -> str:
        """Return the officer's staff id."""
        return self.people["officer"]

    @property
    def chair(self) -> str:
        """Return the chair's staff id."""
        return self.people["chair"]


def kept_file(stage: Stage, name: str) -> Examined:
    """Keep one of the demo's own files and return what it is."""
    kind, mime, seconds = _FILES[name]
    copy = media.keep(stage.media, [(Path(__file__).parent / "files" / name).read_bytes()])
    return Examined(kind, mime, copy, seconds)


def deliver(db: Store, stage: Stage, *, at: int, fault: str = "") -> None:
    """Let every SMS that waits reach its telephone, as far as the store knows: no gateway is asked.
    With a `fault` of the gateways it does not."""
    done = min(at + 5_000, stage.days.at)
    with writing(db):
        for message in sending.claim(db, at=at, lease=at + clock.MINUTE, limit=100):
            text = compose(message.text_key, message.blanks, stage.sms)
            sending.note_text(db, message.id, text, GATEWAY, at=at)
            state = "failed" if fault else "delivered"
            sending.note_outcome(
                db, message.id, state, at=done, gateway_id=f"demo-{message.id}", error=fault
            )
