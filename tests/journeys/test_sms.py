"""A basic phone: an idea goes in, a receipt comes back, TT tells where it stands."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

OF_THE_OFFICE = "li.theirs .words"
CODE = re.compile(r"Ma so: \d{12}")


def send_sms(page: Page, text: str) -> None:
    """Send from the first of the two telephones."""
    page.locator("textarea").first.fill(text)
    page.get_by_role("button", name="Gửi tin").first.tap()
    expect(page.locator("textarea").first).to_have_value("")


def test_an_idea_by_sms_is_receipted_and_tracked(screen, programs):
    page = screen({"width": 1280, "height": 800})
    page.goto(f"{programs.sms}/phone?mot=0900 000 931&hai=0900 000 932")
    first = page.frame_locator("iframe").first
    receipt = first.locator(OF_THE_OFFICE, has_text=CODE)

    send_sms(page, "sk Cho bà con hẹn giờ trước khi đi chứng thực")
    expect(receipt).to_have_text(re.compile(r"da nhan sang kien .* Ma so: \d{12}\."))
    code = re.search(r"\d{12}", receipt.inner_text())[0]
    send_sms(page, f"TT {code[:4]} {code[4:8]} {code[8:]}")

    expect(first.get_by_text(re.compile(f"^{code}: Da tiep nhan"))).to_be_visible()
    second = page.frame_locator("iframe").nth(1)
    expect(second.get_by_text("Chưa có tin nào.")).to_be_visible()


def test_a_message_without_a_word_is_kept_too(screen, programs):
    page = screen({"width": 1280, "height": 800}, script=False)
    page.goto(f"{programs.sms}/phone?mot=0900 000 933")

    send_sms(page, "Nên có ghế ngồi và nước uống cho người già chờ lấy số")

    reply = page.frame_locator("iframe").first.locator(OF_THE_OFFICE, has_text=CODE)
    expect(reply).to_have_text(re.compile(r"da nhan y cua Ong/Ba\. Ma so: \d{12}"))


def test_an_empty_message_is_told(screen, programs):
    page = screen({"width": 1280, "height": 800})
    page.goto(f"{programs.sms}/phone?mot=0900 000 934")

    page.get_by_role("button", name="Gửi tin").first.tap()

    expect(page.get_by_role("alert")).to_contain_text("Tin còn trống.")
