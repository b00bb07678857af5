"""A kiosk whose server is away: ideas, true receipts, and each idea handed in once, whatever
happens on the way. In Chromium with its real service worker and store."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, BrowserType, Page, expect

from kiosk import qr
from shared.db.connection import Store
from shared.domain import codes
from shared.runtime.instance import Instance
from shared.store.cases import proposals, reserved_codes
from shared.store.people import devices
from tests.conftest import SHELL
from tests.journeys import roads
from tests.journeys.conftest import KIOSK, TABLET, Programs
from tests.journeys.roads import IDEA, press
from tests.journeys.test_between_visitors import go_back, shown_on
from tests.journeys.test_qr import read_by_both
from tests.serving import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOW_MANY = """name => new Promise((found, lost) => {
  const opening = indexedDB.open("hienke");
  opening.onerror = lost;
  opening.onsuccess = () => {
    const count = opening.result.transaction(name).objectStore(name).count();
    count.onsuccess = () => { opening.result.close(); found(count.result); };
  };
})"""
# Under the lock: whatever fills it up is done, and offline nothing begins to.
EMPTY_THE_RESERVE = """() => navigator.locks.request("hienke.outbox", () => new Promise((done) => {
  const opening = indexedDB.open("hienke");
  opening.onsuccess = () => {
    const asked = opening.result.transaction("pool", "readwrite").objectStore("pool").clear();
    asked.onsuccess = () => { opening.result.close(); done(); };
  };
}))"""

ARRIVE_UNHEARD = """() => {
  const form = document.querySelector("form[action='/gui/12']");
  const body = new URLSearchParams(new FormData(form));
  return fetch(form.action, { method: "POST", body, redirect: "manual" }).then(() => true);
}"""

# What this browser keeps, as a program of another version might have left it: a class that the
# server does not know. Nothing is refused at the wire: the browser may send past its tools.
UNKNOWN_CLASS = """() => navigator.locks.request("hienke.outbox", () => new Promise((done) => {
  const opening = indexedDB.open("hienke");
  opening.onsuccess = () => {
    const outbox = opening.result.transaction("outbox", "readwrite").objectStore("outbox");
    outbox.openCursor().onsuccess = ({ target: { result: cursor } }) => {
      const body = JSON.stringify({ ...JSON.parse(cursor.value.body), participant_type: "king" });
      cursor.update({ ...cursor.value, body }).onsuccess = () => {
        opening.result.close();
        done();
      };
    };
  };
}))"""

# The server takes the first idea that this window hands in, and the window never hears of it.
LOSE_AN_ANSWER = """() => {
  const send = window.fetch;
  window.lost = 0;
  window.fetch = async (address, asked) => {
    const answer = await send(address, asked);
    if (address !== "/api/v1/proposals" || window.lost) return answer;
    window.lost += 1;
    throw new TypeError("Failed to fetch");
  };
}"""

FULL_DISK = """() => {
  IDBObjectStore.prototype.add = () => { throw new DOMException("", "QuotaExceededError"); };
}"""


# No two tests share a kiosk: one is given only so many codes a day.
NUMBERS = count(101)


@pytest.fixture
def db(programs: Programs) -> Iterator[Store]:
    """The store of the running programs."""
    opened = Instance(programs.serving.folder).open()
    yield opened
    opened.close()


@pytest.fixture
def ready(kiosk: Callable[..., Page]) -> Callable[..., Page]:
    """A builder: a kiosk of its own whose worker is there and which has a reserve."""

    def build(size: dict[str, int] = KIOSK, name: str = "") -> Page:
        page = kiosk(size, script=True, name=name or f"Kiosk {next(NUMBERS)}")
        wait_until_ready(page)
        return page

    return build


def wait_until_ready(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    # More come every few seconds.
    page.wait_for_function(
        f"async (least) => await ({HOW_MANY})('pool') >= least", arg=reserved_codes.CODES_AT_ONCE
    )


def expect_to_hold(page: Page, store: str, wanted: int) -> None:
    """Wait until the browser holds so many records."""
    for _ in range(300):
        if page.evaluate(HOW_MANY, store) == wanted:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{store}: {page.evaluate(HOW_MANY, store)}, not {wanted}")


def send_offline(page: Page, title: str, *, phone: str = "") -> str:
    """Send an idea from home without the server and return the code of its receipt."""
    page.goto(re.match(r"https?://[^/]+/", page.url)[0])
    expect(page.get_by_role("status")).to_contain_text("Máy đang mất mạng")
    page.get_by_role("link", name="Gửi sáng kiến").tap()
    expect(page).to_have_url(re.compile("/ngoai-tuyen/vi/gui$"))
    roads.fill_form(page, title)
    if phone:
        page.locator("#phone").fill(phone)
        page.locator("[id='consents.store']").check()
    press(page, "Gửi")
    expect(page.get_by_role("heading", name="Đã nhận!")).to_be_visible()
    return roads.code_on(page)


def online(page: Page) -> None:
    """Give the network back and wait until nothing waits in the kiosk."""
    page.context.set_offline(False)
    expect_to_hold(page, "outbox", 0)


def titles(db: Store, *sent: str) -> list[str]:
    """Return the titles that the store holds under these codes."""
    return [proposals.by_code(db, code).title for code in sent]


def test_a_cut_line_in_the_middle_loses_nothing_and_the_receipt_is_true(
    ready, programs, db, screen, somewhere
):
    page = ready()
    page.goto(f"{programs.public}/gui/1")
    page.get_by_role("button", name="Người dân").tap()
    expect(page).to_have_url(re.compile("/gui/6$"))
    page.goto(f"{programs.public}/gui/4")
    page.locator("#title").fill("Viết dở thì mất mạng")
    page.context.set_offline(True)

    press(page, "Tiếp tục")
    expect(page).to_have_url(re.compile("/ngoai-tuyen/vi/gui$"))
    expect(page.get_by_text("Máy đã giữ bài của Ông/Bà")).to_be_visible()
    expect(page.locator("#title")).to_have_value("Viết dở thì mất mạng")
    press(page, "Gửi")
    expect(page.get_by_role("alert")).to_contain_text("nên làm thế nào")
    page.locator("#solution").fill(IDEA)
    page.locator("#phone").fill("0900 000 95")
    press(page, "Gửi")
    expect(page.get_by_role("alert")).to_contain_text("đủ 10 số")
    expect(page.get_by_role("alert")).to_contain_text("Chưa đánh dấu ô đồng ý")
    page.locator("#phone").fill("0900 000 951")
    page.locator("[id='consents.store']").tap()
    press(page, "Gửi")

    expect(page.get_by_role("heading", name="Đã nhận!")).to_be_visible()
    code = roads.code_on(page)
    picture = somewhere / "offline-receipt.png"
    page.locator(".card .qr").screenshot(path=picture)
    # Without a public address the QR holds the secret alone.
    [secret] = set(read_by_both(picture))
    address = f"{programs.public}/r/{secret}"
    phone = screen()
    for where in (f"{programs.public}/t/{code}", address):
        phone.goto(where)
        expect(phone.get_by_role("heading", name="Đang chờ chuyển")).to_be_visible()
    assert "0900" not in page.locator("main").inner_text()
    assert printed(page, somewhere / "offline-slip.png") == secret

    press(page, "Xong, về màn hình đầu")
    expect(page.get_by_role("status")).to_contain_text("Đang chờ chuyển: 1 bài")
    for _ in range(page.evaluate("history.length") - 2):
        go_back(page)
        assert "Viết dở" not in shown_on(page)
    page.goto(f"{programs.public}/")
    page.get_by_role("link", name="English").tap()
    expect(page.get_by_role("status")).to_contain_text("The connection is down")
    assert page.evaluate("Object.keys(sessionStorage)") == []
    online(page)
    expect(page.get_by_role("status")).to_contain_text("The connection is back")

    phone.goto(address)
    expect(phone.get_by_text(IDEA)).to_be_visible()
    kept = proposals.by_code(db, code)
    assert (kept.title, kept.channel) == ("Viết dở thì mất mạng", "kiosk")
    # The visit that the server never saw end is over: the next person begins anew.
    page.goto(f"{programs.public}/gui/4")
    expect(page.locator("#title")).to_have_value("")


@pytest.mark.parametrize("size", [KIOSK, TABLET], ids=lambda one: str(one["width"]))
def test_a_cut_line_opens_the_page_at_the_question_where_one_was(ready, programs, size):
    page = ready(size)
    roads.open_door(page, "Gõ chữ", "/gui/6")
    page.locator("#solution").fill(IDEA)
    page.context.set_offline(True)
    press(page, "Tiếp tục")

    expect(page).to_have_url(re.compile("/ngoai-tuyen/vi/gui$"))
    expect(page.locator("#solution")).to_have_value(IDEA)
    assert_at(page, "[name=participant_type]")

    page.context.set_offline(False)
    page.goto(f"{programs.public}/gui/10")
    page.locator("#phone").fill("0900 000 951")
    page.context.set_offline(True)
    press(page, "Để lại")

    expect(page).to_have_url(re.compile("/ngoai-tuyen/vi/gui$"))
    expect(page.locator("#phone")).to_have_value("0900 000 951")
    assert_at(page, "[id='consents.store']")
    expect(page.locator("details")).not_to_have_attribute("open", "")
    page.locator("[id='consents.store']").check()
    press(page, "Gửi")
    expect(page.get_by_role("heading", name="Đã nhận!")).to_be_visible()


def assert_at(page: Page, field: str) -> None:
    """Raise AssertionError unless the first of these fields has the focus and is in sight."""
    expect(page.locator(field).first).to_be_focused()
    expect(page.locator(field).first).to_be_in_viewport()


def printed(page: Page, picture: Path) -> str:
    """Press "In phiếu" and return the text of the QR on the paper."""
    page.evaluate("window.print = () => { document.body.dataset.printed = 'yes'; }")
    press(page, "In phiếu")
    expect(page.locator("body[data-printed]")).to_be_attached()
    page.emulate_media(media="print")
    drawn = page.locator(".slip .qr")
    drawn.screenshot(path=picture)
    millimetres = drawn.bounding_box()["width"] / 96 * 25.4
    dots = millimetres / qr.MM_PER_DOT / int(drawn.get_attribute("viewBox").split()[2])
    assert abs(dots - qr.DOTS_PER_MODULE) < 0.1
    page.emulate_media(media="screen")
    [text] = set(read_by_both(picture))
    return text


def test_lost_answers_two_windows_and_two_kiosks_hand_in_each_idea_once(ready, db):
    first, second = ready(), ready(TABLET)
    for page in (first, second):
        page.context.set_offline(True)
    sent = {send_offline(first, f"Ý thứ {n} của máy một"): f"Ý thứ {n} của máy một" for n in (1, 2)}
    sent[send_offline(second, "Ý của máy hai")] = "Ý của máy hai"
    other_window = first.context.new_page()
    other_window.goto(first.url)
    pages = (first, second, other_window)
    for page in pages:
        page.evaluate(LOSE_AN_ANSWER)

    for page in (first, second):
        online(page)

    assert titles(db, *sent) == list(sent.values())
    assert sum(page.evaluate("window.lost") for page in pages) >= 2
    kiosks = [proposals.by_code(db, code).device_id for code in sent]
    assert kiosks[0] == kiosks[1] != kiosks[2]


def test_an_answer_lost_at_the_last_screen_makes_no_second_idea(ready, db):
    page = ready()
    title = "Gửi rồi mới mất mạng"
    roads.answer_at_kiosk(page, title)
    expect(page.locator("[data-promised]")).to_have_value(re.compile(r"\d{12}"))
    promised = page.locator("[data-promised]").input_value()
    page.evaluate(ARRIVE_UNHEARD)
    page.context.set_offline(True)

    press(page, "Gửi")
    expect(page).to_have_url(re.compile("/ngoai-tuyen/vi/gui$"))
    expect(page.locator("#solution")).to_have_value(IDEA)
    page.locator("#solution").fill(f"{IDEA} Cả ngày thứ bảy.")
    press(page, "Gửi")

    expect(page.get_by_role("heading", name="Đã nhận!")).to_be_visible()
    assert roads.code_on(page) == promised
    online(page)
    kept = proposals.by_code(db, promised)
    said = db.rows(
        "SELECT text FROM addition WHERE commune_id = :commune_id AND proposal_id = :id",
        id=kept.id,
    )
    assert "Cả ngày thứ bảy" in said[0][0]
    assert db.rows("SELECT code FROM proposal WHERE title = :title", title=title) == [(promised,)]


def test_an_idea_survives_the_end_of_server_and_browser(
    browser_type: BrowserType, browser_type_launch_args, programs, db, tmp_path
):
    def open_browser() -> BrowserContext:
        context = browser_type.launch_persistent_context(
            str(tmp_path / "profile"), viewport=KIOSK, has_touch=True, locale="vi-VN",
            **{**browser_type_launch_args, "executable_path": SHELL},
        )  # fmt: skip
        context.set_default_timeout(30_000)
        return context

    context = open_browser()
    page = context.new_page()
    page.goto(programs.kiosk_link("Kiosk 3"))
    wait_until_ready(page)
    programs.serving.end()
    try:
        code = send_offline(page, "Máy chủ tắt, trình duyệt cũng tắt", phone="0900 000 952")
        context.close()
        context = open_browser()
        page = context.new_page()
        page.goto(programs.public)
        expect(page.get_by_role("status")).to_contain_text("Đang chờ chuyển: 1 bài")
    finally:
        programs.serving.start(**programs.serving.started_with).wait_until_well()

    expect_to_hold(page, "outbox", 0)
    context.close()

    assert titles(db, code) == ["Máy chủ tắt, trình duyệt cũng tắt"]


def test_a_kiosk_revoked_while_cut_off_hands_in_and_then_is_none_any_more(ready, programs, db):
    page = ready(name="Kiosk 4")
    page.context.set_offline(True)
    code = send_offline(page, "Máy bị thu hồi lúc mất mạng")
    [revoked] = [one for one in devices.everyone(db) if one.name == "Kiosk 4"]
    devices.revoke(db, revoked.id, actor="test", at=revoked.created_at)

    page.context.set_offline(False)
    page.goto(programs.public)

    expect_to_hold(page, "outbox", 0)
    assert titles(db, code) == ["Máy bị thu hồi lúc mất mạng"]
    expect_to_hold(page, "pool", 0)
    page.goto(programs.public)
    assert page.locator("html.kiosk").count() == 0


def test_without_reserve_and_with_a_clock_a_day_ahead_the_idea_is_kept_and_its_code_holds(
    ready, programs, db
):
    page = ready()
    press(page, "Chữ to hơn")
    expect(page.locator("html.larger")).to_be_attached()
    page.context.set_offline(True)
    page.evaluate(EMPTY_THE_RESERVE)
    page.context.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=1))

    code = send_offline(page, "Hết mã dự phòng, đồng hồ sai")

    assert codes.is_code(code)
    expect(page.locator("html.larger")).to_be_attached()
    expect(page.get_by_text("Máy đã dùng hết phiếu có mã QR")).to_be_visible()
    expect(page.locator(".card .qr")).to_have_count(0)
    online(page)
    kept = proposals.by_code(db, code)
    assert kept.title == "Hết mã dự phòng, đồng hồ sai"
    assert abs(kept.received_at - kept.arrived_at) < 60_000
    happened = db.rows(
        "SELECT data FROM event WHERE commune_id = :commune_id AND proposal_id = :id"
        " AND kind = 'waited_at_kiosk'",
        id=kept.id,
    )
    assert json.loads(happened[0][0])["doubtful"]


def test_a_full_disk_keeps_what_was_typed_and_what_the_server_refuses_stays_and_is_counted(
    ready, db
):
    page = ready(TABLET)
    page.context.set_offline(True)
    page.goto(page.url)
    page.get_by_role("link", name="Gửi sáng kiến").tap()
    expect(page).to_have_url(re.compile("/ngoai-tuyen/vi/gui$"))
    roads.fill_form(page, "Bài mà máy chủ không nhận")
    page.evaluate(FULL_DISK)
    press(page, "Gửi")
    expect(page.get_by_role("alert")).to_contain_text("Máy bị trục trặc")
    expect(page.locator("#title")).to_have_value("Bài mà máy chủ không nhận")
    assert page.evaluate(HOW_MANY, "outbox") == 0
    page.reload()
    press(page, "Gửi")
    expect(page.get_by_role("heading", name="Đã nhận!")).to_be_visible()
    code = roads.code_on(page)
    page.evaluate(UNKNOWN_CLASS)

    page.context.set_offline(False)

    wait_until(lambda: any(one.refused == 1 for one in reserved_codes.reports(db).values()))
    assert page.evaluate(HOW_MANY, "outbox") == 1
    assert reserved_codes.is_waiting(db, code)
