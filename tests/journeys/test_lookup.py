"""Looking up by hand and by a handheld scanner, at the kiosk and in the office."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import roads

pytestmark = pytest.mark.browser


@pytest.fixture
def receipt(screen, programs):
    """A phone's page that shows a fresh receipt."""
    page = screen(script=False)
    page.goto(f"{programs.public}/gui")
    roads.fill_form(page)
    roads.send(page)
    return page


def test_a_code_is_looked_up_with_spaces_and_dashes(screen, programs, receipt):
    code = roads.code_on(receipt)
    page = screen(script=False)

    for gap in ("", " ", "-", "."):
        page.goto(programs.public)
        page.get_by_role("link", name="Xem kết quả").tap()
        page.get_by_label("Mã số trên phiếu").fill(gap.join((code[:4], code[4:8], code[8:])))
        roads.press(page, "Xem")

        expect(page, f"with {gap!r}").to_have_url(f"{programs.public}/t/{code}")
        expect(page.get_by_role("heading", name="Đã tiếp nhận")).to_be_visible()


def test_a_wrong_digit_is_told_kindly_and_what_was_typed_stays(screen, programs, receipt):
    code = roads.code_on(receipt)
    wrong = code[:5] + str((int(code[5]) + 1) % 10) + code[6:]
    page = screen(script=False)
    page.goto(f"{programs.public}/tra-cuu")

    page.get_by_label("Mã số trên phiếu").fill(wrong)
    roads.press(page, "Xem")

    expect(page.get_by_role("alert")).to_contain_text("có lẽ gõ nhầm một số")
    expect(page.get_by_label("Mã số trên phiếu")).to_have_value(wrong)


def test_a_scanner_at_the_kiosk_opens_the_receipt(kiosk, programs, receipt):
    address = roads.receipt_address(receipt)
    page = kiosk()

    for typed in (address.upper(), address.rpartition("/")[2]):  # the whole QR, or its end
        page.goto(f"{programs.public}/tra-cuu")
        # A scanner is a keyboard: it types into whatever has the focus.
        expect(page.get_by_label("Mã số trên phiếu")).to_be_focused()
        page.keyboard.type(typed)
        page.keyboard.press("Enter")

        expect(page, typed).to_have_url(address)
        expect(page.locator(".words", has_text=roads.IDEA)).to_be_visible()


def test_a_scanner_in_the_office_opens_the_case(officer, programs, receipt):
    address, code = roads.receipt_address(receipt), roads.code_on(receipt)
    page = officer()

    for typed in (
        address.upper(), address.rpartition("/")[2], f"{code[:4]} {code[4:8]} {code[8:]}"
    ):  # fmt: skip
        page.goto(programs.staff)
        page.get_by_role("searchbox").focus()
        page.keyboard.type(typed)
        page.keyboard.press("Enter")

        expect(page, typed).to_have_url(re.compile(f"/ho-so/{code}"))
        expect(page.locator(".words", has_text=roads.IDEA)).to_be_visible()
