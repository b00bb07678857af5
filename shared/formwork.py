"""`python -m shared.formwork FILE`: reads the QR codes in a photograph; prints their texts as JSON.

A process of its own under the limits of mediawork.py, as it decodes what somebody sent.
"""

import json
import subprocess
import sys
from pathlib import Path

from shared import mediawork, programs

SECONDS = 30


def texts_in(photo: Path) -> list[str]:
    """Return what the QR codes in a photograph say; [] for what is no readable picture."""
    command = programs.ours("shared.formwork", str(photo))
    try:
        done = subprocess.run(  # noqa: S603 our own module, a path of our own making
            command, capture_output=True, stdin=subprocess.DEVNULL, timeout=SECONDS, check=False
        )
        return [str(text) for text in json.loads(done.stdout)]
    except (subprocess.TimeoutExpired, ValueError):
        return []


def main(photo: Path) -> None:
    """Print the texts."""
    mediawork.limit()
    print(json.dumps(_read(photo)))


def _read(photo: Path) -> list[str]:
    import zxingcpp  # late: only this process needs to read a QR
    from PIL import Image, ImageOps

    with photo.open("rb") as file:
        kind = mediawork.picture_format(file.read(16))
    if kind is None:
        return []
    try:
        with Image.open(photo, formats=(kind,)) as picture:
            if picture.width * picture.height > mediawork.MOST_PIXELS:
                return []
            grey = ImageOps.exif_transpose(picture).convert("L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return []
    return [one.text for one in zxingcpp.read_barcodes(grey)]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
