"""A spoken text from a WAV file to what a kiosk and a telephone play: read, checked, trimmed, made
equally loud, encoded.

Knows neither texts nor folders (shared/commands/voice.py does). Levels are dBFS, times seconds.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream

from shared.files.own_voice import KIOSK
from shared.texts.plural import number_of

RATE = 24_000  # samples a second
# What is kept of the silence before and after.
EDGE_SECONDS = 0.12
# Quieter than this is silence; a recording with nothing louder was made with a dead microphone.
SILENCE_DB = -45.0
FAINT_DB = -38.0
# As loud as all others: the mean of what is spoken, and the highest peak.
LOUDNESS_DB = -20.0
PEAK_DB = -2.0
# The share of samples at the very edge from which a recording was cut by its microphone.
CLIPPED_SHARE = 0.002
LONGEST_SECONDS = 180.0
# People speak 8 to 30 letters a second; beyond that the file is another text, or cut off.
SLOWEST_LETTERS, FASTEST_LETTERS = 4.0, 30.0

_BLOCK = RATE // 100
_FULL = 32768.0


class VoiceRefused(Exception):
    """A recording that cannot be used; the message says why and what to do."""


def read(path: Path, letters: int) -> array[int]:
    """Return the speech of a WAV file, trimmed and as loud as all others; `letters` is the length
    of its text. Raises VoiceRefused."""
    samples = _decoded(path)
    levels = [_level(block) for block in _blocks(samples)]
    if not levels or max(levels) < FAINT_DB:
        raise VoiceRefused("nothing is heard in it: see whether the microphone was on.")
    at_the_edge = sum(1 for one in samples if abs(one) >= 32700)
    if at_the_edge > CLIPPED_SHARE * len(samples):
        raise VoiceRefused("it is too loud and rattles: record it further from the microphone.")
    spoken = _trimmed(samples, levels)
    seconds, text = len(spoken) / RATE, f"a text of {number_of(letters, 'letter')}"
    if seconds < letters / FASTEST_LETTERS:
        raise VoiceRefused(f"{seconds:.1f} s are too short for {text}: was it cut off?")
    if seconds > max(2.0, letters / SLOWEST_LETTERS):
        raise VoiceRefused(f"{seconds:.1f} s are too long for {text}: is it another one?")
    return _equally_loud(spoken)


def write(samples: array[int], target: Path) -> None:
    """Write speech as a kiosk plays it (.ogg: Opus) or a telephone (.mp3), in place of a file that
    is there."""
    half = target.with_name(f"{target.name}.part")
    half.parent.mkdir(parents=True, exist_ok=True)
    try:
        if target.suffix == KIOSK:
            _encode(samples, half, "ogg", "libopus", 10_000, RATE, {"application": "voip"})
        else:
            _encode(samples, half, "mp3", "libmp3lame", 16_000, 16_000, {})
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)


def _decoded(path: Path) -> array[int]:
    samples = array("h")
    try:
        with av.open(str(path), format="wav") as source:
            resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
            for frame in source.decode(audio=0):
                _take(samples, resampler.resample(frame))
                if len(samples) > LONGEST_SECONDS * RATE:
                    raise VoiceRefused(f"it is longer than {LONGEST_SECONDS:.0f} s.")
            _take(samples, resampler.resample(None))
    except (av.FFmpegError, IndexError, ValueError):
        raise VoiceRefused("it is no WAV file that can be read.") from None
    return samples


def _take(samples: array[int], frames: list[AudioFrame]) -> None:
    for frame in frames:
        samples.frombytes(bytes(frame.planes[0])[: 2 * frame.samples])


def _blocks(samples: array[int]) -> Iterator[array[int]]:
    return (samples[at : at + _BLOCK] for at in range(0, len(samples) - _BLOCK + 1, _BLOCK))


def _level(block: array[int]) -> float:
    """Return the loudness of a block in dBFS."""
    power = sum(one * one for one in block) / max(1, len(block))
    return 10 * math.log10(power / _FULL**2) if power else -120.0


def _trimmed(samples: array[int], levels: list[float]) -> array[int]:
    loud = [at for at, level in enumerate(levels) if level > SILENCE_DB]
    edge = int(EDGE_SECONDS * RATE)
    first, last = loud[0] * _BLOCK - edge, (loud[-1] + 1) * _BLOCK + edge
    return samples[max(0, first) : last]


def _equally_loud(samples: array[int]) -> array[int]:
    levels = [level for level in map(_level, _blocks(samples)) if level > SILENCE_DB]
    mean = 10 * math.log10(sum(10 ** (level / 10) for level in levels) / len(levels))
    peak = 20 * math.log10(max(map(abs, samples)) / _FULL)
    gain = 10 ** (min(LOUDNESS_DB - mean, PEAK_DB - peak) / 20)
    return array("h", (max(-32768, min(32767, round(one * gain))) for one in samples))


def _encode(
    samples: array[int], target: Path, kind: str, codec: str, bits: int, rate: int,
    options: dict[str, str],
) -> None:  # fmt: skip
    with av.open(str(target), "w", format=kind, options=_PLAIN[kind]) as out:
        stream = cast(AudioStream, out.add_stream(codec, rate=rate, options=options))
        stream.bit_rate = bits
        stream.layout = "mono"
        stream.format = "s16" if codec == "libopus" else "s16p"
        resampler = AudioResampler(format=stream.format, layout="mono", rate=rate)
        for frame in _frames(samples):
            for ready in resampler.resample(frame):
                out.mux(stream.encode(ready))
        for ready in resampler.resample(None):
            out.mux(stream.encode(ready))
        out.mux(stream.encode(None))


# No date, no program's name: the same speech gives the same file.
_PLAIN = {
    "ogg": {"fflags": "+bitexact", "serial_offset": "1"},
    "mp3": {"fflags": "+bitexact", "id3v2_version": "0", "write_xing": "0"},
}


def _frames(samples: array[int]) -> Iterator[AudioFrame]:
    for at in range(0, len(samples), RATE):
        part = samples[at : at + RATE]
        frame = AudioFrame(format="s16", layout="mono", samples=len(part))
        frame.planes[0].update(part.tobytes())
        frame.sample_rate, frame.pts, frame.time_base = RATE, at, Fraction(1, RATE)
        yield frame
