"""What can be heard is kept, whatever recorded it: the decoder says what a file is. A copy counts
only where each second is as loud as it was."""

import io
from pathlib import Path

import av
import pytest

from shared.files import compared, recordings, transcode
from shared.files.compared import is_as_loud
from tests.clips import a_clip, a_silence, a_tone, streams_of

# By who records so.
RECORDERS = {
    "voice recorder, MP3 of 8 kHz": ("mp3", "libmp3lame", 8_000),
    "voice recorder, MP3 of 11 kHz": ("mp3", "libmp3lame", 11_025),
    "telephone, MP3 of 16 kHz": ("mp3", "libmp3lame", 16_000),
    "voice recorder, WMA": ("asf", "wmav2", 16_000),
    "voice recorder, FLAC": ("flac", "flac", 16_000),
    "iPhone, CAF": ("caf", "alac", 16_000),
    "iPhone, M4A": ("ipod", "aac", 44_100),
    "Mac, AIFF": ("aiff", "pcm_s16be", 16_000),
    "Android, AAC": ("adts", "aac", 16_000),
    "Android, 3GP": ("3gp", "aac", 16_000),
    "WhatsApp, Opus": ("ogg", "libopus", 48_000),
    "Vorbis": ("ogg", "libvorbis", 44_100),
    "Speex": ("ogg", "libspeex", 16_000),
    "office PC, WAV": ("wav", "pcm_s16le", 16_000),
    "telephone exchange, WAV": ("wav", "pcm_alaw", 8_000),
    "dictation, WAV": ("wav", "adpcm_ima_wav", 16_000),
    "long WAV": ("w64", "pcm_s16le", 16_000),
    "camera, AVI": ("avi", "libmp3lame", 16_000),
    "camcorder": ("mpegts", "ac3", 48_000),
    "MP2": ("mp2", "mp2", 16_000),
    "Sun": ("au", "pcm_mulaw", 8_000),
    "WavPack": ("wv", "wavpack", 16_000),
    "browser, WebM": ("webm", "libopus", 48_000),
    "browser, Matroska": ("matroska", "pcm_s16le", 16_000),
    "AMR": ("amr", "libopencore_amrnb", 8_000),
}


@pytest.fixture
def look(tmp_path: Path):
    """Examine bytes as the process with limits does; return what it says, and the copy."""

    def examine(content: bytes, name: str = "original"):
        original = tmp_path / name
        original.write_bytes(content)
        return transcode.looked_at(original, tmp_path), tmp_path / "copy.mp4"

    return examine


@pytest.mark.parametrize("who", RECORDERS)
def test_whatever_records_is_heard(look, who):
    form, codec, rate = RECORDERS[who]
    if codec not in av.codecs_available:
        pytest.skip(f"this FFmpeg writes no {codec}")

    found, copy = look(
        a_tone(form, codec, rate=rate, loud=(0.3, 0.3) if rate == 44_100 else (0.3,))
    )

    assert (found["kind"], found["mime"], found["differs"]) == ("audio", "audio/mp4", "")
    assert found["seconds"] == pytest.approx(3, abs=0.3)
    assert streams_of(copy.read_bytes())["codecs"] == {"audio": "aac"}


def test_an_mp3_of_a_voice_recorder_begins_as_no_other_does(look):
    """MPEG 2.5, without a tag: what was known by its first bytes alone was not known."""
    sound = a_tone("mp3", "libmp3lame", rate=8_000)
    bare = sound[sound.index(b"\xff\xe3") :]

    assert look(bare)[0]["kind"] == "audio"


def test_sound_in_opposite_phase_is_not_mixed_away(look):
    found, copy = look(a_tone("wav", "pcm_s16le", rate=16_000, loud=(0.3, -0.3)))

    assert found["differs"] == ""
    with av.open(io.BytesIO(copy.read_bytes())) as heard:
        assert heard.streams.audio[0].layout.name == "stereo"


def test_a_voice_in_one_of_two_channels_is_heard(look):
    assert look(a_tone("wav", "pcm_s16le", rate=16_000, loud=(0.0, 0.3)))[0]["differs"] == ""


def test_a_silent_copy_of_a_voice_is_not_like_it(look, monkeypatch):
    true = recordings._audio_writer

    def silent(sink, layout):
        write = true(sink, layout)

        def mute(frame):
            for plane in frame.planes if frame else ():
                plane.update(bytes(plane.buffer_size))
            write(frame)

        return mute

    monkeypatch.setattr(recordings, "_audio_writer", silent)

    assert look(a_tone("wav", "pcm_s16le", rate=16_000))[0]["differs"] == "differs"


