"""The staff's screens in Debian's Chromium, by thumb, without script too. Each page is opened once
and looked at as on a tablet and as on a phone; a thumb reaches in both what is pressed."""

from collections.abc import Callable, Iterator
from typing import Literal

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from shared.db.connection import writing
from shared.domain import clock
from shared.domain.proposal import Status
from shared.files import media
from shared.settings import Settings
from shared.store.cases import authors, moves, proposals
from shared.store.files import attachments
from shared.store.messages import (
    call_backs,
    inbox,
    media_downloads,
    opt_outs,
    outgoing,
    sending,
    threads,
)
from shared.texts import sms_text
from shared.workflows import pending
from tests import axe
from tests.conftest import ZONE
from tests.kiosk.staff.conftest import PASSWORD
from tests.served import served
from tests.shared.files.test_media import a_picture, a_recording
from tests.sizes import at_each, tap_at_each

pytestmark = pytest.mark.browser

TABLET, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
SIZES = (TABLET, PHONE)
LEAST_TARGET = 48
# The whole row of a case is its link, the whole line of a box its label.
SMALL_TARGETS = """least => [...document.querySelectorAll(
        'a:not(.skip), button, input:not([type=hidden]), select, textarea, summary')]
    .filter(each => each.checkVisibility())
    .map(each => each.closest('.case-row') || each.closest('.sentences > label, .tick') || each)
    .filter(each => !each.matches('.words a, dd a, .log a'))
    .map(each => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
    .filter(([_, box]) => box.width < least || box.height < least)
    .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""


@pytest.fixture
def address(office: Flask) -> Iterator[str]:
    """Where the staff app of the test's own office is served."""
    with served(office) as (where,):
        yield where


@pytest.fixture
def a_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """A builder: a page on a touch screen, `a_page(script=False)` without script."""
    pages = []

    def build(*, script: bool = True) -> Page:
        pages.append(browser.new_page(viewport=TABLET, has_touch=True, java_script_enabled=script))
        return pages[-1]

    yield build
    for page in pages:
        page.close()


def tap(where: Locator) -> None:
    """Tap what a thumb reaches in both sizes."""
    tap_at_each(where, SIZES)


def press(page: Page, role: Literal["button", "link"], name: str) -> None:
    """Tap what leads to another page, and wait for it."""
    lead_on(page.get_by_role(role, name=name))


def lead_on(where: Locator) -> None:
    """Tap there, and wait for the page it leads to."""
    with where.page.expect_navigation():
        tap(where)


def log_in(page: Page, address: str, login: str) -> None:
    page.goto(f"{address}/login")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    press(page, "button", "Đăng nhập")


def assert_fit_for_thumbs(page: Page) -> None:
    """In both sizes nothing is wider than the screen, nothing too small to press, no barrier."""
    for size in at_each(page, SIZES):
        seen = f"{page.url} on {size['width']}"
        width = page.evaluate("document.documentElement.clientWidth")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, seen
        assert page.evaluate(SMALL_TARGETS, LEAST_TARGET) == [], seen
        barriers = [
            (fault["id"], [node["target"] for node in fault["nodes"]]) for fault in axe.faults(page)
        ]
        assert barriers == [], seen


def test_a_case_is_found_moved_and_answered_by_thumb_without_script(
    address, a_page, a_member, a_proposal, db
):
    a_member("an", name="Nguyễn Thị An")
    proposal = a_proposal(title="Mở cửa sáng thứ Bảy")
    page = a_page(script=False)

    log_in(page, address, "an")
    page.goto(f"{address}/")
    press(page, "link", "Mở cửa sáng thứ Bảy")
    tap(page.get_by_text("Yêu cầu bổ sung"))
    tap(page.get_by_label("cách làm cụ thể ra sao"))
    press(page, "button", "Chuyển sang: Chờ bổ sung")
    tap(page.get_by_text("Trả lời người gửi").first)
    page.get_by_role("textbox", name="Trả lời người gửi").fill("Xã cảm ơn Ông/Bà.")
    press(page, "button", "Gửi trả lời")

    expect(page.locator("#timeline").get_by_text("Chuyển sang: Chờ bổ sung")).to_have_count(1)
    expect(page.get_by_text("Xã cảm ơn Ông/Bà.")).to_be_visible()
    assert proposals.by_code(db, proposal.code).status is Status.NEEDS_INFO


