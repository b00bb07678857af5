"""Five minutes in a demo: each role's login works as it was printed, and each link of its page
opens what it promises; and its sheets, which a phone shows whole."""

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, template_rendered
from flask.testing import FlaskClient
from jinja2 import Template
from playwright.sync_api import Browser

from kiosk.apps import staff_app
from shared import founding, settings
from shared.db import daily_roots
from shared.domain import clock, unit_number
from shared.domain.roles import ROLES
from shared.runtime.health import HealthCheck
from shared.runtime.instance import Instance
from shared.runtime.listening import Address
from shared.runtime.site import Site
from shared.store.office import campaigns
from tests.conftest import ZONE
from tests.serving import ROOT

TOUR = "/thu-trong-5-phut"
CHOSEN = "đồng lúa chín vàng"
# What each link shows, by its words.
SHOWS = {
    "Hôm nay": "Gọi lại",
    "Nhập một tờ giấy": "Gửi đến bằng cách nào?",
    "Gọi lại người gọi nhỡ": "Gọi nhỡ",
    "Hồ sơ có hình tờ giấy": "Hình 1",
    "Phiếu giấy": "In phiếu trắng",
    "Tin gửi không được": "Máy người nhận tắt",
    "Phân loại một hồ sơ mới": "Nên có thêm một ghế lấy số",
    "Nghe một bản ghi âm": "Ghi âm 1",
    "Hỏi người gửi là ai": "Hỏi và chọn người gửi",
    "Việc đang chờ": "rút sáng kiến",
    "Phiên họp đang mở": "Mở cửa sáng thứ Bảy cho công nhân",
    "Phiên họp sắp tới": "Thông qua bảng tổng hợp",
    "Chấm một sáng kiến": "Nộp phiếu",
    "Phiên họp trước": "Mỗi ấp một cán bộ xã làm đầu mối",
    "Số đo trước và sau": "xã Vĩnh Tân",
    "Chờ đề nghị khen": "Đề nghị thư khen",
    "Hội nghị trao thưởng": "Huỳnh Văn Bảy",
    "Ký kết luận của Hội đồng": "Mỗi ấp một cán bộ xã làm đầu mối",
    "Thư khen, khen thưởng chờ ký": "Võ Thị Sen",
    "Hồ sơ một giấy khen": "Công an xã",
    "Tổng quan": "loa-ap2",
    "Báo cáo năm": "Báo cáo năm",
    "Kế hoạch của năm": "12/KH-UBND",
    "Nhật ký tuyên truyền": "Phát bài loa tại ấp 2",
    "Bài loa": "Kính thưa bà con!",
    "Áp phích": "XÃ MUỐN NGHE",
    "Sáng kiến của hội viên": "Chi hội ấp 3",
    "Tờ rơi": "Đang vướng chỗ nào?",
    "Kiểm tra máy hằng ngày": "Máy tự xem lúc",
    "Nhân sự": "Thành viên Hội đồng 2",
    "Kiosk": "Kiosk 1",
    "Máy gửi tin": "Điện thoại giả lập",
    "Sao lưu": "Khi máy hỏng hoặc mất",
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Flask, dict[str, str]]:
    """A demo's staff app, and the passwords that founding it showed."""
    instance = Instance(Path(tmp_path_factory.mktemp("tour")) / "demo")
    founded = founding.found(instance, unit_number.DEMO, is_demo=True, at=clock.now())
    db = instance.open()
    site = Site(
        instance=instance, settings=settings.load(instance.folder), secrets=instance.secrets(),
        commune=campaigns.this(db), public_url="http://127.0.0.1:8080",
        health=HealthCheck(instance, "kiosk"),
    )  # fmt: skip
    db.close()
    app = staff_app(site, Address("127.0.0.1", 8081))
    return app, {one.login: one.password for one in founded.logins}


@pytest.fixture(scope="module")
def enter(demo) -> Callable[[str], FlaskClient]:
    """A builder: the browser of a role's login, who chose a password of their own."""
    app, shown = demo
    known: dict[str, FlaskClient] = {}

    def build(role: str) -> FlaskClient:
        if role not in known:
            client = known[role] = app.test_client()
            given = {"login": role, "password": shown[role]}
            assert client.post("/login", data=given).status_code == 303
            new = {"old": shown[role], "new": CHOSEN, "again": CHOSEN}
            assert client.post("/mat-khau", data=new).status_code == 303
        return known[role]

    return build


