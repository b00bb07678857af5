"""Attached files: on disk first, decoded under limits, never what they pretend to be."""

import io
import math
import struct
import wave
from pathlib import Path

import pytest
from PIL import Image

from shared.domain import clock
from shared.files import media
from shared.files.media import MediaRefused
from shared.store.files import attachments
from shared.workflows.verify import verify

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty media folder."""
    made = tmp_path / "media"
    made.mkdir()
    return made


def a_recording(seconds: float = 1.5) -> bytes:
    """A WAV as a telephone network records it: 8 kHz, 16 bit, one voice."""
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        for at in range(int(8000 * seconds)):
            sound.writeframesraw(struct.pack("<h", int(9000 * math.sin(at / 4))))
    return written.getvalue()


def a_picture(form: str = "JPEG", **saved: object) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (640, 480), "olive").save(written, form, **saved)
    return written.getvalue()


def test_a_kept_file_is_there_under_its_hash_and_nothing_temporary_stays(folder):
    kept = media.keep(folder, [b"one ", b"two"])

    assert media.path_of(folder, kept.sha256).read_bytes() == b"one two"
    assert media.is_whole(folder, kept.sha256)
    assert list((folder / "tmp").iterdir()) == []


def test_a_file_that_is_too_big_leaves_nothing(folder):
    with pytest.raises(MediaRefused, match="too_big"):
        media.keep(folder, [b"x" * 600, b"x" * 600], most=1000)

    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_a_telephone_recording_becomes_what_every_phone_plays(folder):
    original = media.keep(folder, [a_recording(1.5)])

    found = media.examine(folder, original)

    assert (found.kind, found.mime) == ("audio", "audio/mp4")
    assert found.seconds == pytest.approx(1.5, abs=0.2)
    assert media.path_of(folder, found.copy.sha256).read_bytes()[4:8] == b"ftyp"


def test_a_picture_is_drawn_anew_without_what_the_camera_wrote(folder):
    exif = Image.Exif()
    exif[0x010E] = "nha so 12 ap Binh Chanh"
    original = media.keep(folder, [a_picture(exif=exif) + b"<?php evil"])

    found = media.examine(folder, original)

    drawn = media.path_of(folder, found.copy.sha256).read_bytes()
    assert found.kind == "image"
    assert b"Binh Chanh" not in drawn and b"evil" not in drawn


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        a_picture()[:400],
        b"\x1aE\xdf\xa3" + b"\0" * 500,
        b"",
    ],
    ids=["html", "m3u8", "ffconcat", "svg", "cut picture", "no webm", "empty"],
)
def test_what_is_no_sound_and_no_picture_is_refused(folder, content):
    original = media.keep(folder, [content])

    with pytest.raises(MediaRefused):
        media.examine(folder, original)


def test_verify_names_the_attachment_whose_file_changed(db, instance, a_proposal):
    kept = media.keep(instance.media, [b"heard"])
    added = attachments.add(
        db, a_proposal().id, kept, source="voice", key="k", actor="t", at=clock.now()
    )
    assert added is not None

    media.path_of(instance.media, kept.sha256).write_bytes(b"hears")

    assert verify(db, instance.media).damage == (
        f"attachment {added.id} (its file is gone or changed)",
    )


def test_the_same_file_delivered_twice_is_one_attachment(db, instance, a_proposal):
    proposal = a_proposal()
    kept = media.keep(instance.media, [b"heard"])

    for _ in range(2):
        attachments.add(db, proposal.id, kept, source="voice", key="RE1", actor="t", at=clock.now())

    assert len(attachments.of_proposal(db, proposal.id)) == 1
