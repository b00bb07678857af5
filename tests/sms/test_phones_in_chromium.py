"""The two telephones in a browser, with script switched off, and free of barriers (axe)."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from shared.db.connection import Store, writing
from shared.runtime.instance import Instance
from tests import axe
from tests.ports import free_port
from tests.sizes import at_each

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def address(instance: Instance, db: Store) -> Iterator[str]:
    """Where `python -m sms` serves a demo instance."""
    with writing(db):
        db.write("UPDATE commune SET is_demo = 1 WHERE commune_id = :commune_id")
    port = free_port()
    program = subprocess.Popen(
        [sys.executable, "-m", "sms", "--listen", f"127.0.0.1:{port}", "--supervised"],
        cwd=ROOT,
        env={**os.environ, "HIENKE_INSTANCE": str(instance.folder)},
        stdin=subprocess.PIPE,
    )
    while program.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    program.terminate()
    program.wait(30)


def test_an_idea_is_sent_and_its_receipt_read_without_script(address, browser):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{address}/phone")

    page.get_by_label("Soạn tin gửi xã").nth(1).fill("SK cho bà con hẹn giờ chứng thực")
    page.get_by_role("button", name="Gửi tin").nth(1).click()

    second = page.frame_locator("iframe").nth(1)
    expect(second.get_by_text("da nhan sang kien Ong/Ba")).to_be_visible(timeout=60_000)
    expect(second.get_by_text("Đã đến máy").first).to_be_visible(timeout=60_000)
    first = page.frame_locator("iframe").first
    expect(first.get_by_text("Chưa có tin nào")).to_be_visible()


def test_the_telephones_have_no_barriers_and_are_no_wider_than_their_screen(address, browser):
    page = browser.new_page()
    faults = []
    page.on("console", lambda message: faults.append(message.text))
    page.goto(f"{address}/phone")
    page.get_by_label("Soạn tin gửi xã").first.fill("HD")
    page.get_by_role("button", name="Gửi tin").first.click()
    expect(page.frame_locator("iframe").first.get_by_text("Đã đến máy")).to_be_visible(
        timeout=60_000
    )

    assert violations(page) == []
    for size in at_each(page, ({"width": width, "height": 800} for width in (1280, 380, 320))):
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size["width"]
    page.get_by_role("button", name="Gửi tin").first.click()  # nothing typed
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []
    assert [fault for fault in faults if "422" not in fault] == []
    page.goto(f"{address}/nowhere")
    assert violations(page) == []


def violations(page):
    return [fault["id"] for fault in axe.faults(page)]
