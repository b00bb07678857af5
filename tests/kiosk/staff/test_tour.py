"""Five minutes in a demo: each role's login works as it was printed, and each link of its page
opens what it promises."""

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.apps import staff_app
from shared import founding, settings
from shared.domain import clock, unit_number
from shared.domain.roles import ROLES
from shared.runtime.health import HealthCheck
from shared.runtime.instance import Instance
from shared.runtime.listening import Address
from shared.runtime.site import Site
from shared.store.office import campaigns

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
