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

    expect(page.locator("main").get_by_text("Kiosk 1").first).to_be_attached()
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


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_a_shy_insider_types_one_sentence_on_seven_screens_and_nobody_learns_who(
    kiosk, programs, screen, script
):
    page = kiosk(script=script)
    walk = roads.Walk(page)

    walk.tap(page.locator("button.tile", has_text="Gõ chữ"))
    walk.tap(page.locator("#solution"))
    page.locator("#solution").fill(IDEA)
    walk.tap(page.get_by_role("button", name="Tiếp tục", exact=True))
    walk.tap(page.get_by_role("button", name="Cán bộ, công chức"))
    expect(page.get_by_text("không để tên vẫn được xét như mọi người")).to_be_visible()
    walk.tap(page.get_by_role("button", name="Có", exact=True))
    walk.tap(page.get_by_role("button", name="Không để tên"))
    walk.tap(page.get_by_role("button", name="Gửi", exact=True))

    expect(page.get_by_role("heading", name="Đã nhận!")).to_be_visible()
    print(walk.row("shy insider, typed"))
    asked = [f"/gui/{step}" for step in (6, 1, 2, 10, 12)]
    assert walk.screens == ["/", *asked, "/r/…"]
    assert walk.taps == 7
    phone = screen()
    phone.goto(f"{programs.public}/t/{roads.code_on(page)}")
    expect(phone.get_by_role("heading", name="Đã tiếp nhận")).to_be_visible()
    assert "công chức" not in phone.locator("body").inner_text()


def test_a_page_that_was_just_opened_lets_no_second_tap_through(kiosk, programs):
    page = kiosk()
    page.goto(f"{programs.public}/gui/1")

    def at(milliseconds: int) -> list[str]:
        """Return what takes a finger so long after the page was opened."""
        return list(
            page.evaluate(
                """at => ["main", ".dock"].map(which => {
                  const place = document.querySelector(which);
                  for (const one of place.getAnimations()) { one.pause(); one.currentTime = at; }
                  return getComputedStyle(place.querySelector("button")).pointerEvents;
                })""",
                milliseconds,
            )
        )

    page.evaluate(
        """() => { for (const which of ["main", ".dock"]) {
          const place = document.querySelector(which);
          place.getAnimations().forEach(one => one.cancel());
          place.style.animation = "none"; place.offsetHeight; place.style.animation = "";
        } }"""
    )
    assert at(399) == ["none", "none"]
    assert at(400) == ["auto", "auto"]


def test_help_in_the_middle_leads_back_with_every_letter(kiosk, programs):
    page = kiosk()
    roads.open_door(page, "Gõ chữ", "/gui/6")
    page.locator("#solution").fill("Cho bà con nh")

    press(page, "Giữ kín thông tin")
    expect(page).to_have_url(f"{programs.public}/rt")
    page.get_by_role("link", name="Quay lại bài đang viết").tap()
    expect(page.locator("#solution")).to_have_value("Cho bà con nh")
    press(page, "‹ Về trang đầu")
    expect(page).to_have_url(f"{programs.public}/")
    page.get_by_role("link", name="Xem kết quả").tap()
    page.get_by_role("link", name="Quay lại bài đang viết").tap()

    expect(page.locator("#solution")).to_have_value("Cho bà con nh")


def test_a_person_writes_it_down_and_the_receipt_comes_out_here(kiosk, officer, programs):
    page, tablet = kiosk(script=True), officer()
    page.locator("button.tile", has_text="Cán bộ ghi giúp").tap()
    expect(page.get_by_role("heading", name="Đã gọi cán bộ.")).to_be_visible()
    call = tablet.locator("[data-ring]", has_text="Kiosk 1 cần giúp")
    call.get_by_role("button", name="Đến ghi giúp").tap()
    expect(tablet.get_by_text("Ghi cho người đang đứng ở Kiosk 1.")).to_be_visible()
    expect(page.get_by_role("heading", name="lan đang ghi giúp.")).to_be_visible()

    tablet.locator("#solution").fill(IDEA)
    press(tablet, "Vào sổ và lấy mã số")

    expect(tablet.get_by_text("Phiếu hiện ra ở màn hình Kiosk 1.")).to_be_visible()
    expect(page).to_have_url(roads.RECEIPT)
    expect(page.get_by_role("heading", name="Đã nhận!")).to_be_visible()


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