@pytest.mark.parametrize("role", ROLES)
def test_each_link_of_a_roles_five_minutes_opens_what_it_promises(enter, role: str) -> None:
    client = enter(role)
    page = client.get(TOUR).text
    steps = re.findall(r'<h2>\s*<a href="([^"]+)">\s*(.+?)\s*</a>', page)

    assert len(steps) == page.count("<h2>") - 2 and len(steps) >= 2
    for road, words in steps:
        opened = client.get(road)
        assert opened.status_code == 200, f"{role} {road}"
        assert SHOWS[html.unescape(words)] in html.unescape(opened.text), f"{role} {road}"
    assert "hienke init --unit" in page


def test_every_page_of_a_demo_leads_there_and_no_page_of_an_office_does(enter, officer) -> None:
    assert f'href="{TOUR}"' in enter("chair").get("/tong-quan").text
    assert officer.get(TOUR).status_code == 404
    assert TOUR not in officer.get("/tong-quan").text


def test_a_step_whose_thing_is_gone_is_left_out(enter) -> None:
    """The chair sends the award back: its dossier does not wait for a decision any more."""
    chair = enter("chair")
    road = re.search(r'href="(/khen-thuong/ho-so/[^"]+)"', chair.get(TOUR).text)
    assert road is not None
    [seen] = set(re.findall(r'name="seen" value="(\d+)"', chair.get(road[1]).text))

    given = {"seen": seen, "how": "returned", "reason": "thiếu số đo"}
    assert chair.post(f"{road[1]}/tra-lai", data=given).status_code == 303

    assert road[1] not in chair.get(TOUR).text


# What a thermal printer takes is narrower than a phone.
THERMAL = {"print/slip.html", "print/slip_itself.html"}


def _found(client: FlaskClient, page: str, road: str) -> str:
    """Return the first address on a page that matches."""
    [found, *_] = re.findall(rf'"({road})["?]', client.get(page).text)
    return str(found)


@pytest.fixture
def sheets(demo, enter) -> dict[str, str]:
    """Every sheet that staff print, drawn once of the demo: its page by its template."""
    app, _ = demo
    with app.app_context():
        daily_roots.close_day(app.extensions["hienke"].store(), at=clock.now(), zone=ZONE)
    officer, clerk = enter("officer"), enter("organisation")
    case = _found(officer, TOUR, "/ho-so/[0-9]{12}")
    gone = _found(officer, "/?status=redirected", "/ho-so/[0-9]{12}")
    listed = _found(clerk, "/doan-the", '/doan-the/danh-sach/[^/"]+')
    asked = {
        "key": "k", "kind": "access", "way": "counter", "name": "Bà Tư", "said": "Xin xem",
        "identity": "paper", "code": case[-12:],
    }  # fmt: skip
    request = officer.post("/du-lieu", data=asked).location
    drawn: dict[str, str] = {}
    named: list[str] = []

    def note(_app: Flask, template: Template, **_context: object) -> None:
        named.append(str(template.name))

    roads = (
        "/bai-loa", "/to-roi", "/ap-phich", "/bang-tin", "/kiem-tra/in", "/giay/doi-chieu/in",
        "/chot-so/1", f"{case}/phieu", f"{case}/phieu-de-xuat", f"{gone}/phieu-chuyen",
        f"{request}/thu", f"{request}/ban-sao",
        _found(officer, TOUR, "/khen-thuong/hoi-nghi/[^/\"]+") + "/danh-sach",
        _found(officer, TOUR, "/hoi-dong/[^/\"]+") + "/giay-moi",
        _found(officer, "/noi-nhan", "/noi-nhan/[^/\"]+") + "/so",
    )  # fmt: skip
    with template_rendered.connected_to(note, app):
        answers = [officer.get(road) for road in roads]
        answers.append(officer.post("/giay/phieu-trang", data={"count": "1", "moi": ""}))
        answers += [clerk.get(f"{listed}/{one}") for one in ("in", "phieu")]
    for answer, name in zip(answers, named, strict=True):
        [style] = re.findall(r'rel="stylesheet"\s+href="([^"]+)"', answer.text)
        css = officer.get(html.unescape(style)).text
        drawn[name] = answer.text.replace("</head>", f"<style>{css}</style></head>")
    return drawn


@pytest.mark.browser
def test_no_sheet_is_wider_than_the_phone_it_is_looked_at_on(sheets, browser: Browser) -> None:
    known = {f"print/{path.name}" for path in (ROOT / "templates" / "print").glob("*.html")}
    page = browser.new_page(viewport={"width": 360, "height": 740})
    too_wide = {}
    for name, drawn in sheets.items():
        page.set_content(drawn, wait_until="domcontentloaded")
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            too_wide[name] = width
    page.close()

    assert sheets.keys() == known - THERMAL
    assert too_wide == {}