def test_an_officers_screens_are_fit_for_thumbs_and_free_of_barriers(
    address, a_page, a_member, a_proposal
):
    a_member("an", name="Nguyễn Thị Một Cái Tên Rất Dài Để Thử Bề Ngang")
    long = a_proposal(
        title="x" * 120, solution="y" * 2000, current_state="Chờ lâu. " * 200, name="M" * 120,
        hamlet="h" * 120, phone="0912345678", consents={"store": True, "sms": True},
        participant_type="official", insider=True, effects=["faster", "easier_for_frail"],
    )  # fmt: skip
    for status in (Status.NEEDS_INFO, Status.UNDER_APPRAISAL, Status.AT_COUNCIL, Status.WITHDRAWN):
        a_proposal(status=status)
    page = a_page()

    page.goto(f"{address}/login")
    assert_fit_for_thumbs(page)
    log_in(page, address, "sai")
    assert_fit_for_thumbs(page)
    log_in(page, address, "an")
    for at in ("/", "/?status=received", "/?q=khongcogi&channel=sms", "/mat-khau", "/totp",
               "/khong-co-trang-nay", "/nhan-su"):  # fmt: skip
        page.goto(address + at)
        assert_fit_for_thumbs(page)
    page.goto(f"{address}/ho-so/{long.code}")
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert_fit_for_thumbs(page)
    page.evaluate("document.querySelectorAll('form').forEach(each => each.noValidate = true)")
    press(page, "button", "Chuyển sang: Chuyển nơi khác")
    assert_fit_for_thumbs(page)
    page.goto(f"{address}/ho-so/{long.code}")
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    press(page, "button", "Hiện thông tin cá nhân")
    assert_fit_for_thumbs(page)


def test_a_colleague_who_was_faster_is_named_on_the_screen(
    address, a_page, a_member, a_proposal, db
):
    a_member("an")
    binh = a_member("binh", name="Trần Văn Bình")
    proposal = a_proposal()
    page = a_page()
    log_in(page, address, "an")
    page.goto(f"{address}/ho-so/{proposal.code}")

    moves.move(db, proposal.code, Status.UNDER_APPRAISAL, actor=binh.id, at=proposal.received_at)
    tap(page.get_by_text("Rút theo lời người gửi"))
    page.locator("#withdrawn-identity").select_option(label="Cầm phiếu có mã QR")
    press(page, "button", "Chuyển sang: Đã rút lại")

    expect(page.get_by_text("Trần Văn Bình")).to_be_visible()
    assert_fit_for_thumbs(page)


def test_an_admins_screens_are_fit_for_thumbs_and_free_of_barriers(address, a_page, a_member):
    a_member("quan", role="admin", name="Quản trị")
    a_member("hoi", role="council")
    page = a_page()

    log_in(page, address, "quan")
    assert_fit_for_thumbs(page)
    press(page, "link", "Nhân sự")
    assert_fit_for_thumbs(page)
    page.get_by_label("Tên đăng nhập").fill("an")
    page.get_by_label("Họ tên").fill("A" * 60)
    press(page, "button", "Thêm và tạo mật khẩu một lần")
    expect(page.get_by_text("Chỉ hiện lần này")).to_be_visible()
    assert_fit_for_thumbs(page)
    press(page, "link", "Thiết bị")
    assert_fit_for_thumbs(page)
    page.get_by_label("Tên máy").fill("K" * 60)
    press(page, "button", "Thêm và tạo đường dẫn")
    assert_fit_for_thumbs(page)
    press(page, "link", "Điện thoại")
    tap(page.get_by_text("Đăng ký thủ công"))
    assert_fit_for_thumbs(page)
    press(page, "button", "Đăng xuất")
    log_in(page, address, "hoi")
    assert_fit_for_thumbs(page)
    press(page, "link", "Hội đồng")
    expect(page.get_by_role("heading", name="Phiên họp Hội đồng")).to_be_visible()
    assert_fit_for_thumbs(page)


