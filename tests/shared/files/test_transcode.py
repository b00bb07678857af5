"""What becomes of sound and film: every phone plays the copy, and it says nothing of its maker.
Files made to harm do none."""

import io
import struct
import zipfile
import zlib

import pytest

from shared.files import media
from shared.files.media import MediaRefused
from tests.clips import a_clip, a_long_silence, a_silence, streams_of
from tests.shared.files.test_media import a_picture, a_recording

pytestmark = pytest.mark.slow  # each lets the limited process work

SAID = {
    "title": "Nguyen Van A",
    "location": "+10.9804+106.6519/",
    "creation_time": "2026-03-16T09:12:44Z",
    "comment": "nha so 12",
}


@pytest.fixture
def folder(tmp_path):
    """An empty media folder."""
    made = tmp_path / "media"
    made.mkdir()
    return made


@pytest.fixture
def examined(folder):
    """Examine bytes and return what they are, and the bytes of the copy."""

    def look(content):
        found = media.examine(folder, media.keep(folder, [content]))
        return found, media.path_of(folder, found.copy.sha256).read_bytes()

    return look


@pytest.mark.parametrize("form", ["webm", "mp4"])
def test_a_clip_becomes_what_every_phone_plays(examined, form):
    found, copy = examined(a_clip(form, seconds=2))

    assert (found.kind, found.mime) == ("video", "video/mp4")
    assert found.seconds == pytest.approx(2, abs=0.2)
    seen = streams_of(copy)
    assert seen["codecs"] == {"video": "h264", "audio": "aac"}
    assert seen["seconds"] == pytest.approx(2, abs=0.2)
    assert copy.index(b"moov") < copy.index(b"mdat"), "a phone plays it before all of it is there"


@pytest.mark.parametrize(
    ("form", "codec"),
    [
        ("webm", "libopus"), ("ogg", "libopus"), ("ipod", "aac"), ("mov", "aac"), ("3gp", "aac"),
        ("adts", "aac"), ("mp3", "libmp3lame"), ("wav", "pcm_s16le"),
    ],
)  # fmt: skip
def test_what_browsers_and_phones_record_becomes_sound_that_every_phone_plays(
    examined, form, codec
):
    found, copy = examined(a_silence(5, form, codec))

    assert (found.kind, found.mime) == ("audio", "audio/mp4")
    assert found.seconds == pytest.approx(5, abs=0.2)
    assert streams_of(copy)["codecs"] == {"audio": "aac"}


@pytest.mark.parametrize("form", ["webm", "mp4"])
def test_the_copy_says_nothing_of_who_made_it_where_and_when(examined, form):
    original = a_clip(form, said=SAID)
    assert b"Nguyen Van A" in original

    _, copy = examined(original)

    said = streams_of(copy)["said"]
    assert not said.keys() & SAID.keys()
    for text in SAID.values():
        assert text.encode() not in copy
    movie = copy.index(b"mvhd")
    assert copy[movie + 8 : movie + 16] == bytes(8), "times of creation and change"


def test_a_clip_of_a_phone_held_upright_stays_upright(examined):
    _, copy = examined(a_clip("mp4", turned=-90))

    assert streams_of(copy)["turned"] == -90


def test_a_song_with_a_picture_on_its_cover_is_sound(examined, tmp_path):
    found, copy = examined(with_cover(a_sound_file("mp3")))

    assert found.kind == "audio"
    assert streams_of(copy)["codecs"] == {"audio": "aac"}


@pytest.mark.parametrize("hides", [False, True])
def test_an_eleven_minute_recording_is_refused_though_it_hides_its_length(folder, hides):
    long = a_long_silence(660, hides_length=hides)

    with pytest.raises(MediaRefused, match="too_long"):
        media.examine(folder, media.keep(folder, [long]))


def test_a_four_minute_clip_is_refused(folder):
    long = a_clip("mp4", seconds=240, size=(16, 16))

    with pytest.raises(MediaRefused, match="too_long"):
        media.examine(folder, media.keep(folder, [long]))


