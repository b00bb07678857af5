"""The QR as it is printed: what two readers read, and how large it is."""

import io
import random
import re

import pytest
import zxingcpp
from PIL import Image
from pyzbar import pyzbar

from kiosk import qr
from shared.domain import codes

# Modules a side of a version: 17 + 4 × version (ISO/IEC 18004).
SIDE = {3: 29, 4: 33}
HOSTS = (
    "http://127.0.0.1:8080", "http://192.168.100.200:8080", "https://hienke.tanan.gov.vn",
    "https://tanan.example.vn", "https://y.vn", "https://sangkien-xatanan.dongnai.gov.vn",
)  # fmt: skip
DRAW = random.Random(53)


def a_secret() -> str:
    return "".join(DRAW.choice(codes.CROCKFORD) for _ in range(16))


def read_by_both(text: str) -> tuple[list[str], list[str]]:
    """Return what zxing and zbar read in the QR of a text."""
    image = Image.open(io.BytesIO(qr.png(text))).convert("L")
    by_zxing = [one.text for one in zxingcpp.read_barcodes(image)]
    return by_zxing, [one.data.decode() for one in pyzbar.decode(image)]


@pytest.mark.parametrize("host", HOSTS)
def test_both_readers_read_every_receipt_letter_for_letter(host):
    for _ in range(20):
        text = codes.receipt_url(host, a_secret())

        assert read_by_both(text) == ([text], [text])
        assert text.startswith(("http://", "https://"))


@pytest.mark.parametrize("host", [*HOSTS, ""])
def test_a_receipts_picture_has_the_modules_of_the_library(host):
    for _ in range(20):
        text = codes.receipt_url(host, a_secret()) if host else a_secret()
        side = len(qr.matrix(text))
        drawn = [[False] * side for _ in range(side)]

        strokes = re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", qr.svg(text, ""))
        for x, y, length in (map(int, stroke) for stroke in strokes):
            for place in range(x, x + length):
                drawn[y - qr.QUIET][place - qr.QUIET] = True

        assert drawn == qr.matrix(text)


@pytest.mark.parametrize(
    ("host", "version"),
    [("http://127.0.0.1:8080", 3), ("https://tanan.example.vn", 4), ("https://y.vn", 3),
     ("http://192.168.100.200:8080", 4), ("https://sangkien-xatanan.dongnai.gov.vn", 4)],
)  # fmt: skip
def test_a_small_scheme_takes_version_4_at_most(host, version):
    assert len(qr.matrix(codes.receipt_url(host, a_secret()))) == SIDE[version]


@pytest.mark.parametrize(
    "text",
    ["HTTPS://TANAN.EXAMPLE.VN/R/7J3K9QX2M4N8P5TW", "https://tanan.example.vn/gui?moi=AB12",
     "https://tanan.example.vn/xac-minh?ma=482173950688", "otpauth://totp/x?secret=ABC", "Tân An",
     "https://t_n.example/R/7J3K9QX2M4N8P5TW", "A", "a", "https://X.VN"],
)  # fmt: skip
def test_any_other_text_is_read_as_it_is(text):
    # A capitals' scheme is what was printed in earlier years; some hosts fit no mode but bytes.
    by_zxing, by_zbar = read_by_both(text)

    assert by_zxing == [text]
    if text.isascii():  # zbar takes Vietnamese letters for another code table
        assert by_zbar == [text]


def test_what_a_picture_is_called_is_escaped():
    drawn = qr.svg(a_secret(), 'Mã "<1>"')

    assert 'aria-label="Mã &#34;&lt;1&gt;&#34;"' in drawn
