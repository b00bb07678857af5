"""A kiosk for who sees little, hears, cannot touch, or wants a person."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import roads
from tests.journeys.conftest import KIOSK, TABLET
from tests.journeys.test_accessibility import LETTERS, TOO_WIDE, assert_for_everybody

pytestmark = pytest.mark.browser

# What a page enlarged to 200 % has left of 1080×1920.
ENLARGED = {"width": 540, "height": 960}
MOST_TABS = 120


def go_to(page: Page, selector: str) -> None:
    """Go on by the Tab key until what is focused matches."""
    for _ in range(MOST_TABS):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {selector} on {page.url}")


def go_on(page: Page, leads_to: str, selector: str = ".acts .main") -> None:
    go_to(page, selector)
    with roads.another_page(page):
        page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(leads_to + r"($|\?)"))


def test_larger_and_stronger_pages_hold_together(kiosk, programs):
    page = kiosk(KIOSK, script=True)
    page.goto(f"{programs.public}/gui/1")
    roads.press(page, "Chữ to hơn")
    expect(page.locator("html.larger")).to_be_attached()
    roads.press(page, "Nét đậm hơn")
    expect(page.locator("html.contrast")).to_be_attached()

    for path in ("/", "/gui/1", "/gui/4", "/gui/7", "/gui/10", "/tra-cuu"):
        page.goto(programs.public + path)
        if path == "/gui/4":
            page.locator("#title").tap()
            expect(page.locator("[data-keyboard]")).to_be_visible()
        assert_for_everybody(page, rows=72, sizes=(KIOSK, TABLET))


def test_what_was_typed_survives_being_drawn_anew(kiosk, programs):
    page = kiosk(KIOSK, script=True)
    page.goto(f"{programs.public}/gui/1")
    page.goto(f"{programs.public}/gui/4")
    page.locator("#title").fill("Chưa gửi đi")

    roads.press(page, "Chữ to hơn")

    expect(page.locator("html.larger")).to_be_attached()
    expect(page.locator("#title")).to_have_value("Chưa gửi đi")


def test_enlarged_twice_in_forced_colours_and_without_motion_nothing_is_cut_off(kiosk, programs):
    page = kiosk(ENLARGED, script=True, forced_colors="active", reduced_motion="reduce")
    page.goto(f"{programs.public}/gui/1")
    for path in ("/", "/gui/1", "/gui/4", "/gui/10", "/tra-cuu"):
        page.goto(programs.public + path)
        expect(page.locator("main")).to_be_visible()
        assert not page.evaluate(TOO_WIDE), page.url
    page.locator("#ma").tap()
    expect(page.locator("[data-keyboard]")).to_be_visible()
    assert not page.evaluate(TOO_WIDE)
    assert page.evaluate("document.getAnimations().length") == 0


def test_from_home_to_the_receipt_by_the_keyboard_alone(kiosk, programs):
    page = kiosk(TABLET, script=True)

    go_on(page, "/gui/6", "[name=manner][value=text]")
    go_to(page, "#solution")
    page.keyboard.type("Nhắn tin xin giờ", delay=50)
    go_on(page, "/gui/1")
    go_on(page, "/gui/10", "[name=participant_type][value=citizen]")
    go_on(page, "/gui/12", "[name=without_name]")
    go_to(page, ".acts .main")
    page.keyboard.press("Enter")

    expect(page).to_have_url(roads.RECEIPT)


def test_every_letter_of_the_keys_has_the_typeface_of_the_page(kiosk, programs):
    page = kiosk(KIOSK, script=True)
    page.goto(f"{programs.public}/gui/1")
    page.goto(f"{programs.public}/gui/5")
    page.goto(f"{programs.public}/gui/4")
    page.evaluate(
        "letters => { for (const one of document.querySelectorAll('h1 label, .aid span, [data-key]'"
        ")) one.textContent = letters }",
        LETTERS + LETTERS.upper(),
    )
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    page.locator("#title").tap()

    found = set()
    for selector in ("h1 label", ".aid span", "[data-key]"):
        node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})
        fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node["nodeId"]})["fonts"]
        found |= {font["familyName"] for font in fonts}

    assert len(found) == 1


def test_a_page_is_read_aloud_and_stopped(kiosk, programs):
    page = kiosk(KIOSK, script=True)
    read = page.locator("[data-read]")
    with page.expect_response(re.compile(r"/nghe/.*/vi/home\.ogg")) as played:
        read.tap()
    assert played.value.ok
    expect(read).to_have_text("Thôi đọc")
    read.tap()
    expect(read).to_have_text("Đọc cho tôi nghe")


def test_a_code_is_read_piece_after_piece_to_its_end(kiosk, programs):
    page = kiosk(KIOSK, script=True)
    pieces = [f"/nghe/x/vi/number.{digit}.ogg" for digit in (4, 8)]

    def with_a_code(route):
        answer = route.fetch()
        body = re.sub('data-read="[^"]*"', f'data-read="{" - ".join(pieces)}"', answer.text())
        route.fulfill(response=answer, body=body)

    page.route(f"{programs.public}/tro-giup", with_a_code)
    page.goto(f"{programs.public}/tro-giup")
    heard = []
    page.on("request", lambda asked: heard.append(asked.url) if "/nghe/" in asked.url else None)
    with page.expect_request(f"**{pieces[1]}"):
        page.locator("[data-read]").tap()

    expect(page.locator("[data-read]")).to_have_text("Đọc cho tôi nghe")
    assert [one.removeprefix(programs.public) for one in heard] == pieces


def test_a_page_without_a_recording_says_whom_to_ask(kiosk, programs):
    page = kiosk(KIOSK, script=True)

    def without(route):
        answer = route.fetch()
        route.fulfill(
            response=answer, body=re.sub('data-read="[^"]*"', 'data-read=""', answer.text())
        )

    page.route(f"{programs.public}/tro-giup", without)
    page.goto(f"{programs.public}/tro-giup")  # and this browser has no Vietnamese voice
    page.locator("[data-read]").tap()

    expect(page.get_by_text("Xin nhờ cán bộ đọc giúp.")).to_be_visible()


def test_who_calls_at_a_kiosk_is_seen_on_the_tablet_and_told_that_somebody_comes(
    kiosk, officer, programs
):
    tablet, page = officer(), kiosk(KIOSK, script=True)
    page.goto(f"{programs.public}/gui/1")

    roads.press(page, "Nhờ cán bộ giúp")

    expect(page.get_by_text("Đã gọi cán bộ.")).to_be_visible()
    expect(page).to_have_url(f"{programs.public}/gui/1")
    call = tablet.locator("[data-ring]", has_text="Kiosk 1 cần giúp")
    expect(call).to_be_visible()
    call.get_by_role("button", name="Đang đến").tap()
    expect(call).to_have_count(0)
    expect(page.get_by_text("lan đang đến.")).to_be_visible()
