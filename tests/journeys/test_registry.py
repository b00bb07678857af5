"""Another commune finds a model, asks for it, and the office calls: the whole road, without script
for who asks."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import KIOSK, PHONE, TABLET
from tests.journeys.roads import press
from tests.journeys.test_accessibility import assert_for_everybody

pytestmark = pytest.mark.browser


def test_a_unit_asks_for_a_model_at_the_kiosk_and_the_office_takes_it_up(kiosk, officer, programs):
    page = kiosk()
    page.get_by_role("link", name="Xem thêm").tap()
    page.get_by_label("Tìm theo từ").fill("hen gio")
    press(page, "Tìm")
    page.get_by_role("link", name="Hẹn giờ trước khi đi chứng thực").tap()
    expect(page.get_by_role("table")).to_contain_text("3 ngày")
    page.get_by_role("link", name="Đơn vị chúng tôi muốn áp dụng").tap()
    page.get_by_label("Tên đơn vị").fill("UBND xã Phú Lý")
    page.get_by_label("Người liên hệ").fill("Anh Ba")
    page.get_by_label("Số điện thoại", exact=True).fill("0900 000 933")
    press(page, "Gửi yêu cầu")
    page.get_by_label("Tôi đồng ý để xã lưu tên").tap()
    press(page, "Gửi yêu cầu")
    expect(page.get_by_role("heading", name="Xã đã nhận yêu cầu")).to_be_visible()
    expect(page.get_by_text("Anh Ba")).to_have_count(0)

    tablet = officer(TABLET)
    tablet.get_by_role("link", name=re.compile(r"Hôm nay \(\d+\)")).tap()
    tablet.get_by_role("link", name=re.compile("Nơi khác xin áp dụng")).first.tap()
    assert_for_everybody(tablet)
    card = tablet.get_by_role("listitem").filter(has_text="UBND xã Phú Lý")
    expect(card).to_contain_text("0900 000 933")
    model = card.locator("a[href^='/ho-so/']").get_attribute("href")
    card.get_by_role("button", name="Nhận, ghi vào sổ nhân rộng").tap()
    expect(tablet.get_by_text("Đã giải quyết gần đây")).to_be_visible()

    tablet.goto(f"{programs.staff}{model}")
    expect(tablet.get_by_role("heading", name="UBND xã Phú Lý")).to_be_visible()
    tablet.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert_for_everybody(tablet)


@pytest.mark.parametrize("size", [PHONE, KIOSK], ids=lambda one: str(one["width"]))
def test_the_registry_is_for_everybody(screen, kiosk, programs, size):
    page = kiosk(size, script=True, name="Kiosk 2") if size is KIOSK else screen(size)
    model = f"{programs.public}/mo-hinh/hen-gio-truoc-khi-di-chung-thuc"

    for address in (
        f"{programs.public}/mo-hinh?category=3", f"{programs.public}/mo-hinh/du-lieu", model,
        f"{model}/da-gui", f"{model}/ap-dung",
    ):  # fmt: skip
        page.goto(address)
        assert_for_everybody(page)
    press(page, "Gửi yêu cầu")
    expect(page.get_by_role("alert")).to_be_visible()
    assert_for_everybody(page)
