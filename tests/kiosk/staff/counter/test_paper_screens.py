"""Paper in a real browser: a form is printed, photographed and files itself; a kiosk's receipt is
told of as it comes out."""

import shutil
import subprocess

import pytest
from PIL import Image
from playwright.sync_api import expect

from kiosk.apps import public_app, staff_app
from kiosk.printing import Printing
from shared.domain import clock, codes
from shared.store.cases import proposals
from shared.store.people import devices
from tests.conftest import ZONE
from tests.kiosk.conftest import PUBLIC
from tests.kiosk.fake_printer import PAPER_OUT, WELL, FakePrinter
from tests.kiosk.staff.test_screens import assert_fit_for_thumbs, log_in, press
from tests.served import served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KIOSK = {"width": 1080, "height": 1920}
TABLET = {"width": 1280, "height": 800}


@pytest.fixture
def roll():
    """A printer with paper in it."""
    made = FakePrinter()
    yield made
    made.stop()


@pytest.fixture
def addresses(a_site, roll):
    """Where the public and the staff app of an office with that printer are served."""
    site = a_site(
        staff={"require_totp": False},
        printer={"kind": "network", "host": "127.0.0.1", "port": roll.port},
    )
    public, staff = public_app(site, PUBLIC), staff_app(site, PUBLIC)
    with served(public, staff, beside=(Printing(public).chore(),)) as where:
        yield where


def test_whoever_waits_at_the_kiosk_sees_their_receipt_come_out(
    addresses, browser, db, a_proposal, secret_of, a_member, roll
):
    public, staff = addresses
    devices.add(db, "Kiosk 1", codes.secret_hash("link"), actor="test", at=clock.now())
    a_member("tiep", role="receptionist")
    secret = secret_of(a_proposal())
    context = browser.new_context(viewport=KIOSK, has_touch=True, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{public}/kiosk/link")
    page.goto(f"{public}/tra-cuu?ma={secret}")
    roll.status = PAPER_OUT

    press(page, "button", "In phiếu")
    expect(page.get_by_text("Máy in hết giấy. Xin chép mã số")).to_be_visible(timeout=60_000)
    desk = browser.new_page(viewport=TABLET, has_touch=True)
    log_in(desk, staff, "tiep")
    desk.goto(f"{staff}/may-in")
    expect(desk.get_by_text("Lắp cuộn giấy mới").first).to_be_visible()
    assert_fit_for_thumbs(desk)
    roll.status = dict(WELL)

    expect(page.get_by_text("Đã in xong. Mời Ông/Bà lấy phiếu.")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="In lại phiếu")).to_be_visible()
    assert len(roll.sheets) == 1
    desk.close()
    context.close()


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs Debian's poppler-utils")
def test_a_form_that_was_printed_and_photographed_files_itself(
    addresses, browser, db, a_member, tmp_path
):
    _, staff = addresses
    a_member("tiep", role="receptionist")
    page = browser.new_page(viewport=TABLET, has_touch=True)
    log_in(page, staff, "tiep")
    page.goto(f"{staff}/giay")
    assert_fit_for_thumbs(page)

    press(page, "button", "In phiếu trắng")
    number = codes.tidy(page.locator(".form strong.code").first.inner_text())
    assert_fit_for_thumbs(page)
    page.pdf(path=tmp_path / "form.pdf", prefer_css_page_size=True)
    subprocess.run(
        ["pdftoppm", "-r", "110", "-jpeg", tmp_path / "form.pdf", tmp_path / "form"],
        check=True, timeout=60,
    )  # fmt: skip
    [sheet] = tmp_path.glob("form-*.jpg")
    Image.open(sheet).rotate(7, expand=True, fillcolor="grey").save(tmp_path / "photo.jpg")
    page.goto(f"{staff}/giay")
    page.get_by_label("Hình chụp hoặc quét phiếu").set_input_files(tmp_path / "photo.jpg")
    press(page, "button", "Nhận phiếu")

    expect(page.get_by_text("Đã vào 1 hồ sơ")).to_be_visible()
    assert_fit_for_thumbs(page)
    case = proposals.by_code(db, number)
    assert case.channel == "paper"
    page.goto(f"{staff}/giay/doi-chieu?thang={clock.to_local(case.registered_at, ZONE):%Y-%m}")
    page.get_by_text(codes.grouped(number)).tap()
    press(page, "button", "Lưu đối chiếu")
    expect(page.get_by_text("Giấy và máy khớp nhau.")).to_be_visible()
    assert_fit_for_thumbs(page)
    page.get_by_role("link", name="In danh sách").tap()
    expect(page.get_by_role("heading", name="DANH SÁCH ĐỐI CHIẾU")).to_be_visible()
    assert_fit_for_thumbs(page)
    page.goto(f"{staff}/ap-phich?moi=LOA-AP2")
    assert_fit_for_thumbs(page)
    page.close()
