"""Clips and recordings as browsers and phones make them, small and quick to make."""

import io
import math
from array import array
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import av
from PIL import Image

RATE = 10
# The same clip has the same bytes: no random name of a segment is in it.
_REPEATABLE = {"fflags": "+bitexact"}
# By one thread: where others want the processor too, those of libvpx wait for each other by
# counting, which takes twenty times as long.
_QUICKLY = {"threads": "1"}


def a_clip(
    form: str = "webm",
    *,
    seconds: float = 2.0,
    size: tuple[int, int] = (320, 180),
    turned: int = 0,
    said: Mapping[str, str] | None = None,
) -> bytes:
    """A clip with sound: WebM as a browser records it, or MP4 as a phone does, held `turned`
    degrees, with what the phone `said` in it."""
    picture, sound = {"webm": ("libvpx", "libopus"), "mp4": ("libx264", "aac")}[form]
    written = io.BytesIO()
    with av.open(written, "w", format=form, options=_REPEATABLE) as sink:
        sink.metadata.update(said or {})
        video = sink.add_stream(picture, rate=RATE, options=_QUICKLY)
        video.width, video.height, video.pix_fmt = *size, "yuv420p"
        if turned:
            video.set_display_rotation(turned)
        audio = sink.add_stream(sound, rate=48_000, layout="mono")
        for place in range(int(seconds * RATE)):
            sink.mux(video.encode(_frame(size, place)))
        sink.mux(video.encode(None))
        _write_silence(sink, audio, seconds)
    return written.getvalue()


def a_silence(seconds: float, form: str = "webm", codec: str = "libopus") -> bytes:
    """So many seconds of nothing, as a browser records them, or in another form and codec."""
    written = io.BytesIO()
    with av.open(written, "w", format=form, options=_REPEATABLE) as sink:
        stream = sink.add_stream(codec, rate=48_000, layout="mono")
        _write_silence(sink, stream, seconds)
    return written.getvalue()


def a_tone(
    form: str,
    codec: str,
    *,
    rate: int = 48_000,
    seconds: float = 3.0,
    loud: tuple[float, ...] = (0.3,),
) -> bytes:
    """A voice's tone in any form and codec, one channel for each of `loud` (of full scale, below
    zero for one in opposite phase)."""
    layout = {1: "mono", 2: "stereo"}[len(loud)]
    written = io.BytesIO()
    with av.open(written, "w", format=form) as sink:
        stream = sink.add_stream(codec, rate=rate, layout=layout)
        if codec.startswith("wma"):
            stream.bit_rate = 32_000
        resampler = av.AudioResampler(
            format=stream.codec_context.format, layout=layout, rate=rate,
            frame_size=stream.codec_context.frame_size or 1024,
        )  # fmt: skip
        values = array("h")
        for at in range(int(rate * seconds)):
            wave = math.sin(at * 2 * math.pi * 440 / rate)
            values.extend(int(32_000 * one * wave) for one in loud)
        sound = av.AudioFrame(format="s16", layout=layout, samples=int(rate * seconds))
        sound.planes[0].update(values.tobytes())
        sound.sample_rate, sound.pts, sound.time_base = rate, 0, Fraction(1, rate)
        for piece in [*resampler.resample(sound), *resampler.resample(None)]:
            sink.mux(stream.encode(piece))
        sink.mux(stream.encode(None))
    return written.getvalue()


def a_long_silence(seconds: int, *, hides_length: bool) -> bytes:
    """So many seconds of nothing, quickly made; as a browser writes them, their length nowhere."""
    written = io.BytesIO()
    live = {"live": "1"} if hides_length else {}
    with av.open(written, "w", format="matroska", options=live) as sink:
        stream = sink.add_stream("pcm_u8", rate=8_000, layout="mono")
        for place in range(0, seconds, 10):
            silence = av.AudioFrame(format="u8", layout="mono", samples=80_000)
            silence.planes[0].update(b"\x80" * silence.planes[0].buffer_size)
            silence.sample_rate, silence.pts = 8_000, place * 8_000
            silence.time_base = Fraction(1, 8_000)
            sink.mux(stream.encode(silence))
    return written.getvalue()


def streams_of(content: bytes) -> dict[str, Any]:
    """Return what a player sees of a file: the codec of each stream, its seconds, what is said in
    it, and how it is turned."""
    with av.open(io.BytesIO(content)) as source:
        first = next(source.decode(video=0)) if source.streams.video else None
        return {
            "codecs": {stream.type: stream.codec_context.name for stream in source.streams},
            "seconds": float(source.duration or 0) / av.time_base,
            "said": {**source.metadata}
            | {name: text for stream in source.streams for name, text in stream.metadata.items()},
            "turned": first.rotation if first else 0,
        }


def _frame(size: tuple[int, int], place: int) -> av.VideoFrame:
    image = Image.new("RGB", size, "white")
    image.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    frame = av.VideoFrame.from_image(image)
    frame.pts, frame.time_base = place, Fraction(1, RATE)
    return frame


def _write_silence(sink: Any, stream: Any, seconds: float) -> None:
    resampler = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=48_000)
    for second in range(int(seconds)):
        silence = av.AudioFrame(format="s16", layout="mono", samples=48_000)
        silence.planes[0].update(bytes(silence.planes[0].buffer_size))
        silence.sample_rate, silence.pts = 48_000, second * 48_000
        silence.time_base = Fraction(1, 48_000)
        for piece in resampler.resample(silence):
            sink.mux(stream.encode(piece))
    sink.mux(stream.encode(None))
