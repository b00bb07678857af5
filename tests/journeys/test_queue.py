"""The list of cases under the hand: what is asked once, which keys move, what a scanner types."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.test_accessibility import assert_for_everybody

pytestmark = pytest.mark.browser

# What a scanner types comes in one burst, faster than any hand.
BURST = """text => {
  for (const key of text)
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
}"""


def test_an_officer_walks_the_list_by_keys_that_were_switched_on(officer, programs):
    page = officer()
    rows = page.locator("ul.cases h2 a")
    rows.first.focus()
    page.keyboard.press("j")
    expect(rows.first).to_be_focused()

    page.goto(f"{programs.staff}/tai-khoan")
    page.get_by_role("button", name="Bật phím tắt").tap()
    expect(page.get_by_role("button", name="Tắt phím tắt")).to_be_visible()
    page.goto(f"{programs.staff}/?status=at_council")
    expect(page.get_by_text("Phím: J ↓ xuống")).to_be_visible()
    expect(rows.first).to_be_focused()
    for key, row in (("j", 1), ("ArrowDown", 2), ("K", 1), ("End", -1), ("Home", 0), ("k", 0)):
        page.keyboard.press(key)
        expect(rows.nth(row)).to_be_focused()
    page.locator("#q").focus()
    page.keyboard.type("j")
    expect(page.locator("#q")).to_have_value("j")

    rows.nth(1).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/ho-so/\d{12}\?status=at_council$"))
    current = page.locator(".side [aria-current=page]")
    expect(current).to_be_focused()
    page.evaluate(BURST, "J4821")
    expect(page.locator(".side input[name=q]")).to_be_focused()
    expect(page.locator(".side input[name=q]")).to_have_value("J482")
    assert_for_everybody(page)
    page.get_by_role("link", name="‹ Chờ Hội đồng xét").tap()
    expect(page).to_have_url(f"{programs.staff}/?status=at_council")


def test_the_bell_is_asked_for_once(enter, programs):
    page = enter("chuong", "officer")
    bell = page.locator("[data-bell]")
    page.goto(f"{programs.staff}/hom-nay")  # by its address: nobody touched this page
    expect(bell).to_be_visible()
    page.goto(f"{programs.staff}/?status=received")
    expect(bell).to_be_hidden()
    page.goto(f"{programs.staff}/chuong")
    bell.get_by_role("button", name="Không cần").tap()
    expect(bell).to_be_hidden()


def test_every_view_of_the_list_is_for_everybody(officer, programs):
    page = officer()
    for path in ("/", "/?xem=bang", "/?xem=lich", "/?chon=1&tich=trang"):
        page.goto(programs.staff + path)
        assert_for_everybody(page)
    page.get_by_role("button", name="Đóng hồ sơ").tap()
    expect(page.get_by_role("heading", name="Xem lại trước khi làm")).to_be_visible()
    assert_for_everybody(page)