def test_recovery_codes_and_an_emergency_opening_are_fit_for_thumbs_and_free_of_barriers(
    address, a_page, a_member, a_proposal, db
):
    a_member("chu", role="chair", name="Chủ tịch Một Cái Tên Rất Dài")
    officer, case = a_member("an"), a_proposal()
    proposals.assign(db, case.code, officer.id, actor="test", at=clock.now())
    proposals.flag(db, case.code, spam=False, confidential=True, actor="test", at=clock.now())
    page = a_page()
    page.set_default_timeout(20_000)
    log_in(page, address, "chu")

    page.goto(f"{address}/totp")
    secret = "".join(page.locator(".once").inner_text().split())
    page.get_by_label("Gõ mã 6 số").fill(pyotp.TOTP(secret).now())
    press(page, "button", "Xong")
    code = page.locator(".spare li").first.inner_text()
    assert_fit_for_thumbs(page)
    page.goto(f"{address}/ma-du-phong")
    assert_fit_for_thumbs(page)
    page.goto(f"{address}/mo-khan")
    assert_fit_for_thumbs(page)
    page.get_by_label("Lý do mở").fill("Cán bộ nằm viện, " + "hồ sơ đến hạn " * 20)
    page.get_by_label("Mật khẩu đang dùng").fill(PASSWORD)
    page.get_by_label("Mã 6 số").fill(code)
    press(page, "button", "Mở trong 60 phút")
    assert_fit_for_thumbs(page)
    tap(page.locator(".cards a.code").first)
    expect(page.get_by_text("đang mở khẩn cấp")).to_be_visible()
    assert_fit_for_thumbs(page)
    press(page, "button", "Kết thúc ngay")
    expect(page.get_by_text("Kết thúc sớm bởi")).to_be_visible()


def test_a_call_is_heard_written_down_and_called_back_by_thumb(
    address, a_page, a_member, a_proposal, db, instance
):
    a_member("an", name="Nguyễn Thị An")
    proposal = a_proposal()
    for key, content in (("1", a_recording(2)), ("2", a_picture()), ("3", b"<html>")):
        attach(db, instance, proposal, key, content)
    with writing(db):
        media_downloads.add(db, proposal.id, key="RE", kind="recording", url="u", at=0)
        call_backs.add(db, key="c", phone="+84912345678", why="no_recording", at=clock.now())
    page = a_page()
    log_in(page, address, "an")

    page.goto(f"{address}/ho-so/{proposal.code}")
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    seconds = page.evaluate(
        """async () => {
            const sound = document.querySelector('audio');
            sound.preload = 'metadata';
            sound.load();
            await new Promise((done, failed) => {
                sound.onloadedmetadata = done;
                sound.onerror = () => failed(sound.error.message);
            });
            return sound.duration;
        }"""
    )
    assert seconds == pytest.approx(2, abs=0.3)
    assert_fit_for_thumbs(page)
    page.locator("textarea[name=transcript]").first.fill("Nên cho hẹn giờ.")
    lead_on(page.get_by_role("button", name="Lưu bản gỡ băng").first)
    expect(page.get_by_text("Người ghi lại: Nguyễn Thị An")).to_be_visible()
    assert_fit_for_thumbs(page)
    page.goto(f"{address}/hom-nay")
    assert_fit_for_thumbs(page)
    press(page, "link", "Gọi lại: ")
    assert_fit_for_thumbs(page)
    press(page, "button", "Hiện số")
    expect(page.get_by_text("0912 345 678")).to_be_visible()
    assert_fit_for_thumbs(page)
    press(page, "button", "Đã gọi")
    expect(page.get_by_text("Không có ai đang chờ gọi lại.")).to_be_visible()
    assert_fit_for_thumbs(page)


