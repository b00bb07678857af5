"""`python -m shared.files.transcode FILE OUT [PAGE]`: decodes one attached file under limits and
writes clean copies into OUT; prints one JSON line. With a page's number: that page alone, by the
other road (shared/files/compared.py), of an original whose copy is not like it.

Its own process, because decoders meet hostile files: little time, little memory, no child, no
network protocol, and only decoders that follow no name of another file.
"""

import errno
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

# Seconds of the processor that a file may cost: a little for each, more for what took its sender
# long to send. A few kilobytes made to keep the decoder busy keep nobody else waiting.
CPU_SECONDS, CPU_SECONDS_A_MIB, MOST_CPU_SECONDS = 20, 4, 100
MEMORY = 1024 * 1024 * 1024
MOST_OUT = 128 * 1024 * 1024
# How a file begins that is meant as a recording or a picture: it is no unknown kind, but spoilt.
_HEADS = (
    b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"GIF8", b"II*\0", b"MM\0*", b"\x1aE\xdf\xa3", b"OggS",
    b"ID3", b"fLaC", b"#!AMR", b"caff", b"FORM",
)  # fmt: skip
# Photographs in the container of films that no decoder here knows.
_STILL_BRANDS = (b"heic", b"heix", b"heim", b"mif1", b"msf1", b"avif")


class TranscodingRefused(Exception):
    """Why a file is not kept: a key of `media.*`."""


def main(path: Path, out: Path, page: int | None = None) -> None:
    """Examine `path` and print what it is, why it is refused, or that the disk is full."""
    limit(cpu_seconds(path.stat().st_size))
    print(json.dumps(looked_at(path, out, page)))


def looked_at(path: Path, out: Path, page: int | None = None) -> dict[str, Any]:
    """Return what `main` prints: {"refused": a key of `media.*`}, {"no_room": errno}, or what
    `examine` or `anew` returns."""
    try:
        return examine(path, out) if page is None else anew(path, out, page)
    except TranscodingRefused as why:
        return {"refused": str(why)}
    except OSError as fault:
        full = fault.errno in (errno.ENOSPC, errno.EDQUOT)
        return {"no_room": fault.errno} if full else {"refused": "unreadable"}
    except Exception:  # a decoder's own fault is the file's fault here
        return {"refused": "unreadable"}


def examine(path: Path, out: Path) -> dict[str, Any]:
    """Return kind, mime, seconds, and of each copy in `out` its name, its page (0 where there are
    none) and its note (a key of `media.note.*`, or ""); `differs` says why the original must not
    go (a key of `media.original.*`), or "". Raises Refused."""
    from shared.files import scans

    return _scan(path, out) if scans.is_scan(path) else _recording(path, out)


def anew(path: Path, out: Path, page: int) -> dict[str, Any]:
    """Return the same of one page or recording, made by the other road: the points of a picture as
    they are, from the darkest to the brightest, the sound of a recording in two channels."""
    from shared.files import pictures, scans

    if not scans.is_scan(path):
        return _recording(path, out, ("stereo",))
    try:
        image = scans.bare(path, page)
    except scans.PicturesRefused as why:
        raise TranscodingRefused(str(why)) from why
    pictures.save(image.convert("RGB"), out / "anew.jpg")
    return _found("image", "image/jpeg", [{"copy": "anew.jpg", "page": page, "note": ""}])


def _scan(path: Path, out: Path) -> dict[str, Any]:
    from shared.files import pictures, scans

    copies: list[dict[str, Any]] = []
    differs = ""
    try:
        there = scans.count(path)
        for page in scans.drawn(path):
            name = out / f"{page.number}.jpg"
            pictures.save(page.image, name)
            note = "cut" if page.is_cut else ""
            copies.append({"copy": name.name, "page": page.number, "note": note})
            if not page.is_like(name):
                differs = "differs"
    except scans.PicturesRefused as why:
        if not copies:
            raise TranscodingRefused(str(why)) from why
        copies[-1]["note"], differs = "cut", "pages"  # a page in the middle is spoilt
    if not copies:
        raise TranscodingRefused("empty")
    if there > pictures.MOST_PAGES:
        copies[-1]["note"], differs = "first_pages", differs or "pages"
    return _found("image", "image/jpeg", copies, differs=differs)


def _recording(
    path: Path, out: Path, layouts: tuple[str, ...] = ("mono", "stereo")
) -> dict[str, Any]:
    from shared.files import recordings

    with path.open("rb") as file:
        head = file.read(12)
    if head[4:8] == b"ftyp" and head[8:12] in _STILL_BRANDS:
        raise TranscodingRefused("unknown_kind")
    try:
        written = recordings.write(path, out / "copy.mp4", layouts=layouts)
    except recordings.UnknownRecording:
        is_meant = head.startswith(_HEADS) or head[4:8] == b"ftyp"
        raise TranscodingRefused("unreadable" if is_meant else "unknown_kind") from None
    except recordings.RecordingRefused as why:
        raise TranscodingRefused(str(why)) from why
    copy = {"copy": "copy.mp4", "page": 0, "note": "cut" if written.is_cut else ""}
    return _found(
        written.kind, f"{written.kind}/mp4", [copy],
        seconds=written.seconds, differs="" if written.is_alike else "differs",
    )  # fmt: skip


def _found(
    kind: str,
    mime: str,
    copies: list[dict[str, Any]],
    *,
    seconds: float | None = None,
    differs: str = "",
) -> dict[str, Any]:
    return {"kind": kind, "mime": mime, "seconds": seconds, "copies": copies, "differs": differs}


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
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else None)
