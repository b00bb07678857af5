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


@pytest.mark.parametrize("gap", ["", " ", "-", "."])
def test_a_code_is_looked_up_with_spaces_and_dashes(screen, programs, receipt, gap):
    code = roads.code_on(receipt)
    page = screen(script=False)
    page.goto(programs.public)

    page.get_by_role("link", name="Xem kết quả").tap()
    page.get_by_label("Mã số trên phiếu").fill(gap.join((code[:4], code[4:8], code[8:])))
    roads.press(page, "Xem")

    expect(page).to_have_url(f"{programs.public}/t/{code}")
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


@pytest.mark.parametrize("what", ["the whole QR", "its 16 characters"])
def test_a_scanner_at_the_kiosk_opens_the_receipt(kiosk, programs, receipt, what):
    address = roads.receipt_address(receipt)
    typed = address.upper() if what == "the whole QR" else address.rpartition("/")[2]
    page = kiosk()
    page.goto(f"{programs.public}/tra-cuu")

    # A scanner is a keyboard: it types into whatever has the focus.
    expect(page.get_by_label("Mã số trên phiếu")).to_be_focused()
    page.keyboard.type(typed)
    page.keyboard.press("Enter")

    expect(page).to_have_url(address)
    expect(page.locator(".words", has_text=roads.IDEA)).to_be_visible()


@pytest.mark.parametrize("what", ["the whole QR", "its 16 characters", "the code"])
def test_a_scanner_in_the_office_opens_the_case(officer, programs, receipt, what):
    address, code = roads.receipt_address(receipt), roads.code_on(receipt)
    typed = {
        "the whole QR": address.upper(),
        "its 16 characters": address.rpartition("/")[2],
        "the code": f"{code[:4]} {code[4:8]} {code[8:]}",
    }[what]
    page = officer()
    page.goto(programs.staff)

    page.get_by_role("searchbox").focus()
    page.keyboard.type(typed)
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(f"/ho-so/{code}"))
    expect(page.locator(".words", has_text=roads.IDEA)).to_be_visible()
