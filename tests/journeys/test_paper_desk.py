"""A receptionist enters what somebody brought on paper, prints its receipt and adds its picture."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.journeys.roads import press

pytestmark = pytest.mark.browser


def a_scan():
    out = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(out, "JPEG")
    return {"name": "to-giay.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_paper_is_entered_printed_and_found_by_its_sender(enter, screen, programs):
    desk = enter("tiep", "receptionist", script=False)

    desk.get_by_role("link", name="Nhập hồ sơ").tap()
    press(desk, "Vào sổ và lấy mã số")
    expect(desk.get_by_role("alert")).to_contain_text("Xin chọn cách gửi đến.")
    desk.get_by_label("Giấy, mang đến tận nơi").tap()
    desk.get_by_label("Ý của Ông/Bà là gì?").fill("Gộp hai tờ khai làm một")
    desk.get_by_label("Họ và tên").fill("Trần Thị Mận")
    desk.get_by_label("Tôi đồng ý lưu thông tin để xét sáng kiến").tap()
    press(desk, "Vào sổ và lấy mã số")

    done = desk.locator(".notice.done")
    expect(done).to_contain_text("Đã vào sổ.")
    code = re.sub(r"\D", "", done.locator(".code").inner_text())
    desk.locator("#files-new").set_input_files(a_scan())
    press(desk, "Thêm vào hồ sơ")
    expect(desk.get_by_role("heading", level=1, name="Gộp hai tờ khai làm một")).to_be_visible()
    desk.locator("a[href='#people']").tap()
    expect(desk.get_by_text("Người nhập")).to_be_visible()
    desk.locator("a[href='#papers']").tap()
    desk.get_by_role("link", name="In lại phiếu").tap()
    expect(desk.get_by_role("heading", name="PHIẾU TIẾP NHẬN SÁNG KIẾN")).to_be_visible()
    phone = screen(script=False)
    phone.goto(f"{programs.public}/t/{code}")
    expect(phone.get_by_role("heading", name="Đã tiếp nhận")).to_be_visible()
    expect(phone.get_by_text("Mận")).to_have_count(0)