def test_a_copy_that_ends_too_early_is_not_like_its_original(look, monkeypatch):
    true = recordings._audio_writer

    def short(sink, layout):
        write = true(sink, layout)
        return lambda frame: write(frame) if frame is None or frame.time < 1.5 else None

    monkeypatch.setattr(recordings, "_audio_writer", short)

    assert look(a_tone("wav", "pcm_s16le", rate=16_000))[0]["differs"] == "differs"


def test_a_clip_whose_picture_went_black_is_not_like_it(look, monkeypatch):
    true = recordings._video_writer

    def black(sink, video, turned):
        write = true(sink, video, turned)

        def paint(frame):
            if frame is not None:
                frame.planes[0].update(bytes([16]) * frame.planes[0].buffer_size)
            write(frame)

        return paint

    clip = a_clip("mp4")
    assert look(clip)[0]["differs"] == ""
    monkeypatch.setattr(recordings, "_video_writer", black)

    assert look(clip)[0]["differs"] == "differs"


@pytest.mark.parametrize(
    ("here", "there", "is_like"),
    [
        ([-20.0] * 5, [-20.0] * 5, True),
        ([-20.0] * 5, [-26.0] * 5, True),
        ([-20.0] * 5, [-20.0] * 3, False),
        ([-20.0, -20.0, -20.0, -20.0], [-20.0, -80.0, -80.0, -80.0], False),
        ([-20.0, -90.0, -20.0], [-20.0, -20.0, -90.0], True),
        ([-90.0] * 5, [-10.0] * 5, False),
        ([-90.0] * 5, [], True),
    ],
    ids=["equal", "softer", "shorter", "goes silent", "a moment later", "noise", "nothing"],
)
def test_each_second_counts_and_its_neighbours_may_have_what_fell_on_the_border(
    here, there, is_like
):
    assert is_as_loud(here, there) is is_like


@pytest.mark.parametrize(
    ("form", "codec"),
    [("mp3", "libmp3lame"), ("wav", "pcm_s16le"), ("adts", "aac"), ("flac", "flac")],
)  # fmt: skip
def test_a_recording_that_was_cut_off_is_heard_as_far_as_it_goes(look, form, codec):
    whole = a_tone(form, codec, rate=16_000, seconds=4)

    found, _ = look(whole[: len(whole) * 6 // 10 + 1])

    assert found["kind"] == "audio" and found["differs"] == ""
    assert found["seconds"] == pytest.approx(2.2, abs=0.6)


def test_what_stands_behind_a_recording_takes_nothing_from_it(look):
    sound = a_tone("mp3", "libmp3lame", rate=16_000)

    found, _ = look(sound + b"TAG" + bytes(125) + b"\xff\xfb\x90\x00" + bytes(40))

    assert found["kind"] == "audio" and found["seconds"] == pytest.approx(3, abs=0.3)


def test_silence_is_a_recording_too(look):
    assert look(a_silence(2, "wav", "pcm_s16le"))[0]["differs"] == ""


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04" + bytes(400), b"Xin ch\xc3\xa0o b\xc3\xa0 con " * 500, bytes(5000),
        b"\xff" * 5000, b"<MPD><Period><BaseURL>file:///etc/passwd</BaseURL></Period></MPD>",
        b"[playlist]\nFile1=file:///etc/passwd\n",
        b"v=0\nc=IN IP4 127.0.0.1\nm=audio 1 RTP/AVP 0\n",
        b"\x89HDF\r\n\x1a\n" + bytes(400),
    ],
    ids=["ZIP", "text", "zeros", "ones", "DASH", "playlist", "SDP", "data"],
)  # fmt: skip
def test_what_no_decoder_of_ours_knows_is_unknown(look, content):
    assert look(content)[0] == {"refused": "unknown_kind"}


def test_no_container_that_names_other_files_is_among_ours():
    """Each of these opens what stands in it."""
    following = {
        "concat", "concatf", "hls", "applehttp", "dash", "image2", "sdp", "rtsp", "rtp", "lavfi",
        "imf", "webm_dash_manifest", "vobsub", "ffmetadata", "svg_pipe", "tty", "smoothstreaming",
    }  # fmt: skip

    assert not following & set(recordings.CONTAINERS)


def test_loudness_is_that_of_the_loudest_channel():
    with av.open(io.BytesIO(a_tone("wav", "pcm_s16le", rate=16_000, loud=(0.5, 0.0)))) as source:
        sound = compared.Loudness()
        for frame in source.decode(audio=0):
            sound.add(frame)

    assert sound.ends == pytest.approx(3, abs=0.01)
    assert sound.heard[0] == pytest.approx(-9.2, abs=0.3), "half of full scale, as a sine"
