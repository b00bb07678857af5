"""`python -m shared.files.qr_in_photo FILE OUT`: reads the QR codes on a scan; prints one JSON
line.

A separate process under the limits of transcode.py, because it decodes what somebody sent. A
scanner puts a pile of forms into one file. So if there are several pages, each is written into OUT
as a picture and may go to another case than the page before it.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from shared.domain.record import Record
from shared.files import transcode
from shared.runtime import programs

SECONDS = 45
CPU_SECONDS = 30
# A QR of 2 cm on A4 can still be read at this size; a page that is filed alone keeps it.
EDGE, QUALITY = 2400, 90


class ScanRefused(Exception):
    """No page can be filed; `reason` is a key of `media.*`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ScannedPage(Record):
    """A page of a scan: the texts of its QR codes, and the picture of this page; None if the file
    has only one page."""

    texts: list[str]
    picture: Path | None


def pages_of(scan: Path, out: Path) -> list[ScannedPage]:
    """Return the pages of a picture or a PDF; pictures of several pages are written into `out`.
    Return [] if it cannot be read. Raises ScanRefused if it is locked or has too many pages."""
    command = programs.ours("shared.files.qr_in_photo", str(scan), str(out))
    try:
        done = subprocess.run(  # noqa: S603 our own module, a path of our own making
            command, capture_output=True, stdin=subprocess.DEVNULL, timeout=SECONDS, check=False
        )
        found = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return []
    if "refused" in found:
        raise ScanRefused(str(found["refused"]))
    return [
        ScannedPage(one["texts"], out / one["picture"] if one["picture"] else None)
        for one in found["pages"]
    ]


def main(scan: Path, out: Path) -> None:
    """Print what is on the pages."""
    transcode.limit(CPU_SECONDS)
    print(json.dumps(read(scan, out)))


def read(scan: Path, out: Path) -> dict[str, Any]:
    """Return what `main` prints: {"refused": a key of `media.*`} or {"pages": [{"texts",
    "picture"}]}."""
    from shared.files import pictures, scans

    try:
        if not scans.is_scan(scan):
            return {"pages": []}
        if scans.count(scan) > pictures.MOST_PAGES:
            return {"refused": "too_many_pages"}
        return {"pages": [_page(page, out) for page in scans.drawn(scan, edge=EDGE)]}
    except scans.PicturesRefused as why:
        return {"refused": "locked"} if str(why) == "locked" else {"pages": []}


def _page(page: Any, out: Path) -> dict[str, Any]:
    import zxingcpp  # imported late: only this process reads QR codes

    from shared.files import pictures

    texts = [one.text for one in zxingcpp.read_barcodes(page.image.convert("L"))]
    if not page.number:
        return {"texts": texts, "picture": ""}
    picture = out / f"{page.number}.jpg"
    pictures.save(page.image, picture, quality=QUALITY)
    if not page.is_like(picture):
        from shared.files import scans

        raise scans.PicturesRefused("unreadable")
    return {"texts": texts, "picture": picture.name}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
