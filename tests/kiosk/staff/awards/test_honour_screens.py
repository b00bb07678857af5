"""The praise desk's screens in Debian's Chromium, by thumb, on a tablet and on a phone at once."""

from datetime import date

import pytest

from shared.domain import clock
from shared.domain.measures import Figures
from shared.domain.proposal import Status
from shared.store.awards import checks, conferences, printed_names
from shared.store.models import adoptions
from shared.workflows import award_steps
from tests.kiosk.staff.test_screens import (  # noqa: F401 the programs to look at
    a_page,
    address,
    assert_fit_for_thumbs,
    log_in,
)

pytestmark = pytest.mark.browser

AT = clock.now()
LONG = "Nguyễn Thị Hoàng Phương Quỳnh Như Thanh Trúc Bảo Trân Mỹ Duyên Kiều Oanh Lệ Thu"


@pytest.fixture
def desk(db, a_proposal):
    """One of each: whose turn it is, what waits for the chair, was issued, and a conference.
    Returns (a letter's id, an award's id, the conference's id)."""
    consents = {"store": True, "name_me": True, "notice": "2026-1"}

    def propose(kind, **given):
        idea = a_proposal(status=Status.RECOGNISED, name=LONG, consents=consents, **given)
        figures = adoptions.NewMeasure(Figures("days", 3, 1), "", "2026-07-01", "Sổ")
        adoptions.measure(db, idea.id, figures, key=idea.id, actor="an", at=AT)
        return award_steps.propose(
            db, idea.code, 1, kind, key=idea.id, today=date(2026, 7, 1), actor="an", at=AT
        )

    a_proposal(status=Status.RECOGNISED, title="x" * 120)
    a_proposal(status=Status.RECOGNISED, participant_type="official")
    propose("letter")
    letter, award = propose("letter", title="y" * 120), propose("award")
    for one in (letter, award):
        printed_names.confirm(db, one.id, LONG, how="phone", actor="an", at=AT)
    award_steps.approve(db, letter.id, seen=1, actor="an", at=AT)
    award_steps.issue(
        db, [letter.id], "5/TK", "2026-07-02", one_number=False, actor="an", at=AT
    )  # fmt: skip
    clear = checks.AwardCheck("clear", "Công an", "2026-07-01", "", "an", AT)
    award_steps.check(db, award.id, clear, seen=1)
    held = conferences.open_one(
        db, "Hội nghị tổng kết " * 5, "2026-12-20", "xã", key="c", actor="an", at=AT
    )
    conferences.choose(db, letter.id, held, actor="an", at=AT)
    return letter.id, award.id, held


def test_the_praise_desk_is_fit_for_thumbs_and_free_of_barriers(
    address, a_page, a_member, desk  # noqa: F811
):  # fmt: skip
    letter, award, held = desk
    a_member("an", name="Nguyễn Thị An")
    a_member("chu", role="chair")
    for login in ("an", "chu"):
        page = a_page()
        log_in(page, address, login)
        for path in (
            "", "/dang-xet", "/ten", "/so", "/hoi-nghi", f"/hoi-nghi/{held}", "/quy-dinh",
            f"/ho-so/{letter}", f"/ho-so/{award}",
        ):  # fmt: skip
            page.goto(f"{address}/khen-thuong{path}")
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert_fit_for_thumbs(page)
