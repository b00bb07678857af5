"""`python -m shared.mediawork FILE OUT`: decodes one attached file under limits and writes a clean
copy into OUT; prints one JSON line.

Its own process, because decoders meet hostile files: little time, little memory, no child, no
network protocol, and the container forced by the file's first bytes (a playlist or a list of
other files never reaches a demuxer that would follow it).
"""

import errno
import json
import os
import resource
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

# Seconds of the processor that a file may cost: a little for each, more for what took its sender
# long to send. A few kilobytes made to keep the decoder busy keep nobody else waiting.
CPU_SECONDS, CPU_SECONDS_A_MIB, MOST_CPU_SECONDS = 20, 4, 100
MEMORY = 1024 * 1024 * 1024
MOST_OUT = 128 * 1024 * 1024
MOST_PIXELS = 50_000_000
# A written page stays legible (190 dpi on A4), and a phone on a slow line can load it.
PICTURE_EDGE, PICTURE_QUALITY = 1600, 75
# A telephone call's length; a clip is seen by a person in one go.
MOST_SECONDS = {"audio": 600.0, "video": 180.0}
# Photographs in the container of films (HEIC, AVIF): one frame, cut into tiles, is no film.
_STILL_BRANDS = (b"heic", b"heix", b"heim", b"mif1", b"msf1", b"avif")
AUDIO_RATE, AUDIO_BITS = 24_000, 32_000


class Refused(Exception):
    """Why a file is not kept: a key of `media.*`."""


def main(path: Path, out: Path) -> None:
    """Examine `path` and print what it is, why it is refused, or that the disk is full."""
    limit(cpu_seconds(path.stat().st_size))
    try:
        found = examine(path, out)
    except Refused as why:
        found = {"refused": str(why)}
    except OSError as fault:
        full = fault.errno in (errno.ENOSPC, errno.EDQUOT)
        found = {"no_room": fault.errno} if full else {"refused": "unreadable"}
    except Exception:  # a decoder's own fault is the file's fault here
        found = {"refused": "unreadable"}
    print(json.dumps(found))


def examine(path: Path, out: Path) -> dict[str, Any]:
    """Return kind, mime, seconds and the name of the clean copy in `out`."""
    with path.open("rb") as file:
        head = file.read(16)
    picture = picture_format(head)
    if picture:
        return _picture(path, out, picture)
    container = _container(head)
    if container is None:
        raise Refused("unknown_kind")
    return _recording(path, out, container)


def picture_format(head: bytes) -> str | None:
    """Return Pillow's name of the picture that begins with these bytes, or None."""
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    return None


def _container(head: bytes) -> str | None:
    """Return the one demuxer that may read a file that begins like this."""
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "matroska"
    if head[4:8] == b"ftyp":
        return None if head[8:12] in _STILL_BRANDS else "mov"
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "wav"
    if head.startswith(b"OggS"):
        return "ogg"
    if head.startswith(b"#!AMR"):
        return "amr"
    if head[:2] in (b"\xff\xf1", b"\xff\xf9"):
        return "aac"
    if head.startswith(b"ID3") or (
        head[:1] == b"\xff" and head[1:2] in (b"\xfb", b"\xf3", b"\xf2")
    ):
        return "mp3"
    return None


