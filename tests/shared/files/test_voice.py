"""A WAV of any kind becomes what a kiosk and a telephone play, or is refused with its reason."""

import math
import struct
import wave

import av
import pytest

from shared.files import voice

LETTERS = 40


def a_wav(path, seconds=3.0, rate=44_100, channels=1, width=2, loud=0.3, silence=1.0):
    """Write a tone with silence before and after it."""
    top = 2 ** (8 * width - 1) - 1
    quiet = [0] * int(silence * rate)
    tone = [
        max(-top, min(top, int(loud * top * math.sin(at * 2 * math.pi * 220 / rate))))
        for at in range(int(seconds * rate))
    ]
    with wave.open(str(path), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(width)
        out.setframerate(rate)
        out.writeframes(
            b"".join(
                struct.pack("<i", one)[:width] * channels if width > 1 else bytes([one + 128])
                for one in [*quiet, *tone, *quiet]
            )
        )
    return path


@pytest.mark.parametrize(
    "kind",
    [{"rate": 8_000}, {"rate": 96_000, "channels": 2}, {"width": 3}, {"width": 4}, {"width": 1}],
)
def test_any_wav_is_trimmed_and_made_equally_loud(tmp_path, kind):
    said = voice.read(a_wav(tmp_path / "a.wav", **kind), LETTERS)

    assert len(said) / voice.RATE == pytest.approx(3.0 + 2 * voice.EDGE_SECONDS, abs=0.05)
    power = sum(one * one for one in said) / len(said) / 32768**2
    assert 10 * math.log10(power) == pytest.approx(voice.LOUDNESS_DB, abs=1.5)


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"loud": 0.0}, "nothing is heard"),
        ({"loud": 0.004}, "nothing is heard"),
        ({"loud": 9.0}, "too loud"),
        ({"seconds": 0.5}, "was it cut off"),
        ({"seconds": 40.0, "rate": 8_000}, "another one"),
    ],
)
def test_what_is_not_sound_is_refused_with_its_reason(tmp_path, how, why):
    with pytest.raises(voice.VoiceRefused, match=why):
        voice.read(a_wav(tmp_path / "a.wav", **how), LETTERS)


@pytest.mark.parametrize("content", [b"", b"RIFF\x00\x00\x00\x00WAVE", b"ID3" + bytes(99), b"RIFF"])
def test_what_is_no_wav_is_refused(tmp_path, content):
    (tmp_path / "a.wav").write_bytes(content)

    with pytest.raises(voice.VoiceRefused, match="no WAV file"):
        voice.read(tmp_path / "a.wav", LETTERS)


@pytest.mark.parametrize(("suffix", "codec"), [(".ogg", "opus"), (".mp3", "mp3float")])
def test_it_is_encoded_as_it_is_played_and_the_same_every_time(tmp_path, suffix, codec):
    said = voice.read(a_wav(tmp_path / "a.wav"), LETTERS)

    for name in ("one", "two"):
        voice.write(said, tmp_path / "new" / f"{name}{suffix}")

    one, two = sorted((tmp_path / "new").iterdir())
    assert one.read_bytes() == two.read_bytes()
    with av.open(str(one)) as file:
        stream = file.streams.audio[0]
        assert (stream.codec_context.name, stream.layout.name) == (codec, "mono")
        assert file.duration / 1e6 == pytest.approx(len(said) / voice.RATE, abs=0.15)
        assert not file.metadata and not stream.metadata