def test_the_sms_desk_is_worked_by_thumb_without_script(address, a_page, a_member, db):
    a_member("an", name="Nguyễn Thị An")
    at = clock.now()
    with writing(db):
        for key in ("1", "2"):
            outgoing.tell(db, "+84912345678", "help", {}, dedupe=key, at=at)
        opt_outs.add(db, "+84987654321", "asked", at=at)
    failed, unknown = threads.between(db, "+84912345678")[1]
    sending.note_text(db, failed.id, "Cam on " + "x" * 150, "simulator", at=at)
    sending.note_outcome(db, failed.id, "failed", at=at, error="RESULT_ERROR_GENERIC_FAILURE")
    sending.note_outcome(db, unknown.id, "unknown", at=at, error="ReadTimeout")
    inbox.keep(db, inbox.Arrived("android", "1", "Viettel", "name", "QC", "", None, at))
    [apart] = inbox.waiting(db)
    with writing(db):
        inbox.handled(db, apart.id, outcome="not_a_person", at=at, quarantined=True)
    page = a_page(script=False)
    log_in(page, address, "an")

    press(page, "link", "1 tin nhắn gửi không được")
    tap(page.get_by_role("button", name="Gửi lại", exact=True).first)
    expect(page.get_by_text("Không có tin nào bị lỗi.")).to_be_visible()
    press(page, "link", "Gửi lại")
    press(page, "button", "Vẫn gửi lại")
    expect(page.get_by_text("Không có tin nào bị lỗi.")).to_be_visible()
    tap(page.locator(".desk-tabs").get_by_role("link", name="Để riêng (1)"))
    press(page, "button", "Là sáng kiến")

    expect(page.get_by_text("Không có tin nào để riêng.")).to_be_visible()
    assert [one.id for one in inbox.waiting(db)] == [apart.id]
    assert len(threads.between(db, "+84912345678")[1]) == 4
    page = a_page()
    log_in(page, address, "an")
    for path in ("", f"/{failed.id}", f"/{unknown.id}/gui-lai", "/loi", "/may-gui", "/ngung"):
        page.goto(f"{address}/tin-nhan{path}")
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert_fit_for_thumbs(page)


def attach(db, instance, proposal, key: str, content: bytes) -> None:
    """Keep a file of a proposal as the fetching worker does."""
    original = media.keep(instance.media, [content])
    try:
        kept = media.examine(instance.media, original)
    except media.MediaRefused:
        kept = original
    attachments.add(db, proposal.id, kept, source="mms", key=key, actor="t", at=clock.now())


def test_an_sms_is_shown_while_it_is_being_written_and_before_it_goes(
    address, a_page, a_member, a_proposal, db
):
    a_member("an")
    proposal = a_proposal(phone="0912345678", consents={"store": True, "sms": True})
    page = a_page()
    faults: list[object] = []
    page.on("pageerror", lambda fault: faults.append(fault))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    log_in(page, address, "an")
    page.goto(f"{address}/ho-so/{proposal.code}")
    step = page.locator("details").filter(has_text="Yêu cầu bổ sung").first

    tap(step.locator("summary"))
    expect(step.locator(".sms-text")).to_contain_text("can ro them: ....")
    tap(step.get_by_label("cách làm cụ thể ra sao"))
    expect(step.locator(".sms-text")).to_contain_text("can ro them: cach lam cu the ra sao.")
    own = step.get_by_label("Hoặc ghi câu khác")  # a chosen sentence stands in it, to be changed
    own.fill(f"{own.input_value()}; làm ở quầy nào, do ai làm".lstrip("; "))

    expect(step.locator("del")).to_have_text("lam")
    expect(step.get_by_role("button", name="Xem trước tin nhắn")).to_be_hidden()
    assert_fit_for_thumbs(page)
    said = step.locator(".sms-text").inner_text()
    press(page, "button", "Chuyển sang: Chờ bổ sung")
    (notice,) = threads.of_proposal(db, proposal.id)[1]
    office = sms_text.office_blanks(Settings(), "http://127.0.0.1")
    assert sms_text.compose(notice.text_key, notice.blanks, office) == said
    assert not faults