def _picture(path: Path, out: Path, form: str) -> dict[str, Any]:
    """Decode a picture whole and draw it anew: nothing but its pixels comes along."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # the limit is ours, and says what was wrong
    with Image.open(path, formats=(form,)) as image:
        if image.width * image.height > MOST_PIXELS:
            raise Refused("too_big")
        image.load()
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((PICTURE_EDGE, PICTURE_EDGE))
        fresh = Image.new("RGB", upright.size, "white")
        seen = upright.convert("RGBA")
        fresh.paste(seen, mask=seen.getchannel("A"))
    fresh.save(out / "copy.jpg", "JPEG", quality=PICTURE_QUALITY, optimize=True)
    return {
        "kind": "image",
        "mime": "image/jpeg",
        "copy": "copy.jpg",
        "seconds": None,
    }


def _recording(path: Path, out: Path, container: str) -> dict[str, Any]:
    """Decode a recording whole and encode it anew as every phone plays it."""
    import av

    turned = _rotation(av, path, container)
    with _opened(av, path, container) as source:
        video = _film(av, source)
        kind = "video" if video is not None else "audio"
        if video is None and not source.streams.audio:
            raise Refused("unreadable")
        # What the file itself says of its length spares the work; what it hides is found below.
        if source.duration and source.duration / av.time_base > MOST_SECONDS[kind]:
            raise Refused("too_long")
        seconds = _transcode(av, source, video, turned, out / "copy.mp4")
    if seconds <= 0:
        raise Refused("empty")
    return {"kind": kind, "mime": f"{kind}/mp4", "copy": "copy.mp4", "seconds": round(seconds, 2)}


def _opened(av: Any, path: Path, container: str) -> Any:
    return av.open(str(path), format=container, options={"protocol_whitelist": "file"})


def _film(av: Any, source: Any) -> Any:
    """Return the stream that is a film, not the picture on the cover of a recording; or None."""
    cover = av.stream.Disposition.attached_pic
    return next((one for one in source.streams.video if not one.disposition & cover), None)


def _rotation(av: Any, path: Path, container: str) -> int:
    """Return by how many degrees a player turns the film: a phone that is held upright writes it
    lying, and its first frame says so."""
    with _opened(av, path, container) as source:
        film = _film(av, source)
        first = next(source.decode(film), None) if film is not None else None
        return first.rotation if first is not None else 0


def _transcode(av: Any, source: Any, video: Any, turned: int, target: Path) -> float:
    """Decode every frame of `source` into an MP4 without metadata; return its seconds."""
    most = MOST_SECONDS["audio" if video is None else "video"]
    audio = next(iter(source.streams.audio), None)
    streams = [stream for stream in (video, audio) if stream is not None]
    longest = 0.0
    with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as sink:
        write_video = _video_writer(sink, video, turned) if video is not None else None
        write_audio = _audio_writer(av, sink) if audio is not None else None
        for frame in source.decode(streams):
            if frame.time is not None:
                longest = max(longest, float(frame.time) + _length(frame))
            if longest > most:
                raise Refused("too_long")
            writer = write_video if isinstance(frame, av.VideoFrame) else write_audio
            if writer is not None:
                writer(frame)
        for writer in (write_video, write_audio):
            if writer is not None:
                writer(None)
    return longest


def _length(frame: Any) -> float:
    samples = getattr(frame, "samples", 0)
    return samples / frame.sample_rate if samples else 0.0


def _audio_writer(av: Any, sink: Any) -> Callable[[Any], None]:
    stream = sink.add_stream("aac", rate=AUDIO_RATE, layout="mono")
    stream.bit_rate = AUDIO_BITS
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=AUDIO_RATE)

    def write(frame: Any) -> None:
        for piece in resampler.resample(frame):
            sink.mux(stream.encode(piece))
        if frame is None:
            sink.mux(stream.encode(None))

    return write


def _video_writer(sink: Any, video: Any, turned: int) -> Callable[[Any], None]:
    if video.width * video.height > MOST_PIXELS or not video.width:
        raise Refused("too_big")
    scale = min(1.0, 854 / max(video.width, video.height))
    width, height = (max(2, int(edge * scale) // 2 * 2) for edge in (video.width, video.height))
    stream = sink.add_stream("libx264", rate=15, options={"crf": "28", "preset": "veryfast"})
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    if turned:
        stream.set_display_rotation(turned)
    # Phones give frames no steady pace; each keeps its own moment, in milliseconds.
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


def cpu_seconds(length: int) -> int:
    """Return how much of the processor's time a file of so many bytes may take."""
    return min(MOST_CPU_SECONDS, CPU_SECONDS + CPU_SECONDS_A_MIB * length // (1024 * 1024))


def limit(cpu: int = CPU_SECONDS) -> None:
    """Let this process have little memory, and `cpu` seconds of the processor, from now on."""
    for what, most in (
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, MOST_OUT),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    os.nice(10)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
