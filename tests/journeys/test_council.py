"""The council judges an idea on a tablet that falls asleep; the chair signs what it concluded."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import TABLET
from tests.journeys.roads import press

pytestmark = pytest.mark.browser


def test_an_idea_is_judged_concluded_and_signed(enter, officer, programs):
    member, chair, secretary = enter("cham", "council"), enter("ky", "chair"), officer(TABLET)

    secretary.goto(f"{programs.staff}/hoi-dong")
    secretary.get_by_label("Nơi họp").fill("Hội trường xã")
    secretary.get_by_label("cham", exact=True).check()
    secretary.get_by_label("Chủ trì").select_option(label="ky")
    secretary.get_by_label("Thư ký").select_option(label="lan")
    press(secretary, "Mở phiên họp")
    expect(secretary).to_have_url(re.compile("/hoi-dong/.+"))
    session = secretary.url
    code = secretary.locator("input[name=code]").first
    picked = code.get_attribute("value")
    code.check()
    secretary.locator("input[name=redacted]").check()
    press(secretary, "Đưa vào phiên họp")
    expect(secretary.get_by_text("Đã nộp phiếu: 0 trên 1")).to_be_visible()

    member.goto(session)
    member.get_by_role("link", name="Chấm sáng kiến này").tap()
    expect(member.get_by_label("Đạt", exact=True)).to_have_count(5)
    for gate in member.get_by_label("Đạt", exact=True).all():
        gate.check()
    fields = member.locator("input[name=points]")
    for at, points in enumerate(("15", "15", "20", "10", "10")):
        fields.nth(at).fill(points)
    member.locator("input[name=remark]").first.fill("Mới ở xã")
    member.locator("input[name=remark]").first.blur()
    expect(member.get_by_role("status").filter(has_text="Đã giữ.")).to_be_visible()
    member.reload()  # the tablet slept
    expect(member.locator("input[name=remark]").first).to_have_value("Mới ở xã")
    secretary.goto(session)
    expect(secretary.get_by_text("Điểm trung bình")).to_have_count(0)
    press(member, "Nộp phiếu")
    expect(member.get_by_text("đã nộp và đã khóa")).to_be_visible()

    secretary.goto(session)
    expect(secretary.get_by_text("70,0 / 100")).to_be_visible()
    secretary.get_by_label("Lý do", exact=True).first.fill("Dễ làm, ít tốn")
    press(secretary, "Ghi kết luận")
    expect(secretary.get_by_text("Dễ làm, ít tốn")).to_be_visible()

    chair.goto(f"{programs.staff}/ky-duyet")
    chair.get_by_label("Số quyết định").fill("77/QĐ-UBND")
    chair.get_by_label(re.compile("Ngày quyết định")).fill("01/02/2026")
    press(chair, "Ký, chuyển bước")
    expect(chair.get_by_text("Không có kết luận nào chờ ký")).to_be_visible()
    chair.goto(f"{programs.staff}/ho-so/{picked}")
    expect(chair.locator(".case-head")).to_contain_text("Được công nhận")
