"""The stretches of road that several journeys walk."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Frame, Locator, Page, expect

TITLE = "Cho hẹn giờ chứng thực qua tin nhắn"
TROUBLE = "Phải đi ba lần, mỗi lần chờ cả buổi sáng."
IDEA = "Cho bà con nhắn tin xin một khung giờ 30 phút."
RECEIPT = re.compile(r"/r/[0-9A-Z]{16}")


class Walk:
    """Counts what a road asks of somebody: the screens they see and the taps they make."""

    def __init__(self, page: Page) -> None:
        self.screens: list[str] = []
        self.taps = 0
        self._see(page.main_frame)
        page.on("framenavigated", self._see)

    def tap(self, where: Locator) -> None:
        """Tap there."""
        where.tap()
        self.taps += 1

    def row(self, who: str) -> str:
        """Return the row of the table of roads."""
        return f"{who:<34}|{len(self.screens):>8} |{self.taps:>5} | {' '.join(self.screens)}"

    def _see(self, frame: Frame) -> None:
        address = urlsplit(frame.url)
        asks = parse_qs(address.query).get("hoi", [])
        screen = re.sub(r"^/r/.*", "/r/…", address.path) + "".join(f"?hoi={one}" for one in asks)
        if frame.parent_frame is None and self.screens[-1:] != [screen]:
            self.screens.append(screen)


def press(page: Page, words: str) -> None:
    """Tap the button with these words."""
    page.get_by_role("button", name=words, exact=True).tap()


def follow(page: Page, words: str, leads_to: str) -> None:
    """Tap the link with these words, and wait for the page it leads to."""
    page.get_by_role("link", name=words).tap()
    expect(page).to_have_url(re.compile(leads_to + "$"))


@contextmanager
def another_page(page: Page) -> Iterator[None]:
    """Wait, after what the block does, until another page stands there, whatever its address is: a
    form that is refused comes back at its own."""
    page.evaluate("document.body.dataset.left = 'yes'")
    yield
    expect(page.locator("body:not([data-left])")).to_be_attached()
    page.wait_for_load_state("load")


def next_question(page: Page, leads_to: str, words: str = "Tiếp tục") -> None:
    """Tap on, and wait for the screen it leads to."""
    press(page, words)
    expect(page).to_have_url(re.compile(leads_to + r"($|\?)"))


def open_door(page: Page, words: str, leads_to: str) -> None:
    """Press a door of a kiosk's home; one pressed before script knows the devices leads on too."""
    page.locator("main button.tile", has_text=words).tap()
    expect(page).to_have_url(re.compile(leads_to + r"($|\?)"))


def answer_at_kiosk(page: Page, title: str = "", *, phone: str = "") -> None:
    """Walk from home to the check screen as a citizen who types one sentence; with a title and what
    is difficult where `title` is given."""
    open_door(page, "Gõ chữ", "/gui/6")
    page.locator("#solution").fill(IDEA)
    next_question(page, "/gui/1")
    page.get_by_role("button", name="Người dân").tap()
    expect(page).to_have_url(re.compile("/gui/10$"))
    if phone:
        page.locator("#phone").fill(phone)
        next_question(page, "/gui/11", "Để lại")
        page.locator("[id='consents.store']").tap()
        page.locator("[id='consents.sms']").tap()
        next_question(page, "/gui/12")
    else:
        next_question(page, "/gui/12", "Không để tên")
    if title:
        page.get_by_role("link", name="Bây giờ đang vướng chỗ nào?").tap()
        expect(page).to_have_url(re.compile("/gui/5"))
        page.locator("#current_state").fill(TROUBLE)
        next_question(page, "/gui/12")
        page.goto(page.url.replace("/gui/12", "/gui/4?then=check"))
        page.locator("#title").fill(title)
        next_question(page, "/gui/12")


def send(page: Page, words: str = "Gửi") -> str:
    """Send what is answered by the button of that name and return the code on the receipt."""
    press(page, words)
    expect(page).to_have_url(RECEIPT)
    expect(page.get_by_role("heading", name="Đã nhận!")).to_be_visible()
    return code_on(page)


def hold(page: Page) -> str:
    """Have the idea held and return the number on its slip."""
    press(page, "Giữ lại, lát nữa viết tiếp")
    expect(page).to_have_url(re.compile("/giu-lai$"))
    return page.locator("strong.code").inner_text()


def fill_form(page: Page, title: str = TITLE) -> None:
    """Say an idea on one page: the phone's, where its title is folded, or a kiosk's while the line
    is cut."""
    if page.locator("details:not([open])").count():
        page.locator("summary").tap()
    page.get_by_label("Người dân", exact=True).check()
    page.locator("#title").fill(title)
    page.locator("#solution").fill(IDEA)


def code_on(page: Page) -> str:
    """Return the public code a page shows, its twelve digits."""
    return re.sub(r"\D", "", page.locator("strong.code").first.inner_text())


def receipt_address(page: Page) -> str:
    """Return the address of the receipt a page shows, without what was just done."""
    return page.url.partition("?")[0]
