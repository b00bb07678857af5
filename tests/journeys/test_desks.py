"""The daily road of those who judge no idea: culture spreads the word, an organisation's clerk
enters what its members say, the admin lets people in; and the links that lead everybody."""

import re

import pytest
from playwright.sync_api import expect

from shared.domain import clock
from shared.settings import Settings
from tests.journeys.conftest import PASSWORD, PHONE, log_in
from tests.journeys.roads import press

pytestmark = pytest.mark.browser


def test_culture_writes_down_what_was_done_and_prints_what_calls(enter):
    page = enter("vanhoa", "culture")
    expect(page.get_by_role("heading", name="Tổng quan", exact=True)).to_be_visible()

    page.get_by_role("link", name="Tuyên truyền").tap()
    add = page.locator("details", has_text="Ghi một việc đã làm")
    if add.get_attribute("open") is None:
        add.locator("summary").tap()
    press(page, "Lưu")
    expect(page.get_by_role("alert")).to_contain_text("Xin chọn hình thức tuyên truyền.")
    page.get_by_label("Hình thức").select_option(label="Loa truyền thanh")
    page.get_by_label("Việc đã làm").fill("Đọc bài loa ở ấp 2, sáng và chiều")
    page.get_by_label("Nơi làm").fill("Ấp 2")
    today = clock.day_words(clock.now(), Settings().office.zone)
    page.get_by_label("Từ ngày").fill(today)
    page.get_by_label("Người làm").fill("Chị Sáu")
    page.get_by_label("Số người nghe, xem").fill("350")
    press(page, "Lưu")

    card = page.get_by_role("listitem").filter(has_text="Đọc bài loa ở ấp 2")
    if not card.count():
        page.get_by_role("link", name="Tuyên truyền").first.tap()
    expect(card.first).to_contain_text("350 người nghe, xem.")
    page.get_by_role("link", name="Áp phích").first.tap()
    expect(page.get_by_role("listitem").filter(has_text="Nhắn tin").first).to_be_visible()
    page.goto(page.url.partition("/ap-phich")[0] + "/")
    page.get_by_role("link", name="Khen thưởng").tap()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Hồ sơ", exact=True)).to_have_count(0)


def test_the_admin_lets_a_clerk_in_who_enters_what_members_say(enter, screen, officer, programs):
    office = officer()
    office.locator(".desks summary").tap()
    office.get_by_role("link", name="Cơ quan").tap()
    office.locator("summary", has_text="Thêm tổ chức").tap()
    office.get_by_label("Tên tổ chức").fill("Hội Phụ nữ xã")
    office.get_by_label("Mã", exact=True).fill("phunu26")
    press(office, "Lưu")

    admin = enter("quantri", "admin")
    admin.get_by_role("link", name="Nhân sự").first.tap()
    admin.get_by_label("Tên đăng nhập").fill("phunu")
    admin.get_by_label("Họ tên").fill("Chị Bảy")
    admin.get_by_label("Vai trò", exact=True).last.select_option(label="Đoàn thể")
    press(admin, "Thêm và tạo mật khẩu một lần")
    once = admin.locator(".once").inner_text()
    card = admin.get_by_role("listitem").filter(has_text="Chị Bảy")
    card.get_by_label("Làm cho đoàn thể", exact=True).select_option(label="Hội Phụ nữ xã")
    card.get_by_role("button", name="Lưu").tap()
    admin.get_by_role("link", name=re.compile("Kiểm tra máy")).tap()
    expect(admin.get_by_role("heading", level=1)).to_be_visible()
    expect(admin.get_by_role("link", name="Hồ sơ", exact=True)).to_have_count(0)

    clerk = screen(PHONE, script=False)
    log_in(clerk, programs, "phunu", once)
    clerk.get_by_label("Mật khẩu mới", exact=True).fill(PASSWORD)
    clerk.get_by_label("Gõ lại mật khẩu mới").fill(PASSWORD)
    press(clerk, "Đặt mật khẩu")
    expect(clerk.get_by_role("heading", name="Hội Phụ nữ xã")).to_be_visible()
    clerk.get_by_label("Tên danh sách").fill("Chi hội ấp 3")
    press(clerk, "Mở danh sách mới")
    clerk.get_by_label("Người dân", exact=True).tap()
    clerk.get_by_label("Ý của Ông/Bà là gì?").fill("Gộp hai tờ khai làm một cho đỡ tốn giấy")
    press(clerk, "Vào sổ và sang người tiếp theo")
    expect(clerk.get_by_role("status")).to_contain_text("Đã vào sổ, số thứ tự 1")
    clerk.get_by_role("link", name="In danh sách để ký").tap()
    expect(clerk.get_by_text("Gộp hai tờ khai làm một cho đỡ tốn giấy")).to_be_visible()
    clerk.goto(f"{programs.staff}/")
    expect(clerk.locator("dl.figures")).to_contain_text("Đã gửi")
    expect(clerk.locator("dl.figures dd").first).to_have_text("1")


def test_every_desk_is_reached_by_the_keyboard_and_on_a_phone_without_script(
    enter, officer, programs
):
    tablet = officer()
    more = tablet.locator(".desks summary")
    more.focus()
    tablet.keyboard.press("Enter")
    tablet.keyboard.press("Tab")
    expect(tablet.locator(".desks details a").first).to_be_focused()
    tablet.keyboard.press("Enter")
    expect(tablet.locator(".desks summary[aria-current]")).to_be_visible()

    phone = enter("leader", "chair", PHONE, script=False)
    expect(phone.locator(".desks details a").first).to_be_hidden()
    phone.locator(".desks summary").tap()
    for link in phone.locator(".desks a, .desks summary").all():
        box = link.bounding_box()
        assert box["height"] >= 44 and box["width"] >= 44
        assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]
    phone.get_by_role("link", name="Sáng kiến cán bộ").tap()
    expect(phone).to_have_url(f"{programs.staff}/thanh-tich")
