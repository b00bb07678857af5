"""A page of another site cannot make an officer's browser change anything, over plain http neither,
where browsers do not say of which site a request is (no Sec-Fetch-Site)."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Page, Response, expect

from tests.conftest import SHELL
from tests.journeys.conftest import TABLET
from tests.journeys.roads import press

pytestmark = pytest.mark.browser

# Names that lead here in this browser: one is the office's on its own network, one a stranger's.
OFFICE, STRANGER = "may-chu.lan", "evil.example"
FORM = """<!doctype html><form id="f" method="post" action="{to}">
<input name="back" value="/"><input name="to" value="en"></form>
<script>document.getElementById("f").submit()</script>"""


@pytest.fixture(scope="module")
def browser_of_the_lan(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any]
) -> Iterator[Browser]:
    """A browser for which the office's name leads to this machine."""
    switches = [*browser_type_launch_args["args"], f"--host-resolver-rules=MAP {OFFICE} 127.0.0.1"]
    wanted = {**browser_type_launch_args, "executable_path": SHELL, "args": switches}
    browser = browser_type.launch(**wanted)
    yield browser
    browser.close()


@pytest.fixture
def tablet(browser_of_the_lan: Browser) -> Iterator[Page]:
    """A tablet on the office's network."""
    context = browser_of_the_lan.new_context(viewport=TABLET, has_touch=True, locale="vi-VN")
    yield context.new_page()
    context.close()


def meet_stranger(page: Page, body: str, address: str = f"http://{STRANGER}/") -> None:
    """Open a page that is not ours at an address, and wait until it has done what it does."""
    page.route(address, lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.unroute(address)


def log_in(page: Page, address: str, password: str) -> None:
    page.goto(f"{address}/login")
    page.get_by_label("Tên đăng nhập").fill("lan")
    page.get_by_label("Mật khẩu", exact=True).fill(password)
    page.get_by_role("button", name="Đăng nhập", exact=True).tap()
    expect(page).to_have_url(re.compile(r"/hom-nay$"))


@pytest.mark.parametrize("host", ["127.0.0.1", OFFICE])
def test_a_strangers_page_logs_nobody_out(tablet, programs, office_password, host):
    address = f"http://{host}:{programs.serving.staff}"
    log_in(tablet, address, office_password)
    answers: list[Response] = []
    tablet.on("response", lambda one: answers.append(one))

    meet_stranger(tablet, FORM.format(to=f"{address}/logout"))

    assert [one.status for one in answers if one.request.method == "POST"] == [403]
    tablet.goto(f"{address}/?status=received")
    expect(tablet).to_have_url(re.compile(r"status=received"))


def test_the_public_page_beside_it_cannot_post_to_the_staff(tablet, programs, office_password):
    """Two ports of one host are one site, so the cookie goes along; the form is refused."""
    log_in(tablet, programs.staff, office_password)
    neighbour = f"{programs.public}/la"

    meet_stranger(tablet, FORM.format(to=f"{programs.staff}/logout"), neighbour)
    expect(tablet.get_by_role("heading", level=1)).to_be_visible()

    assert "logout" in tablet.url
    tablet.goto(f"{programs.staff}/?status=received")
    expect(tablet).to_have_url(re.compile(r"status=received"))


def test_a_strangers_page_cannot_frame_ours(tablet, programs):
    meet_stranger(tablet, f'<!doctype html><iframe src="{programs.staff}/login"></iframe>')

    assert "login" not in [frame.url for frame in tablet.frames][-1]


def test_our_own_forms_work_without_tls_too(tablet, programs, office_password):
    address = f"http://{OFFICE}:{programs.serving.staff}"
    log_in(tablet, address, office_password)

    press(tablet, "Đăng xuất")

    expect(tablet).to_have_url(f"{address}/login")
