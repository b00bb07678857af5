"""The QR, read by two readers from the screen, the roll of 80 mm and the A5 sheet, and opened."""

import shutil
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect
from pyzbar import pyzbar

from kiosk import qr
from tests.journeys import roads
from tests.journeys.conftest import PHONE
from tests.journeys.roads import IDEA

pytestmark = pytest.mark.browser

MM = 25.4 / 203


@pytest.fixture
def receipt(screen, programs):
    """A phone's page that shows a fresh receipt."""
    page = screen(PHONE)
    page.goto(f"{programs.public}/gui")
    roads.fill_form(page)
    roads.send(page)
    return page


def read_by_both(picture: Path) -> tuple[str, str]:
    """Return what zxing and zbar read in a picture."""
    image = Image.open(picture).convert("L")
    by_zxing = [one.text for one in zxingcpp.read_barcodes(image)]
    by_zbar = [one.data.decode() for one in pyzbar.decode(image)]
    assert (len(by_zxing), len(by_zbar)) == (1, 1), picture
    return by_zxing[0], by_zbar[0]


def assert_is_the_receipt_of(picture: Path, page) -> None:
    secret = roads.receipt_address(page).rpartition("/")[2]
    # A telephone opens no address of this PC, so the QR names none.
    assert read_by_both(picture) == (secret.upper(), secret.upper()), picture


def test_both_readers_read_the_screen_and_it_opens(receipt, programs, screen, somewhere):
    code, page = somewhere / "code.png", somewhere / "page.png"
    expect(receipt.locator("svg.qr")).to_be_visible()

    receipt.locator("svg.qr").screenshot(path=code)
    receipt.screenshot(path=page, full_page=True)

    for picture in (code, page):
        assert_is_the_receipt_of(picture, receipt)
    another_phone = screen(PHONE, script=False)
    another_phone.goto(f"{programs.public}/R/{read_by_both(code)[0]}")
    expect(another_phone.get_by_text(IDEA)).to_be_visible()
    assert roads.code_on(another_phone) == roads.code_on(receipt)


def test_the_kiosks_screen_is_read_too(kiosk, programs, somewhere):
    page = kiosk()
    roads.answer_at_kiosk(page)
    roads.send(page)
    expect(page.locator(".card svg.qr")).to_be_visible()

    page.screenshot(path=somewhere / "kiosk.png")

    assert_is_the_receipt_of(somewhere / "kiosk.png", page)


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs Debian's poppler-utils")
def test_both_readers_read_the_printed_receipt(receipt, programs, somewhere):
    address = receipt.url
    receipt.goto(f"{roads.receipt_address(receipt)}/phieu")
    for paper, size in (
        ("roll", {"width": "80mm", "height": "200mm"}),
        ("sheet", {"format": "A5"}),
    ):
        receipt.pdf(path=somewhere / f"{paper}.pdf", **size)
        subprocess.run(
            ["pdftoppm", "-r", "203", "-mono", somewhere / f"{paper}.pdf", somewhere / paper],
            check=True, timeout=60,
        )  # fmt: skip
    receipt.goto(address)

    for paper in ("roll", "sheet"):
        [picture] = somewhere.glob(f"{paper}-*.pbm")
        assert_is_the_receipt_of(picture, receipt)
        assert width_of_the_code(picture) >= 24, f"{paper}: 25 mm or more with its quiet zone"


def width_of_the_code(picture: Path) -> float:
    """Return the millimetres from one edge of the QR's modules to the other, quiet zone added."""
    [found] = zxingcpp.read_barcodes(Image.open(picture).convert("L"))
    corners = found.position
    modules = len(qr.matrix(found.text))
    return (corners.top_right.x - corners.top_left.x) * MM * (modules + 8) / modules
