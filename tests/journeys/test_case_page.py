"""The page of a case that has a whole year behind it: it stays short, and opens at its parts."""

from datetime import date

import pytest
from playwright.sync_api import expect

from shared.domain import clock
from shared.domain.proposal import Status
from shared.runtime.instance import Instance
from shared.store.cases import conversation, notes, roadmap
from shared.store.people import staff
from shared.workflows import award_steps, case_steps, late_notices
from tests.conftest import ZONE, proposal_builder
from tests.journeys.conftest import PHONE, TABLET, log_in

pytestmark = pytest.mark.browser

# px; the same case took 7,617 of them before its parts were folded.
MOST = 1600
SAID = "Loa phát lúc bà con còn ở ngoài ruộng, chiều tối về thì không ai nghe lại được nữa. " * 4
PARTS = {
    "people": "Điện thoại", "road": "Được công nhận", "papers": "In lại phiếu",
    "log": "Xã ghi nhận lần 5",
}  # fmt: skip


def a_years_case(programs) -> str:
    """Return the code of a recognised idea that much was said and done about."""
    instance = Instance(programs.serving.folder)
    db, at = instance.open(), clock.now()
    by = next(one.id for one in staff.everyone(db) if one.role == "officer")
    case = proposal_builder(instance, db)(
        status=Status.AT_COUNCIL, title="Loa ấp phát lại lúc chiều tối cho người đi ruộng",
        current_state=SAID, solution=SAID, expected_effect=SAID[:160], effects=["faster"],
        name="Lê Thị Năm", phone="0900 000 933", consents={"store": True, "sms": True},
    )  # fmt: skip
    for n in range(12):
        more = {"channel": "sms", "key": f"year|{n}", "at": at + n}
        conversation.add_more(db, case.code, f"Nói thêm lần {n}. {SAID[:80]}", **more)
        said = {"staff_id": by, "key": f"year|a{n}", "at": at + n, "zone": ZONE}
        case_steps.answer(db, case.code, f"Xã ghi nhận lần {n}. {SAID[:120]}", **said)
        notes.add(db, case.code, f"Đã gọi lần {n}", key=f"year|n{n}", actor=by, at=at + n)
        roadmap.add(db, case.id, f"Bước {n}", "2036-01-01", key=f"year|s{n}", actor=by, at=at)
    late_notices.expect(db, case.code, date(2036, 1, 4), actor=by, at=at, zone=ZONE)
    decided = {"decision_number": "9087/QĐ-UBND", "decision_date": "2026-05-05", "reason": "hay"}
    case_steps.move(
        db, case.code, Status.RECOGNISED, actor="test", at=at + 20, zone=ZONE, details=decided
    )
    award_steps.propose(
        db, case.code, 1, "letter", key="year|h", today=date(2026, 8, 1), actor=by, at=at + 21
    )
    conversation.add_more(
        db, case.code, "Xin hỏi bao giờ trao thư khen?", channel="sms", key="year|z", at=at + 30
    )
    db.close()
    return case.code


def test_a_case_of_a_whole_year_is_short_and_hides_nothing_that_waits(
    screen, programs, office_password, record_property
):
    code = a_years_case(programs)
    page = screen(TABLET, script=False)
    log_in(page, programs, "lan", office_password)

    page.goto(f"{programs.staff}/ho-so/{code}")

    heights = {}
    for size in (TABLET, PHONE):
        page.set_viewport_size(size)
        heights[size["width"]] = page.locator("html").evaluate("one => one.scrollHeight")
    print("height of a year's case:", heights)
    assert heights[1280] <= MOST
    head = page.locator(".case-head")
    for waits in ("9087/QĐ-UBND", "bao giờ trao thư khen", "Đã gọi lần 11"):
        expect(head).to_contain_text(waits)
    for part, inside in PARTS.items():
        words = page.locator(f"#{part}").get_by_text(inside).first
        expect(words).to_be_hidden()
        page.locator(f".tabs a[href='#{part}']").tap()
        expect(words).to_be_visible()
