"""The sheets for the notice board: each can be printed again, and says what one compares."""

import re

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from kiosk.apps import staff_app
from shared.db import daily_roots
from shared.domain import clock, ledger
from shared.runtime.listening import Address
from tests.conftest import UNIT, ZONE
from tests.kiosk.conftest import watched
from tests.kiosk.staff.conftest import PASSWORD


@pytest.fixture
def office(a_site):
    """The staff app of an office that citizens reach."""
    reached = a_site("https://tanan.example.vn", staff={"require_totp": False})
    return staff_app(reached, Address("127.0.0.1", 8081))


@pytest.fixture
def clerk(office, a_member):
    """A receptionist's browser."""
    a_member("lan", role="receptionist")
    browser = watched(office).test_client()
    browser.post("/login", data={"login": "lan", "password": PASSWORD})
    return browser


def test_the_sheet_carries_what_one_compares(clerk, db, a_proposal):
    a_proposal()
    kept = daily_roots.close_day(db, at=clock.now() + clock.DAY, zone=ZONE)
    assert kept is not None

    listed = clerk.get("/chot-so").text
    page = clerk.get(f"/chot-so/{kept.sheet.number}").text

    assert f"/chot-so/{kept.sheet.number}" in listed
    assert clock.written_day(kept.sheet.day) in page
    for line in ledger.eye_lines(kept.head):
        assert line in page
    assert "<svg" in page and f"Mã đơn vị hành chính: {UNIT}" in page


@pytest.mark.parametrize("number", ["0", "77", "99999999999999999999999"])
def test_a_sheet_that_is_not_there_is_not_found(clerk, number):
    assert clerk.get(f"/chot-so/{number}").status_code == 404
    assert "Chưa có tờ nào" in clerk.get("/chot-so").text


def test_the_qr_of_the_sheet_carries_day_and_head(clerk, db, a_proposal):
    a_proposal()
    kept = daily_roots.close_day(db, at=clock.now() + clock.DAY, zone=ZONE)
    assert kept is not None

    page = clerk.get(f"/chot-so/{kept.sheet.number}").text

    [side] = re.findall(r'<svg class="qr"[^>]*viewBox="0 0 (\d+) ', page)
    drawn = Image.new("L", (int(side) * 6, int(side) * 6), 255)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-", page):
        left, top = int(x) * 6, int(y) * 6
        right = left + int(length) * 6 - 1
        ImageDraw.Draw(drawn).rectangle((left, top, right, top + 5), fill=0)
    [read] = zxingcpp.read_barcodes(drawn)
    assert read.text == f"https://TANAN.EXAMPLE.VN/S/{kept.sheet.day}/{kept.head.upper()}"
