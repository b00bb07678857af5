"""A phone on a slow line: what each page weighs in a real browser, and how long the journey takes.

Chromium counts what came over the wire: headers and bodies as they were sent, compressed.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench import seeds

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
# 50 kbit/s down, 20 up, 800 ms there and back.
TWO_G = {
    "offline": False,
    "latency": 800,
    "downloadThroughput": 50_000 / 8,
    "uploadThroughput": 20_000 / 8,
}


@dataclass
class Load:
    """What a page or a journey cost: bytes received, requests made, seconds waited."""

    size: int = 0
    requests: int = 0
    seconds: float = 0.0


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Start Debian's Chromium and end it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def page_load(browser: Browser, url: str) -> Load:
    """Return what one page costs a phone that never saw this site."""
    with _a_phone(browser) as (page, load):
        page.goto(url)
    return load


def journey(browser: Browser, site: str, *, on_2g: bool) -> Load:
    """Return what it costs to open the form, send it and see the receipt. Typing is not counted."""
    with _a_phone(browser, on_2g=on_2g) as (page, load):
        began = time.monotonic()
        page.goto(f"{site}/gui", wait_until="load")
        load.seconds += time.monotonic() - began
        _fill_in(page)
        began = time.monotonic()
        with page.expect_navigation(url="**/r/**", wait_until="load") as arrival:
            page.locator("form button").filter(has_text="Gửi").first.click(no_wait_after=True)
        load.seconds += time.monotonic() - began
        assert arrival.value is not None and arrival.value.ok, arrival.value
    return load


def _fill_in(page: Page) -> None:
    # The floor's form shows every field; ours asks for the idea and folds the rest away.
    for field in page.locator("input[name=participant_type][value=citizen]:visible").all():
        field.check()
    for field in page.locator("[name=title]:visible").all():
        field.fill("Nhắn tin trước những giấy cần mang")
    page.fill("[name=solution]", seeds.WORDS)


@contextmanager
def _a_phone(browser: Browser, *, on_2g: bool = False) -> Iterator[tuple[Page, Load]]:
    context = browser.new_context(viewport={"width": 360, "height": 640}, is_mobile=True)
    page = context.new_page()
    page.set_default_timeout(120_000)
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    if on_2g:
        line.send("Network.emulateNetworkConditions", TWO_G)
    load = Load()

    def asked(event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("data:"):
            return
        load.requests += 1
        load.size += int(event.get("redirectResponse", {}).get("encodedDataLength", 0))

    def came(event: dict[str, Any]) -> None:
        load.size += int(event["encodedDataLength"])

    line.on("Network.requestWillBeSent", asked)
    line.on("Network.loadingFinished", came)
    try:
        yield page, load
        page.wait_for_timeout(100)  # the last event may still be on its way
    finally:
        context.close()