def test_a_clip_that_was_cut_off_is_kept_as_far_as_it_goes_or_refused(folder):
    whole = a_clip("mp4")

    with pytest.raises(MediaRefused):  # its index was at the end
        media.examine(folder, media.keep(folder, [whole[: len(whole) // 2]]))


def test_a_photograph_in_the_container_of_films_is_said_to_be_unknown(folder):
    heic = b"\0\0\0\x18ftypheic" + a_clip("mp4")[12:]

    with pytest.raises(MediaRefused, match="unknown_kind"):
        media.examine(folder, media.keep(folder, [heic]))


def test_a_picture_with_another_file_behind_it_is_drawn_without_it(examined):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("evil.php", "<?php system($_GET['c']); ?>")

    for appended in (archive.getvalue(), b"%PDF-1.7 /JavaScript", b"<script>alert(1)</script>"):
        _, copy = examined(a_picture() + appended)
        assert appended[-20:] not in copy and b"evil.php" not in copy


def test_a_page_in_the_comment_of_a_picture_is_gone(examined):
    _, copy = examined(a_picture(comment=b"<html><script>alert(document.cookie)</script>"))

    assert b"<script>" not in copy


@pytest.mark.parametrize("chunk", [b"zTXt", b"iCCP"])
def test_words_that_unpack_to_gigabytes_do_not(folder, chunk):
    packed = zlib.compress(bytes(200 * 1024 * 1024), 9)
    bomb = with_chunk(a_picture("PNG"), chunk, b"name\0\0" + packed)

    # Whether it is refused or drawn without its words: it ends, and nothing of it stays.
    try:
        found = media.examine(folder, media.keep(folder, [bomb]))
    except MediaRefused as refusal:
        assert refusal.reason == "unreadable"
    else:
        assert found.copy.bytes < 100_000


def test_a_small_file_that_names_a_huge_picture_is_refused(folder):
    huge = bytearray(a_picture("PNG"))
    huge[16:24] = struct.pack(">II", 60_000, 60_000)
    huge[29:33] = struct.pack(">I", zlib.crc32(bytes(huge[12:29])))

    with pytest.raises(MediaRefused, match="too_big"):
        media.examine(folder, media.keep(folder, [bytes(huge)]))


@pytest.mark.parametrize(
    "content",
    [
        b"ffconcat version 1.0\nfile 'secrets'\n",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n",
        b"ID3\x04\0\0\0\0\0\0ffconcat version 1.0\nfile secrets\n",
        b"RIFF\x24\0\0\0WAVE#EXTM3U\nfile:///etc/passwd\n",
        b"\0\0\0\x18ftypmp42<html><script>alert(1)</script>",
        b"OggS<svg onload='alert(1)'/>",
    ],
    ids=["ffconcat", "m3u8", "ffconcat in ID3", "m3u8 in WAV", "HTML in MP4", "SVG in Ogg"],
)
def test_a_list_of_other_files_is_never_followed(folder, content):
    (folder / "secrets").write_bytes(a_recording(1))

    with pytest.raises(MediaRefused):
        media.examine(folder, media.keep(folder, [content]))


def test_a_decoder_that_never_ends_is_ended_and_said_to_be_too_slow(folder, monkeypatch):
    monkeypatch.setattr(media, "WORK_SECONDS", 0.01)

    with pytest.raises(MediaRefused, match="too_slow"):
        media.examine(folder, media.keep(folder, [a_recording(1)]))


def test_a_decoder_that_wants_too_much_is_ended_and_the_program_lives(folder, monkeypatch):
    monkeypatch.setattr(
        media, "WORKER", ("-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    )

    with pytest.raises(MediaRefused, match="too_slow"):
        media.examine(folder, media.keep(folder, [a_recording(1)]))


def a_sound_file(form):
    import av

    written = io.BytesIO()
    with av.open(io.BytesIO(a_recording(1))) as source, av.open(written, "w", format=form) as sink:
        stream = sink.add_stream("libmp3lame", rate=16_000, layout="mono")
        resampler = av.AudioResampler(format="s16p", layout="mono", rate=16_000)
        for frame in source.decode(audio=0):
            for piece in resampler.resample(frame):
                sink.mux(stream.encode(piece))
        sink.mux(stream.encode(None))
    return written.getvalue()


def with_cover(sound):
    """Put an ID3 tag with a picture (APIC) before an MP3, its own tag taken away."""
    if sound.startswith(b"ID3"):
        sound = sound[10 + unsafe(sound[6:10]) :]
    picture = b"\0image/jpeg\0\x03\0" + a_picture()
    frame = b"APIC" + struct.pack(">I", len(picture)) + b"\0\0" + picture
    return b"ID3\x03\0\0" + safe(len(frame)) + frame + sound


def safe(number):
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def unsafe(four):
    return sum(byte << shift for byte, shift in zip(four, (21, 14, 7, 0), strict=True))


def with_chunk(png, name, content):
    """Put one more chunk behind a PNG's first."""
    chunk = struct.pack(">I", len(content)) + name + content
    return png[:33] + chunk + struct.pack(">I", zlib.crc32(name + content)) + png[33:]
