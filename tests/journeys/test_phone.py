"""On a citizen's own phone: one page, with and without a script."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import roads
from tests.journeys.conftest import PHONE
from tests.journeys.roads import IDEA, press

pytestmark = pytest.mark.browser
SENTENCE = "Chứng thực chờ lâu, nên cho gọi điện hẹn giờ."


@pytest.mark.parametrize("script", [False, True], ids=["no script", "script"])
def test_from_home_to_the_receipt_on_one_page(screen, programs, script):
    page = screen(PHONE, script=script)
    page.goto(programs.public)

    page.get_by_role("link", name="Gửi sáng kiến").tap()
    expect(page).to_have_url(f"{programs.public}/gui")
    roads.fill_form(page)
    code = roads.send(page)

    expect(page.get_by_text(IDEA)).to_be_visible()
    page.goto(f"{programs.public}/t/{code}")
    expect(page.get_by_role("heading", name="Đã tiếp nhận")).to_be_visible()


@pytest.mark.parametrize("script", [False, True], ids=["no script", "script"])
def test_one_sentence_and_one_tap_lead_to_the_receipt(screen, programs, script):
    page = screen(PHONE, script=script)
    page.goto(f"{programs.public}/gui")

    page.get_by_label("Xã nên làm gì cho bớt rườm rà?").fill(SENTENCE)
    roads.send(page)

    expect(page.get_by_text(f"{SENTENCE} (tự đặt)")).to_be_visible()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_button_and_the_whole_page_are_near(screen, programs, language):
    page = screen(PHONE)
    page.context.add_cookies([{"name": "lang", "value": language, "url": programs.public}])
    page.goto(f"{programs.public}/gui")

    button = page.get_by_role("button", name=re.compile("^(Gửi|Send)$")).bounding_box()
    assert button["y"] + button["height"] <= 900
    assert page.evaluate("document.documentElement.scrollHeight") <= 1300


def test_what_matters_only_after_an_answer_appears_with_it(screen, programs):
    page = screen(PHONE, script=False)
    page.goto(f"{programs.public}/gui")
    guardian, unit = page.locator("#guardian"), page.locator("#unit")
    expect(guardian).to_be_hidden()

    page.get_by_label("Người gửi chưa đủ 16 tuổi").check()
    expect(guardian).to_be_visible()
    guardian.fill("Cô Lan")
    page.get_by_label("Người gửi chưa đủ 16 tuổi").uncheck()
    expect(guardian).to_be_visible()  # what was written is never out of sight
    page.locator("summary").tap()
    expect(unit).to_be_hidden()
    page.get_by_label("Cán bộ, công chức", exact=True).check()

    expect(unit).to_be_visible()
    expect(page.get_by_text("Cán bộ, công chức không để tên vẫn được xét")).to_be_visible()


def test_what_was_typed_outlives_a_reload_another_page_and_another_language(screen, programs):
    page = screen(PHONE)
    page.goto(f"{programs.public}/gui")
    page.locator("#solution").fill(SENTENCE)
    page.locator("#phone").fill("0912 345 678")
    page.locator("[id='consents.store']").check()
    page.locator("summary").tap()
    page.get_by_label("Nhanh hơn", exact=True).check()
    key = page.locator("[name=key]").input_value()

    def is_all_there():
        expect(page.locator("#solution")).to_have_value(SENTENCE)
        expect(page.locator("#phone")).to_have_value("0912 345 678")
        expect(page.locator("[id='consents.store']")).to_be_checked()
        expect(page.locator("[id='consents.sms']")).not_to_be_checked()
        expect(page.locator("[value=faster]")).to_be_checked()
        assert page.locator("[name=key]").input_value() == key

    page.reload()
    is_all_there()
    page.get_by_role("link", name="Xã giữ bao lâu?").tap()
    expect(page).to_have_url(f"{programs.public}/rt")
    page.goto(f"{programs.public}/gui")
    is_all_there()
    press(page, "English")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    is_all_there()
    page.locator("#phone").fill("0912")
    press(page, "Send")
    expect(page).to_have_title(re.compile("^Error: "))
    press(page, "Tiếng Việt")
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    page.locator("#phone").fill("0912 345 678")
    is_all_there()
    roads.send(page)
    page.wait_for_function("sessionStorage.length === 0")
    page.goto(f"{programs.public}/gui")
    expect(page.locator("#solution")).to_have_value("")


def test_without_script_another_language_keeps_what_was_typed(screen, programs):
    page = screen(PHONE, script=False)
    page.goto(f"{programs.public}/gui")
    page.locator("#solution").fill(SENTENCE)

    press(page, "English")

    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#solution")).to_have_value(SENTENCE)


def test_the_letters_left_are_counted_as_one_types(screen, programs):
    page = screen(PHONE)
    page.goto(f"{programs.public}/gui")
    expect(page.get_by_text("Ví dụ: chứng thực")).to_be_visible()

    page.locator("#solution").fill("Hẹn giờ 🌾")
    expect(page.get_by_text("Còn 1991 chữ cái.")).to_be_visible()
    page.locator("#solution").fill("ơ" * 2003)

    expect(page.get_by_text("Thừa 3 chữ cái, xin bớt lại.")).to_be_visible()


@pytest.mark.parametrize("script", [False, True], ids=["no script", "script"])
def test_what_was_typed_is_still_there_and_can_go_without_a_name(screen, programs, script):
    page = screen(PHONE, script=script)
    page.goto(f"{programs.public}/gui")
    roads.fill_form(page)
    page.locator("#name").fill("Trần Thị Mận")
    page.locator("#phone").fill("0251 3861 111")

    press(page, "Gửi")
    expect(page).to_have_title(re.compile("^Lỗi: "))
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Số điện thoại cần đủ 10 số")
    expect(summary).to_contain_text("Chưa đánh dấu ô đồng ý.")
    expect(page.locator("#solution")).to_have_value(IDEA)
    expect(page.locator("#name")).to_have_value("Trần Thị Mận")
    expect(page.locator("#phone")).to_have_value("0251 3861 111")
    summary.get_by_role("link", name="Số điện thoại").tap()
    expect(page).to_have_url(re.compile("#phone$"))
    press(page, "Gửi không để tên")

    expect(page).to_have_url(roads.RECEIPT)
    expect(page.get_by_text("Mận")).to_have_count(0)


def test_back_a_correction_and_send_again_make_no_second_proposal(with_cache, programs):
    page = with_cache(PHONE)
    page.goto(f"{programs.public}/gui")
    roads.fill_form(page, "Một ý gửi rồi sửa trên điện thoại")
    code = roads.send(page)

    page.evaluate("history.back()")
    expect(page).to_have_url(f"{programs.public}/gui")
    expect(page.locator("#solution")).to_have_value(IDEA)
    page.locator("#solution").fill("Nên cho hẹn qua điện thoại của ấp.")
    press(page, "Gửi")

    expect(page).to_have_url(roads.RECEIPT)
    assert roads.code_on(page) == code
    expect(page.get_by_text(IDEA)).to_be_visible()
    expect(page.get_by_text("Nên cho hẹn qua điện thoại của ấp.")).to_be_visible()


def test_back_without_the_cache_is_an_empty_form_for_another_idea(screen, programs):
    page = screen()
    page.goto(f"{programs.public}/gui")
    roads.fill_form(page)
    code = roads.send(page)
    page.wait_for_function("sessionStorage.length === 0")

    page.go_back()
    expect(page.locator("#solution")).to_have_value("")
    roads.fill_form(page, "Một ý khác hẳn sau khi quay lại")

    assert roads.send(page) != code


def test_a_reload_of_the_receipt_sends_nothing_again(screen, programs):
    page = screen()
    page.goto(f"{programs.public}/gui")
    roads.fill_form(page)
    code = roads.send(page)

    page.reload()

    expect(page).to_have_url(roads.RECEIPT)
    assert roads.code_on(page) == code


def test_adding_and_taking_back_from_the_receipt(screen, programs):
    page = screen(script=False)
    page.goto(f"{programs.public}/gui")
    roads.fill_form(page)
    roads.send(page)

    page.get_by_label("Ông/Bà muốn nói thêm điều gì?").fill("Nên làm cả thứ bảy.")
    press(page, "Gửi thêm")
    expect(page.get_by_role("heading", name="Xã đã nhận phần gửi thêm.")).to_be_visible()
    expect(page.get_by_text("Nên làm cả thứ bảy.")).to_be_visible()
    page.get_by_role("link", name="Rút lại sáng kiến").tap()
    expect(page).to_have_url(re.compile("/rut$"))
    press(page, "Tôi muốn rút lại")

    expect(page.get_by_role("heading", name="Đang chờ rút")).to_be_visible()
    press(page, "Lấy lại, không rút nữa")
    expect(page.get_by_role("heading", name="Sáng kiến được giữ lại")).to_be_visible()


def test_the_page_speaks_english_when_asked(screen, programs):
    page = screen(script=False)
    page.goto(f"{programs.public}/tro-giup")

    press(page, "English")

    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_url(f"{programs.public}/tro-giup")
    press(page, "Tiếng Việt")
    expect(page.locator("html")).to_have_attribute("lang", "vi")
