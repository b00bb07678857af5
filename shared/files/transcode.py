"""`python -m shared.files.transcode FILE OUT [PAGE]`: decodes one attached file under limits,
writes clean copies into OUT and prints one JSON line. With PAGE it draws only that page, in the
other way (shared/files/compared.py), of an original whose copy is not like it.

It is a separate process, because decoders meet hostile files: little time, little memory, no child,
no network protocol, and only decoders that follow no name of another file.
"""

import errno
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

# How many seconds of processor time a file may cost: a little for each, and more for a large one,
# which took its sender long to send. So a small file made to keep the decoder busy delays nobody.
CPU_SECONDS, CPU_SECONDS_A_MIB, MOST_CPU_SECONDS = 20, 4, 100
MEMORY = 1024 * 1024 * 1024
MOST_OUT = 128 * 1024 * 1024
# The first bytes of files that are meant as recordings or pictures: damaged, not of unknown kind.
_HEADS = (
    b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"GIF8", b"II*\0", b"MM\0*", b"\x1aE\xdf\xa3", b"OggS",
    b"ID3", b"fLaC", b"#!AMR", b"caff", b"FORM",
)  # fmt: skip
# Photographs in a film container that no decoder here knows.
_STILL_BRANDS = (b"heic", b"heix", b"heim", b"mif1", b"msf1", b"avif")


class TranscodingRefused(Exception):
    """Why a file is not kept: a key of `media.*`."""


def main(path: Path, out: Path, page: int | None = None) -> None:
    """Examine `path` and print what it is, why it is refused, or that the disk is full."""
    limit(cpu_seconds(path.stat().st_size))
    print(json.dumps(looked_at(path, out, page)))


def looked_at(path: Path, out: Path, page: int | None = None) -> dict[str, Any]:
    """Return what `main` prints: {"refused": a key of `media.*`}, {"no_room": errno}, or the result
    of `examine` or `anew`."""
    try:
        return examine(path, out) if page is None else anew(path, out, page)
    except TranscodingRefused as why:
        return {"refused": str(why)}
    except OSError as fault:
        full = fault.errno in (errno.ENOSPC, errno.EDQUOT)
        return {"no_room": fault.errno} if full else {"refused": "unreadable"}
    except Exception:  # any fault of a decoder counts as the file's fault here
        return {"refused": "unreadable"}


def examine(path: Path, out: Path) -> dict[str, Any]:
    """Return kind, mime, seconds, and for each copy in `out` its name, its page (0 if there are
    none) and its note (a key of `media.note.*`, or ""). `differs` says why the original must stay
    (a key of `media.original.*`), or "". Raises TranscodingRefused."""
    from shared.files import scans

    return _scan(path, out) if scans.is_scan(path) else _recording(path, out)


def anew(path: Path, out: Path, page: int) -> dict[str, Any]:
    """Return the same for one page or recording in the other way: the points of a picture as they
    are, from the darkest to the brightest; the sound of a recording in two channels."""
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
        copies[-1]["note"], differs = "cut", "pages"  # a page in the middle is damaged
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
    """Return how much processor time a file of so many bytes may take."""
    return min(MOST_CPU_SECONDS, CPU_SECONDS + CPU_SECONDS_A_MIB * length // (1024 * 1024))


def limit(cpu: int = CPU_SECONDS) -> None:
    """Limit this process from now on to little memory and `cpu` seconds of processor time."""
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