def test_what_waits_is_taken_back_by_one_tap(address, a_page, a_member, a_proposal, db):
    a_member("an", name="Nguyễn Thị An")
    idea = a_proposal(title="Mở cửa sáng thứ Bảy", at=clock.now() - clock.DAY)
    lapsing = a_proposal(title="Đặt ghế cho người già")
    me = db.row("SELECT id FROM staff_member")[0]
    case = {"actor": me, "at": clock.now() - clock.HOUR}
    pending.ask_to_move(db, lapsing.code, Status.CLOSED, details={"reason": "trùng"}, **case)
    moves.move(db, lapsing.code, Status.UNDER_APPRAISAL, **case)
    pending.do_due(db, at=clock.now(), zone=ZONE)
    page = a_page()

    log_in(page, address, "an")
    page.goto(f"{address}/ho-so/{idea.code}")
    tap(page.get_by_text("Rút theo lời người gửi").first)
    page.get_by_label("Xác minh người yêu cầu").select_option("Gọi lại đúng số đã lưu")
    press(page, "button", "Chuyển sang: Đã rút lại")
    expect(page.get_by_text("Sẽ rút sáng kiến lúc")).to_be_visible()
    for road in (f"/ho-so/{idea.code}", "/", "/viec-cho"):
        page.goto(f"{address}{road}")
        assert_fit_for_thumbs(page)
    press(page, "button", "Lấy lại")

    expect(page.get_by_text("Không có việc nào đang chờ")).to_be_visible()
    assert proposals.by_code(db, idea.code).status is Status.RECEIVED


def test_who_sent_a_sheet_is_settled_beside_its_picture_by_one_touch(
    address, a_page, a_member, a_proposal, db, instance
):
    a_member("an", name="Nguyễn Thị An")
    idea = a_proposal(
        Status.UNDER_APPRAISAL, channel="paper", participant_type=None, title="Mở cửa thứ Bảy"
    )
    attach(db, instance, idea, "sheet", a_picture())
    page = a_page()
    log_in(page, address, "an")

    page.goto(address)
    press(page, "link", "Chưa hỏi người gửi")
    press(page, "link", "Mở cửa thứ Bảy")
    assert_fit_for_thumbs(page)
    tap(page.locator("summary", has_text="Trình Hội đồng"))
    press(page, "button", "Chuyển sang: Chờ Hội đồng xét")
    expect(page.get_by_role("alert")).to_contain_text("Chưa hỏi người gửi thuộc đối tượng nào")
    press(page, "link", "Hỏi và chọn người gửi")
    assert_fit_for_thumbs(page)
    for size in at_each(page, SIZES):
        picture = page.locator(".sheets img").bounding_box()
        form = page.locator("#settle").bounding_box()
        assert (picture["x"] + picture["width"] <= form["x"]) == (size is TABLET)
    press(page, "button", "Người lao động")
    tap(page.locator("summary", has_text="Trình Hội đồng"))
    page.get_by_label("Lý do vẫn đưa ra Hội đồng").fill("phiếu giấy, đọc tại phiên họp")
    press(page, "button", "Chuyển sang: Chờ Hội đồng xét")

    kept = proposals.by_code(db, idea.code)
    assert (kept.participant_type, kept.status) == ("worker", Status.AT_COUNCIL)


def test_a_sender_and_a_co_author_are_put_right_by_thumb(address, a_page, a_member, a_proposal, db):
    a_member("an", name="Nguyễn Thị An")
    idea = a_proposal(name="M" * 120, phone="0912345678", consents={"store": True, "sms": True})
    page = a_page()
    log_in(page, address, "an")

    page.goto(f"{address}/ho-so/{idea.code}/nguoi-gui")
    press(page, "button", "Lưu người gửi")  # without evidence and reason
    assert_fit_for_thumbs(page)
    page.get_by_label("Họ tên").fill("Lê Thị Hai")
    page.get_by_label("Căn cứ").select_option("counter")
    page.get_by_label("Lý do sửa").fill("đọc nhầm tên")
    press(page, "button", "Lưu người gửi")
    expect(page.get_by_text("đọc nhầm tên")).to_be_visible()
    assert_fit_for_thumbs(page)
    page.goto(f"{address}/ho-so/{idea.code}/tac-gia")
    assert_fit_for_thumbs(page)

    assert authors.of(db, idea.id).name == "Lê Thị Hai"
