"""A page of the floor: a plain template with the headers that go with it, and the cheapest QR."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, Template
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import MODE_ALPHA_NUM, QRData

# Of what is no page of ours: a redirect, an answer to a gateway.
HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none';style-src 'self';form-action 'self';"
    "base-uri 'none';frame-ancestors 'none'",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True)
class Page:
    """A template and its headers; their policy names its style and its script by the hashes."""

    template: Template
    headers: Mapping[str, str]


def read(env: Environment, folder: str) -> dict[str, Page]:
    """Return the pages of a folder, as blanks.py writes it, by their names: compiled once."""
    return {
        path.stem: Page(
            env.from_string(path.read_text()), json.loads(path.with_suffix(".json").read_text())
        )
        for path in Path(folder).glob("*.html")
    }


def qr_path(text: str) -> str:
    """Return the QR of `text` as the library makes it with a fixed mask: one path, a stroke for
    each run of black."""
    code = QRCode(error_correction=ERROR_CORRECT_Q, border=4, mask_pattern=2)
    code.add_data(QRData(text.encode(), mode=MODE_ALPHA_NUM))  # type: ignore[call-overload]
    code.make(fit=True)
    strokes = []
    for y, row in enumerate(code.get_matrix()):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                strokes.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
            x += 1
    return "".join(strokes)
