"""Somebody is thanked and somebody rewarded: from the worklist to the sheet that is signed at the
conference, and a citizen who asks whether a letter is genuine."""

import re
from collections.abc import Callable
from urllib.parse import urljoin

import docx
import pytest
from playwright.sync_api import Locator, Page, expect

from shared.domain import clock
from shared.runtime.instance import Instance
from shared.settings import Settings
from shared.store.cases import proposals
from tests.journeys.conftest import PHONE, TABLET
from tests.journeys.roads import press

pytestmark = pytest.mark.browser

# Of the demo: published, with figures from before and after.
TITLE = "Hẹn giờ trước khi đi chứng thực"


@pytest.fixture
def chair(enter) -> Page:
    """The page of a chair who has logged in."""
    page: Page = enter("chutich", "chair")
    return page


@pytest.fixture
def today() -> str:
    return clock.day_words(clock.now(), Settings().office.zone)


def proposed(page: Page, staff: str, kind: str) -> str:
    """Propose on the worklist and return the dossier's address."""
    page.goto(f"{staff}/khen-thuong")
    row = page.locator("li.praise-row").filter(has=page.get_by_role("link", name=TITLE, exact=True))
    row.get_by_role("button", name=f"Đề nghị {kind}").tap()
    expect(page).to_have_url(re.compile("/khen-thuong/ho-so/"))
    return page.url


def confirm(page: Page, address: str, name: str) -> None:
    """Note that the person said on the telephone how the name is spelt."""
    page.goto(address)
    page.get_by_text("Xác nhận tên", exact=True).last.tap()
    page.get_by_label("Họ tên in ra").fill(name)
    page.get_by_label("Hỏi qua điện thoại").check()
    press(page, "Ghi tên này")
    expect(page.get_by_text("Đã xác nhận tên")).to_be_visible()


def ticked(page: Page, name: str, address: str) -> Locator:
    """Return the box of a letter or an award; the demo has others that wait."""
    return page.locator(f"input[name={name}][value*='{address.rpartition('/')[2]}']")


def taken(page: Page, button: str, tmp_path) -> str:
    """Look at a paper, take it and return its words."""
    press(page, button)
    expect(page.get_by_role("heading", name="Xem trước văn bản")).to_be_visible()
    back = page.get_by_role("link", name="Quay lại").get_attribute("href")
    with page.expect_download() as coming:
        press(page, "Lấy bản Word")
    page.goto(urljoin(page.url, back))
    coming.value.save_as(tmp_path / "paper.docx")
    paper = docx.Document(str(tmp_path / "paper.docx"))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in paper.paragraphs), *cells])


def test_somebody_is_thanked_rewarded_and_called_up(
    officer: Callable[..., Page], chair, screen, programs, today, tmp_path
):
    desk = officer(TABLET)

    letter = proposed(desk, programs.staff, "thư khen")
    confirm(desk, letter, "Trần Thị Mận")
    award = proposed(desk, programs.staff, "khen thưởng")
    confirm(desk, award, "Trần Thị Mận")
    desk.get_by_text("Sửa nội dung").tap()
    desk.get_by_label("Đã có thành tích").fill("đề xuất cách hẹn giờ chứng thực")
    desk.get_by_label("Tiền thưởng").fill("1.500.000")
    press(desk, "Lưu nội dung")
    desk.get_by_text("Ghi câu trả lời").tap()
    desk.get_by_label("Không có kỷ luật, đơn thư").check()
    desk.get_by_label("Ai trả lời").fill("Công an xã, ông Tâm")
    press(desk, "Ghi")
    expect(desk.get_by_text("Chờ Chủ tịch ký")).to_be_visible()

    chair.goto(f"{programs.staff}/khen-thuong/dang-xet")
    ticked(chair, "letter", letter).check()
    press(chair, "Đồng ý các thư đã chọn")
    expect(chair.get_by_text("Đã đồng ý, chờ số")).to_be_visible()
    chair.goto(f"{programs.staff}/khen-thuong/dang-xet")
    ticked(chair, "award", award).check()
    chair.get_by_label("Số quyết định").fill("530/QĐ-UBND")
    chair.get_by_label("Ngày quyết định").fill(today)
    press(chair, "Ký quyết định khen các hồ sơ đã chọn")
    expect(chair.get_by_text("Đã có quyết định")).to_be_visible()

    desk.goto(f"{programs.staff}/khen-thuong/dang-xet")
    ticked(desk, "ready", letter).check()
    desk.get_by_label("Số (của thư đầu tiên)").fill("05/TK-UBND")
    desk.get_by_label("Ngày ban hành").fill(today)
    press(desk, "Ban hành các thư đã chọn")
    expect(desk.get_by_text("Đã ban hành").first).to_be_visible()
    desk.goto(letter)
    said = taken(desk, "Thư khen", tmp_path)
    assert "Thân gửi Ông/Bà Trần Thị Mận," in said and "Số: 05/TK-UBND" in said
    [code] = re.findall(r"Mã kiểm tra thư: ([\d ]{14})", said)

    citizen = screen(PHONE)
    citizen.goto(f"{programs.public}/xac-minh")
    citizen.locator("#ma").fill(code)
    press(citizen, "Kiểm tra")
    expect(citizen.get_by_text("Giấy thật.")).to_be_visible()
    expect(citizen.get_by_text("Thư khen số 05/TK-UBND")).to_be_visible()
    citizen.goto(f"{programs.public}/t/{_code_of(programs)}")
    expect(citizen.get_by_text("Đã tuyên dương")).to_be_visible()
    expect(citizen.get_by_text("Đã khen thưởng")).to_be_visible()

    desk.goto(f"{programs.staff}/khen-thuong/hoi-nghi")
    desk.get_by_text("Thêm hội nghị").tap()
    desk.get_by_label("Tên hội nghị").fill("Hội nghị tổng kết")
    desk.get_by_label("Ngày họp").fill(today)
    desk.get_by_label("Nơi họp").fill("Hội trường xã")
    press(desk, "Thêm")
    expect(desk.locator("input[name=given]")).to_have_count(2)
    for box in desk.locator("input[name=given]").all():
        box.check()
    press(desk, "Đưa vào danh sách các dòng đã chọn")
    last = desk.locator("ol.calls li").last
    expect(last).to_contain_text("Giấy khen")
    last.get_by_role("button", name=re.compile("sớm hơn")).tap()
    expect(desk.locator("ol.calls li").first).to_contain_text("Giấy khen")
    desk.locator("ol.calls li").first.get_by_role("button", name="Có mặt").tap()
    expect(desk.locator("ol.calls li").first.locator(".pill.ours")).to_contain_text("Có mặt")
    press(desk, "Đã trao cho mọi người có mặt")
    expect(desk.locator("ol.calls li").first).to_contain_text("Đã trao ngày")
    desk.get_by_role("link", name="In danh sách ký nhận").tap()
    expect(desk.get_by_role("columnheader", name="Ký nhận")).to_be_visible()
    expect(desk.locator("tbody tr").first).to_contain_text("1.500.000")


def _code_of(programs) -> str:
    """Return the code of the praised idea, as its sender has it on the receipt."""
    db = Instance(programs.serving.folder).open()
    try:
        kept = proposals.by_key(db, "demo|1")
        assert kept is not None
        return kept.code
    finally:
        db.close()
