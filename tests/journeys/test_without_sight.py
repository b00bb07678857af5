"""Who cannot see walks from home to the receipt by the Tab key and by what a screen reader says of
each place: its role, its name and its description in the browser's accessibility tree."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import CDPSession, Page, expect

from shared.domain import codes
from tests.journeys import roads
from tests.journeys.conftest import KIOSK, PHONE
from tests.journeys.roads import IDEA

pytestmark = pytest.mark.browser

MOST_TABS = 60


@dataclass
class Place:
    """What is said of what has the focus."""

    role: str
    name: str
    described: str
    is_required: bool
    is_invalid: bool


class Listener:
    """A page as it is heard."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.tree: CDPSession = page.context.new_cdp_session(page)
        self.tree.send("Accessibility.enable")

    def here(self) -> Place:
        """Return what has the focus."""
        found = self.tree.send("Runtime.evaluate", {"expression": "document.activeElement"})
        asked = {"objectId": found["result"]["objectId"], "fetchRelatives": False}
        [node] = self.tree.send("Accessibility.getPartialAXTree", asked)["nodes"]
        more = {one["name"]: one["value"].get("value") for one in node.get("properties", ())}
        return Place(
            node["role"]["value"],
            node.get("name", {}).get("value", ""),
            node.get("description", {}).get("value", ""),
            bool(more.get("required")),
            more.get("invalid") == "true",
        )

    def tab_to(self, role: str, name: str) -> Place:
        """Go on by the Tab key until a place of this role and name has the focus."""
        heard = []
        for _ in range(MOST_TABS):
            place = self.here()
            if (place.role, place.name.startswith(name)) == (role, True):
                return place
            heard.append(f"{place.role} {place.name}")
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no {role} is called {name}; heard were {heard}")

    def press(self, role: str, name: str, leads_to: str) -> None:
        """Go to a place and press it."""
        self.tab_to(role, name)
        with roads.another_page(self.page):
            self.page.keyboard.press("Enter")
        expect(self.page).to_have_url(re.compile(leads_to))


def test_on_a_phone_by_names_from_home_to_the_receipt(screen, programs):
    page = screen(PHONE)
    page.goto(programs.public)
    heard = Listener(page)

    heard.press("link", "Gửi sáng kiến", "/gui$")
    box = heard.tab_to("textbox", "Xã nên làm gì cho bớt rườm rà? (cần trả lời)")
    assert box.is_required and "Một câu cũng được" in box.described
    heard.tab_to("textbox", "Số điện thoại để xã nhắn kết quả (không bắt buộc)")
    heard.press("button", "Gửi", "/gui$")

    # Refused: the focus is where it has to be put right, and what is wrong is said with it.
    refused = heard.here()
    assert (refused.role, refused.is_invalid) == ("textbox", True)
    assert "nên làm thế nào" in refused.described
    assert page.title().startswith("Lỗi: ")

    page.keyboard.type(IDEA)
    heard.press("button", "Gửi", roads.RECEIPT.pattern)
    headings = page.get_by_role("heading")
    expect(headings.first).to_have_text("Đã nhận!")
    assert codes.is_code(roads.code_on(page))


def test_the_questions_of_the_phone_are_headings_to_jump_to(screen, programs):
    page = screen(PHONE)
    page.goto(f"{programs.public}/gui")
    page.locator("summary").tap()

    asked = page.get_by_role("heading").all_inner_texts()

    assert len(asked) >= 8
    assert "Bây giờ đang vướng chỗ nào?" in asked


def test_at_a_kiosk_by_names_from_home_to_the_receipt(kiosk, programs):
    page = kiosk(KIOSK, script=True)
    page.goto(programs.public)
    heard = Listener(page)

    heard.press("button", "Gõ chữ", "/gui/6$")
    box = heard.tab_to("textbox", "Theo Ông/Bà nên làm thế nào? (cần trả lời)")
    assert box.is_required
    heard.press("button", "Tiếp tục", "/gui/6$")
    refused = heard.here()
    assert (refused.role, refused.is_invalid) == ("textbox", True)
    page.keyboard.type(IDEA)
    heard.press("button", "Tiếp tục", "/gui/1$")
    heard.press("button", "Người dân", "/gui/10$")
    heard.tab_to("textbox", "Số điện thoại")
    heard.press("button", "Không để tên", "/gui/12$")
    heard.press("button", "Gửi", roads.RECEIPT.pattern)

    expect(page.get_by_role("heading").first).to_have_text("Đã nhận!")
    heard.tab_to("button", "Đọc cho tôi nghe")
    assert page.locator("[data-read]").get_attribute("data-read").count("/number.") == 24
