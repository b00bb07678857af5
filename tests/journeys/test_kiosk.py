"""At the kiosk without a script: from home to the receipt, and nothing left for the next person."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import roads
from tests.journeys.roads import IDEA, TITLE, next_question, press

pytestmark = pytest.mark.browser


def test_from_home_to_the_receipt_with_back_skip_and_a_changed_line(kiosk, programs):
    page = kiosk()

    roads.answer_at_kiosk(page, TITLE)
    page.get_by_role("link", name="Quay lại").tap()
    expect(page).to_have_url(re.compile("/gui/10$"))
    next_question(page, "/gui/12", "Không để tên")
    expect(page.get_by_text(re.compile(r"Sẽ xét trong năm 20\d\d"))).to_be_visible()
    page.get_by_role("link", name="Ý của Ông/Bà là gì?").tap()
    expect(page).to_have_url(re.compile("/gui/4"))
    expect(page.locator("#title")).to_have_value(TITLE)
    page.locator("#title").fill(f"{TITLE} ở ấp")
    next_question(page, "/gui/12")
    expect(page.get_by_text(f"{TITLE} ở ấp")).to_be_visible()
    code = roads.send(page)

    expect(page.get_by_text("Kiosk 1")).to_have_count(2)
    expect(page.get_by_text(IDEA)).to_be_visible()
    page.goto(f"{programs.public}/t/{code}")
    expect(page.get_by_role("heading", name="Đã tiếp nhận")).to_be_visible()


def test_an_official_sees_by_which_rule_the_year_is_counted(kiosk):
    page = kiosk()
    page.goto(f"{page.url}gui/1")

    page.get_by_role("button", name="Cán bộ, công chức").tap()
    expect(page).to_have_url(re.compile("/gui/6$"))
    page.goto(page.url.replace("/gui/6", "/gui/2"))
    page.get_by_role("button", name="Có", exact=True).tap()
    expect(page).to_have_url(re.compile("/gui/6$"))
    page.goto(page.url.replace("/gui/6", "/gui/12"))

    expect(page.get_by_text("Người trong cơ quan gửi")).to_be_visible()
    press(page, "Gửi")
    expect(page.get_by_role("heading", name="Còn chỗ cần sửa")).to_be_visible()
    page.get_by_role("link", name="Xin Ông/Bà cho biết nên làm thế nào. Chỉ cần một câu.").tap()
    expect(page).to_have_url(re.compile(r"/gui/6\?then=check"))


def test_a_screen_that_needs_an_answer_says_so_and_waits(kiosk):
    page = kiosk()
    roads.open_door(page, "Gõ chữ", "/gui/6")

    press(page, "Tiếp tục")

    expect(page).to_have_title(re.compile("^Lỗi: "))
    expect(page.get_by_role("alert")).to_contain_text("nên làm thế nào")


def test_a_double_tap_a_reload_and_back_keep_one_proposal(kiosk, programs):
    page = kiosk()
    title = "Một ý chỉ gửi một lần ở kiosk"
    roads.answer_at_kiosk(page, title)

    page.get_by_role("button", name="Gửi", exact=True).dblclick()
    expect(page).to_have_url(roads.RECEIPT)
    receipt = roads.receipt_address(page)
    page.reload()
    expect(page).to_have_url(re.compile(receipt))
    page.goto(f"{programs.public}/gui/12")
    expect(page).to_have_url(receipt)
    page.goto(f"{programs.public}/gui/4")
    expect(page).to_have_url(receipt)

    assert kept(programs, title) == 1


def kept(programs, title: str) -> int:
    """Return how many proposals of that title the store holds."""
    from shared.runtime.instance import Instance
    from shared.store.cases import queue

    db = Instance(programs.serving.folder).open()
    try:
        return sum(
            case.title == title for case in queue.page(db, queue.QueueFilter("nobody")).cases
        )
    finally:
        db.close()
