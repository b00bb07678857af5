"""The council judges an idea on a tablet that falls asleep; the chair signs what it concluded."""

import re

import pytest
from playwright.sync_api import expect

from shared.domain import clock
from shared.domain.proposal import Status
from shared.runtime.instance import Instance
from shared.store.council import agenda, judging, sessions
from shared.store.people import staff
from tests.conftest import proposal_builder as proposals_of
from tests.journeys.conftest import TABLET
from tests.journeys.roads import press

pytestmark = pytest.mark.browser


@pytest.fixture
def a_session(enter, programs):
    """A builder: the page of a council member of that login, and the addresses of the three sheets
    of an open session of theirs."""

    def build(login):
        page, instance = enter(login, "council"), Instance(programs.serving.folder)
        db, at = instance.open(), clock.now()
        idea = proposals_of(instance, db)
        [seat] = [one.id for one in staff.everyone(db) if one.login == login]
        new = sessions.NewSession(2026, "2026-07-01", "Hội trường", seat, seat, (seat,))
        opened = sessions.open_session(db, new, key=login, actor=seat, at=at)
        codes = tuple(idea(status=Status.AT_COUNCIL, at=at).code for _ in range(3))
        agenda.list_ideas(db, opened, codes, actor=seat, at=at)
        items = [one.item.id for one in judging.whole(db, opened).judged]
        db.close()
        return page, [f"{programs.staff}/hoi-dong/{opened}/cham/{one}" for one in items]

    return build


POINTS = ("15", "15", "20", "10", "10")


def fill(member):
    """Fill in a sheet, and leave the focus in its last field."""
    for gate in member.get_by_label("Đạt", exact=True).all():
        gate.check()
    for at, points in enumerate(POINTS):
        member.locator("input[name=points]").nth(at).fill(points)


def test_a_sheet_is_handed_in_by_the_first_press_and_over_a_cut_line(enter, programs, a_session):
    """The autosave of the last field answers under the finger; then the line is cut twice."""
    member, address = a_session("thu")
    member.goto(f"{address[0]}")
    fill(member)
    hand_in = member.get_by_role("button", name="Nộp phiếu")
    hand_in.scroll_into_view_if_needed()
    box = hand_in.bounding_box()
    member.mouse.move(box["x"] + 20, box["y"] + 5)  # the upper edge: what moves is missed
    with member.expect_response(lambda answer: "/cham/" in answer.url):
        member.mouse.down()  # the field loses the focus and is kept
    expect(member.get_by_text("Đã giữ.")).to_be_visible()
    member.mouse.up()
    expect(member.get_by_text("đã nộp và đã khóa").first).to_be_visible()

    member.goto(address[1])
    member.context.set_offline(True)
    fill(member)
    expect(member.get_by_text("Tổng 70 trên 100")).to_be_visible()
    press(member, "Nộp phiếu")
    expect(member.locator(".unsent")).to_contain_text("sẽ tự gửi khi có mạng lại")
    expect(member).to_have_url(address[1])
    member.context.set_offline(False)  # the browser says "online", and the sheet goes out
    expect(member.get_by_text("đã nộp và đã khóa")).to_have_count(2)
    assert member.evaluate("localStorage.length") == 0

    member.goto(address[2])
    member.context.set_offline(True)
    fill(member)
    member.close()  # the tablet is switched off
    later = member.context.new_page()
    member.context.set_offline(False)
    later.goto(address[2])
    expect(later.locator("input[name=points]").last).to_have_value("10")
    expect(later.locator(".unsent")).to_contain_text("đã được đưa lại vào ô")
    press(later, "Đăng xuất")
    expect(later).to_have_url(f"{programs.staff}/login")
    assert later.evaluate("localStorage.length") == 0


def test_an_idea_is_judged_concluded_and_signed(enter, officer, programs):
    member, chair, secretary = enter("cham", "council"), enter("ky", "chair"), officer(TABLET)

    secretary.goto(f"{programs.staff}/hoi-dong")
    secretary.get_by_label("Nơi họp").fill("Hội trường xã")
    secretary.get_by_label("cham", exact=True).check()
    secretary.get_by_label("Chủ trì").select_option(label="ky")
    secretary.get_by_label("Thư ký").select_option(label="lan")
    press(secretary, "Mở phiên họp")
    expect(secretary).to_have_url(re.compile("/hoi-dong/.+"))
    session = secretary.url
    code = secretary.locator("input[name=code]").first
    picked = code.get_attribute("value")
    code.check()
    secretary.locator("input[name=redacted]").check()
    press(secretary, "Đưa vào phiên họp")
    expect(secretary.get_by_text("Đã nộp phiếu: 0 trên 1")).to_be_visible()

    member.goto(session)
    member.get_by_role("link", name="Chấm sáng kiến này").tap()
    expect(member.get_by_label("Đạt", exact=True)).to_have_count(5)
    for gate in member.get_by_label("Đạt", exact=True).all():
        gate.check()
    fields = member.locator("input[name=points]")
    for at, points in enumerate(("15", "15", "20", "10", "10")):
        fields.nth(at).fill(points)
    member.locator("input[name=remark]").first.fill("Mới ở xã")
    member.locator("input[name=remark]").first.blur()
    expect(member.get_by_role("status").filter(has_text="Đã giữ.")).to_be_visible()
    member.reload()  # the tablet slept
    expect(member.locator("input[name=remark]").first).to_have_value("Mới ở xã")
    secretary.goto(session)
    expect(secretary.get_by_text("Điểm trung bình")).to_have_count(0)
    press(member, "Nộp phiếu")
    expect(member.get_by_text("đã nộp và đã khóa")).to_be_visible()

    secretary.goto(session)
    expect(secretary.get_by_text("70,0 / 100")).to_be_visible()
    secretary.locator("[action$=ket-luan] [name=reason]").fill("Dễ làm, ít tốn")
    press(secretary, "Ghi kết luận")
    expect(secretary.get_by_text("Dễ làm, ít tốn")).to_be_visible()

    chair.goto(f"{programs.staff}/ky-duyet")
    chair.get_by_label("Số quyết định").fill("77/QĐ-UBND")
    chair.get_by_label(re.compile("Ngày quyết định")).fill("01/02/2026")
    # The demo has another conclusion that waits: one decision signs both.
    chair.get_by_role("button", name=re.compile(r"^Ký \d sáng kiến, một quyết định$")).tap()
    expect(chair.get_by_text("Không có kết luận nào chờ ký")).to_be_visible()
    expect(chair.get_by_role("button", name="Lấy lại")).to_be_visible()
    chair.goto(f"{programs.staff}/ho-so/{picked}")
    waits = "Sẽ ký công nhận theo quyết định 77/QĐ-UBND"
    expect(chair.locator(".case-head")).to_contain_text(waits)
