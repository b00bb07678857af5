"""An idea is answered: what the office does is seen on the status page, the receipt and as SMS."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import roads
from tests.journeys.conftest import TABLET
from tests.journeys.roads import press

pytestmark = pytest.mark.browser

NUMBER = "0900 000 921"
ANSWER = "Xã sẽ làm thử ở ấp 3 từ tháng sau."


def test_what_the_office_does_is_seen_by_the_sender_everywhere(kiosk, officer, screen, programs):
    at_kiosk = kiosk()
    roads.answer_at_kiosk(at_kiosk, "Một ý được xã trả lời", phone=NUMBER)
    code = roads.send(at_kiosk)
    receipt = roads.receipt_address(at_kiosk)
    tablet = officer(TABLET)

    tablet.goto(f"{programs.staff}/ho-so/{code}")
    expect(tablet.get_by_label("Bước tiếp")).to_have_value("under_appraisal")
    press(tablet, "Lưu, ở lại")
    expect(tablet.locator(".case-head")).to_contain_text("Đang xem xét")
    tablet.locator("summary", has_text="Trả lời người gửi").tap()
    tablet.get_by_role("textbox", name="Trả lời người gửi").fill(ANSWER)
    press(tablet, "Gửi trả lời")
    expect(tablet.get_by_text(ANSWER)).to_be_visible()

    phone = screen(script=False)
    phone.goto(f"{programs.public}/t/{code}")
    expect(phone.get_by_role("heading", name="Đang xem xét")).to_be_visible()
    expect(phone.get_by_text(ANSWER)).to_have_count(0)
    phone.goto(receipt)
    expect(phone.get_by_text(ANSWER)).to_be_visible()
    expect(phone.get_by_text("Bây giờ: Đang xem xét")).to_be_visible()
    sim = screen()
    sim.goto(f"{programs.sms}/phone?mot={NUMBER}")
    messages = sim.frame_locator("iframe").first
    expect(messages.get_by_text(re.compile(f"{code}: Dang xem xet"))).to_be_visible()


def test_a_one_time_password_is_changed_before_anything_else(screen, programs):
    made = programs.serving.run("user", "add", "thumoi", "--role", "officer").stdout
    password = re.search(r"one-time password: (\S+)", made)[1]
    page = screen(TABLET)
    page.goto(programs.staff)
    expect(page).to_have_url(re.compile("/login"))

    page.get_by_label("Tên đăng nhập").fill("thumoi")
    page.get_by_label("Mật khẩu", exact=True).fill(password)
    press(page, "Đăng nhập")
    expect(page).to_have_url(re.compile("/mat-khau"))
    page.goto(f"{programs.staff}/?status=received")
    expect(page).to_have_url(re.compile("/mat-khau"))
    page.get_by_label("Mật khẩu mới", exact=True).fill("đồng lúa chín vàng")
    page.get_by_label("Gõ lại mật khẩu mới").fill("đồng lúa chín vàng")
    press(page, "Đặt mật khẩu")

    expect(page.get_by_role("heading", name="Hôm nay")).to_be_visible()
    again = screen(TABLET)
    again.goto(f"{programs.staff}/login")
    again.get_by_label("Tên đăng nhập").fill("thumoi")
    again.get_by_label("Mật khẩu", exact=True).fill(password)
    press(again, "Đăng nhập")
    expect(again.get_by_role("alert")).to_be_visible()
