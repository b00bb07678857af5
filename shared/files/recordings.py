"""Sound and film of every usual kind, decoded completely and encoded again as every phone plays it;
only for processes with limits.

The decoder decides what a file is: FFmpeg probes it, among the containers named here. None of these
follows the name of another file, as lists and playlists do.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from PIL import Image

from shared.domain.record import Record
from shared.files.compared import Loudness, is_as_loud, off_by

# Voice recorders, telephones of every age, cameras, browsers, office PCs.
CONTAINERS = (
    "mov", "matroska", "wav", "w64", "ogg", "mp3", "aac", "amr", "amrnb", "amrwb", "flac", "asf",
    "caf", "aiff", "avi", "mpegts", "mpeg", "flv", "au", "wv", "tta", "ape", "mpc", "mpc8", "ac3",
    "eac3", "dss", "act", "rm", "voc", "gsm", "qcp", "dsf", "oma", "loas", "mmf",
)  # fmt: skip
# The length of a telephone call; a person watches a clip in one go.
MOST_SECONDS = {"audio": 600.0, "video": 180.0}
MOST_PIXELS = 50_000_000
# These do not state their length, and a guess from a few of their bytes is often wrong.
_GUESSED = ("mp3", "aac", "amr", "mpegts", "ac3", "loas", "gsm")
AUDIO_RATE, AUDIO_BITS = 24_000, 32_000
_VIDEO_EDGE = 854
# How often (seconds) pictures of a film and its copy are compared, and how far a tile may be off.
_GLANCE_SECONDS, _GLANCE_EDGE, _MOST_OFF = 5.0, 64, 48.0
# How much longer or shorter a copy may be: a codec fills its last frame.
_MOST_SECONDS_OFF = 1.0


class UnknownRecording(Exception):
    """No decoder knows the file."""


class RecordingRefused(Exception):
    """Why a recording is not kept: a key of `media.*`."""


class Written(Record):
    """What was written: "audio" or "video", its length, and whether it was compared with its
    original and is like it. `is_cut` if some of it could not be decoded; `channels` is the number
    of sound channels in the original."""

    kind: str
    seconds: float
    is_alike: bool
    is_cut: bool
    channels: int


@dataclass
class _Seen:
    """What came out of a decoder: the loudness of each second, some pictures, the length."""

    sound: Loudness = field(default_factory=Loudness)
    glances: dict[int, Image.Image] = field(default_factory=dict)
    seconds: float = 0.0

    def add(self, frame: Any) -> None:
        """Count one frame."""
        if isinstance(frame, av.VideoFrame):
            moment = float(frame.time or 0)
            self.seconds = max(self.seconds, moment)
            self.glances.setdefault(int(moment / _GLANCE_SECONDS + 0.001), _glance(frame))
        else:
            self.sound.add(frame)
            self.seconds = max(self.seconds, self.sound.ends)

    def is_like(self, other: "_Seen") -> bool:
        """Say whether the other is as long, as loud and looks the same."""
        return (
            abs(self.seconds - other.seconds) <= _MOST_SECONDS_OFF
            and is_as_loud(self.sound.heard, other.sound.heard)
            and self.glances.keys() == other.glances.keys()
            and all(
                off_by(glance, other.glances[place]) <= _MOST_OFF
                for place, glance in self.glances.items()
            )
        )


def write(path: Path, target: Path, *, layouts: tuple[str, ...] = ("mono", "stereo")) -> Written:
    """Decode the recording at `path` and write it as MP4 without metadata. Sound is mixed to one
    channel, or to two if one would lose some of it. Raises UnknownRecording, RecordingRefused."""
    for layout in layouts:
        written = _write(path, target, layout)
        if written.is_alike or written.channels < 2:
            break
    return written


def _write(path: Path, target: Path, layout: str) -> Written:
    with _opened(path) as source:
        video, audio = _film(source), next(iter(source.streams.audio), None)
        kind = "video" if video is not None else "audio"
        if video is None and audio is None:
            raise RecordingRefused("unreadable")
        _check_length(source, kind)
        turned = _rotation(path) if video is not None else 0
        seen, bad = _Seen(), _Bad()
        streams = [stream for stream in (video, audio) if stream is not None]
        channels = audio.codec_context.channels if audio is not None else 0
        _transcode(_frames(source, streams, bad), target, video, audio, turned, layout, seen)
    if seen.seconds <= 0:
        raise RecordingRefused("unreadable" if bad.packets else "empty")
    is_like = seen.is_like(_look(target))
    return Written(kind, round(seen.seconds, 2), is_like, bool(bad.packets), channels)


def _opened(path: Path) -> Any:
    """Open a recording. Raises UnknownRecording if its container is not on the list."""
    only = {"protocol_whitelist": "file", "format_whitelist": ",".join(CONTAINERS)}
    try:
        return av.open(str(path), options=only)
    except (av.error.FFmpegError, ValueError) as fault:
        raise UnknownRecording from fault


def _film(source: Any) -> Any:
    """Return the stream that is a film, not the picture on the cover of a recording; or None."""
    cover = av.stream.Disposition.attached_pic
    return next((one for one in source.streams.video if not one.disposition & cover), None)


def _check_length(source: Any, kind: str) -> None:
    """Check the length that the file states, which saves work; a hidden length is found later."""
    if source.format.name in _GUESSED or not source.duration:
        return
    if source.duration / av.time_base > MOST_SECONDS[kind]:
        raise RecordingRefused("too_long")


def _rotation(path: Path) -> int:
    """Return by how many degrees a player turns the film: a phone held upright stores it lying, and
    the first frame says so."""
    with _opened(path) as source:
        for frame in _frames(source, [_film(source)], _Bad()):
            return int(frame.rotation)
    return 0


@dataclass
class _Bad:
    """How many packets could not be decoded."""

    packets: int = 0


def _frames(source: Any, streams: list[Any], bad: _Bad) -> Iterator[Any]:
    """Yield every frame that can be decoded. Damaged ones, and those missing at the end, are
    counted and left out."""
    packets = source.demux(streams)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.error.EOFError):
            return
        except (av.error.FFmpegError, OSError):
            bad.packets += 1
            return
        try:
            yield from packet.decode()
        except av.error.EOFError:
            continue
        except (av.error.FFmpegError, ValueError):
            bad.packets += 1


def _transcode(
    frames: Iterator[Any],
    target: Path,
    video: Any,
    audio: Any,
    turned: int,
    layout: str,
    seen: _Seen,
) -> None:
    most = MOST_SECONDS["audio" if video is None else "video"]
    with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as sink:
        write_video = _video_writer(sink, video, turned) if video is not None else None
        write_audio = _audio_writer(sink, layout) if audio is not None else None
        for frame in frames:
            seen.add(frame)
            if seen.seconds > most:
                raise RecordingRefused("too_long")
            writer = write_video if isinstance(frame, av.VideoFrame) else write_audio
            if writer is not None:
                writer(frame)
        for writer in (write_video, write_audio):
            if writer is not None:
                writer(None)


def _look(copy: Path) -> _Seen:
    """Return what a decoder reads from a copy."""
    seen = _Seen()
    with av.open(str(copy), format="mov", options={"protocol_whitelist": "file"}) as source:
        for frame in source.decode([*source.streams.video[:1], *source.streams.audio[:1]]):
            seen.add(frame)
    return seen


def _glance(frame: Any) -> Image.Image:
    small = frame.reformat(width=_GLANCE_EDGE, height=_GLANCE_EDGE, format="gray")
    plane = small.planes[0]
    size = (_GLANCE_EDGE, _GLANCE_EDGE)
    return Image.frombytes("L", size, bytes(plane), "raw", "L", plane.line_size)


def _audio_writer(sink: Any, layout: str) -> Callable[[Any], None]:
    stream = sink.add_stream("aac", rate=AUDIO_RATE, layout=layout)
    stream.bit_rate = AUDIO_BITS * (2 if layout == "stereo" else 1)
    resampler: Any = None
    form: object = None

    def mux(pieces: list[Any]) -> None:
        for piece in pieces:
            sink.mux(stream.encode(piece))

    def write(frame: Any) -> None:
        nonlocal resampler, form
        now = frame and (frame.format.name, frame.layout.name, frame.sample_rate)
        if now != form and resampler is not None:  # some recorders change the format midway
            mux(resampler.resample(None))
            resampler = None
        if frame is None:
            sink.mux(stream.encode(None))
            return
        if resampler is None:
            form = now
            resampler = av.AudioResampler(format="fltp", layout=layout, rate=AUDIO_RATE)
        mux(resampler.resample(frame))

    return write


def _video_writer(sink: Any, video: Any, turned: int) -> Callable[[Any], None]:
    if video.width * video.height > MOST_PIXELS or not video.width:
        raise RecordingRefused("too_big")
    scale = min(1.0, _VIDEO_EDGE / max(video.width, video.height))
    width, height = (max(2, int(edge * scale) // 2 * 2) for edge in (video.width, video.height))
    stream = sink.add_stream("libx264", rate=15, options={"crf": "28", "preset": "veryfast"})
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    if turned:
        stream.set_display_rotation(turned)
    # Phones record at no steady rate; each frame keeps its own time, in milliseconds.
    stream.codec_context.time_base = Fraction(1, 1000)
    last = [-1]

    def write(frame: Any) -> None:
        if frame is None:
            sink.mux(stream.encode(None))
            return
        moment = max(last[0] + 1, int((frame.time or 0) * 1000))
        last[0] = moment
        small = frame.reformat(width=width, height=height, format="yuv420p")
        small.pts, small.time_base = moment, Fraction(1, 1000)
        sink.mux(stream.encode(small))

    return write
