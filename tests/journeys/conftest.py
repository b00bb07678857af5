"""Whole roads through the real programs, in Debian's Chromium, by tap.

One `hienke init --demo` and one `hienke serve` for the whole session: every journey begins with
people and ideas of its own.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    Error,
    Locator,
    Page,
    expect,
)

from shared import founding
from shared.domain import clock
from shared.runtime.instance import Instance
from shared.store.people import devices
from tests.serving import Serving

KIOSK = {"width": 1080, "height": 1920}
TABLET = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
# Of everybody who works in the journeys' office.
PASSWORD = "đồng lúa chín vàng"

# What somebody does to a page.
ACTS = (
    "check", "click", "dblclick", "fill", "focus", "press", "press_sequentially", "select_option",
    "set_input_files", "tap", "uncheck",
)  # fmt: skip


@dataclass(frozen=True)
class Programs:
    """The running programs: their addresses, and what `hienke init --demo` said once."""

    serving: Serving
    passwords: dict[str, str]

    def kiosk_link(self, name: str = "Kiosk 1") -> str:
        """Return the address of a fresh link of that kiosk. A link works once, and a new one makes
        the browser of before an ordinary one."""
        db = Instance(self.serving.folder).open()
        try:
            known = {device.name: device.id for device in devices.everyone(db)}
            secret = (
                founding.renew_device_link(db, known[name], "test", at=clock.now())
                if name in known
                else founding.add_device(db, name, "test", at=clock.now())
            )
        finally:
            db.close()
        return f"{self.public}/kiosk/{secret}"

    @property
    def public(self) -> str:
        return f"http://127.0.0.1:{self.serving.public}"

    @property
    def staff(self) -> str:
        return f"http://127.0.0.1:{self.serving.staff}"

    @property
    def sms(self) -> str:
        return f"http://127.0.0.1:{self.serving.sms}"


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    """A fresh demo, served."""
    with a_demo_served(tmp_path_factory.mktemp("journeys") / "demo") as served:
        yield served


@contextmanager
def a_demo_served(folder: Path, **founded_with: str) -> Iterator[Programs]:
    """Found a demo in a folder and serve it for the block."""
    serving = Serving(folder)
    said = serving.run("init", "--demo", **founded_with).stdout
    try:
        # The office's quiet hours would let a notice wait until the morning.
        serving.start(
            HIENKE_SMS_QUIET_FROM="00:00",
            HIENKE_SMS_QUIET_TO="00:00",
            HIENKE_LIMITS_LOOKUP_MISSES_PER_HOUR_IP="100",
            HIENKE_OFFICE_HOSTS="may-chu.lan",
            HIENKE_PRINTER_BROWSER="true",
        ).wait_until_well()
        yield Programs(
            serving,
            dict(re.findall(r"^login: (\S+)  one-time password: (\S+)", said, re.M)),
        )
    finally:
        serving.end_for_certain()


@pytest.fixture(scope="package", autouse=True)
def touched_once_loaded() -> Iterator[None]:
    """Let no journey touch a page before its scripts ran. Who is that quick goes the road of those
    without a script, which is right but another one."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ACTS:
            patch.setattr(Locator, name, _once_loaded(getattr(Locator, name)))
        keys = Page.keyboard.fget
        patch.setattr(Page, "keyboard", property(lambda page: _loaded(page) and keys(page)))
        yield


def _once_loaded(act: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(act)
    def acted(where: Locator, *given: Any, **more: Any) -> Any:
        where.wait_for(state="attached")
        _loaded(where.page)
        return act(where, *given, **more)

    return acted


def _loaded(page: Page) -> Page:
    if not _is_complete(page):
        page.wait_for_load_state("load")
    return page


def _is_complete(page: Page) -> bool:
    """Say whether a page is all there: one that Back restored never tells of its load again."""
    try:
        return bool(page.evaluate("document.readyState") == "complete")
    except Error:  # it is being left
        return False


@pytest.fixture
def screen(new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """A builder: `screen(PHONE, script=False)` is a page on a touch screen of that size."""

    def build(size: dict[str, int] = PHONE, *, script: bool = True, **more: Any) -> Page:
        context = new_context(
            viewport=size, has_touch=True, locale="vi-VN", java_script_enabled=script, **more
        )
        context.set_default_timeout(30_000)
        return context.new_page()

    return build


@pytest.fixture(scope="session")
def browser_with_cache(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any]
) -> Iterator[Browser]:
    """A browser that keeps pages for Back, as people's own browsers do. Playwright switches that
    off by itself, which would hide what it shows again."""
    launched = browser_type.launch(
        **browser_type_launch_args, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield launched
    launched.close()


@pytest.fixture
def with_cache(browser_with_cache: Browser) -> Iterator[Callable[[dict[str, int]], Page]]:
    """A builder: the page of somebody whose browser keeps pages for Back."""
    contexts = []

    def build(size: dict[str, int]) -> Page:
        context = browser_with_cache.new_context(viewport=size, has_touch=True, locale="vi-VN")
        context.set_default_timeout(30_000)
        contexts.append(context)
        return context.new_page()

    yield build
    for context in contexts:
        context.close()


@pytest.fixture
def kiosk(screen: Callable[..., Page], programs: Programs) -> Callable[..., Page]:
    """A builder: the page of the browser that is the kiosk of that name from now on, at home."""

    def build(
        size: dict[str, int] = KIOSK, *, script: bool = False, name: str = "Kiosk 1", **more: Any
    ) -> Page:
        page = screen(size, script=script, **more)
        page.goto(programs.kiosk_link(name))
        expect(page).to_have_url(f"{programs.public}/")
        return page

    return build


@pytest.fixture(scope="session")
def somewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for pictures and prints."""
    return tmp_path_factory.mktemp("pictures")


@pytest.fixture
def enter(screen: Callable[..., Page], programs: Programs) -> Callable[..., Page]:
    """A builder: `enter("cham", "council")` is the page of somebody new of that role, logged in
    and on their first page."""

    def build(login: str, role: str, size: dict[str, int] = TABLET, **more: Any) -> Page:
        _add_login(programs, login, role)
        page = screen(size, **more)
        log_in(page, programs, login)
        return page

    return build


def log_in(page: Page, programs: Programs, login: str, password: str = PASSWORD) -> None:
    """Log in and wait until one is led on."""
    page.goto(f"{programs.staff}/login")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu", exact=True).fill(password)
    page.get_by_role("button", name="Đăng nhập", exact=True).tap()
    expect(page.get_by_role("button", name="Đăng xuất", exact=True)).to_be_visible()


def _add_login(programs: Programs, login: str, role: str) -> None:
    made = programs.serving.run(
        "user", "add", login, "--role", role, "--password-stdin", given=f"{PASSWORD}\n"
    )
    assert made.stdout == f"login: {login}\n"


@pytest.fixture(scope="session")
def office_password(programs: Programs) -> str:
    """The password of an officer named "lan"."""
    return with_lan(programs)


def with_lan(programs: Programs) -> str:
    """Let an officer named "lan" in and return their password."""
    _add_login(programs, "lan", "officer")
    return PASSWORD


@pytest.fixture
def officer(
    screen: Callable[..., Page], programs: Programs, office_password: str
) -> Callable[..., Page]:
    """A builder: the page of an officer who has logged in."""

    def build(size: dict[str, int] = TABLET) -> Page:
        page = screen(size)
        log_in(page, programs, "lan", office_password)
        expect(page).to_have_url(f"{programs.staff}/hom-nay")
        page.goto(f"{programs.staff}/?status=received")
        return page

    return build
