"""Sheets to sign, to hand over and to post: what stands on them, and what must not."""

import pytest

from shared import clock, codes
from shared.proposal import Status
from shared.store import events, proposals, staff
from tests.conftest import ROAD
from tests.kiosk.conftest import watched
from tests.kiosk.staff.conftest import PASSWORD

SENT = {
    "title": "Gộp hai tờ khai", "current_state": "Phải khai\nhai lần.", "solution": "Gộp lại.",
    "effects": ["faster"], "name": "Trần Thị Mận", "phone": "0912345678",
    "consents": {"store": True, "notice": "2026-1"},
}  # fmt: skip


@pytest.fixture
def desk(office, a_member):
    """An officer's browser that looks at every page."""
    a_member("an")
    client = watched(office).test_client()
    client.post("/login", data={"login": "an", "password": PASSWORD})
    return client


@pytest.mark.parametrize("channel", ["kiosk", "web", "voice"])
def test_any_idea_is_printed_as_a_form_to_sign_and_that_is_noted(desk, db, a_proposal, channel):
    case = a_proposal(channel=channel, **SENT)

    page = desk.get(f"/ho-so/{case.code}/phieu-de-xuat").text

    for words in ("PHIẾU ĐỀ XUẤT", codes.grouped(case.code), "Phải khai", "Gộp lại.",
                  "☒ Nhanh hơn", "☒ Người dân", "Trần Thị Mận", "0912 345 678", "<svg",
                  "Người tiếp nhận", "☒ Tôi đồng ý lưu", "☐ Tôi đồng ý nhắn tin"):  # fmt: skip
        assert words in page, words
    assert events.has(db, case.id, "twin_printed")


def test_the_referral_slip_says_where_to_and_nothing_of_the_words(desk, a_proposal):
    case = a_proposal(status=Status.REDIRECTED, **SENT)

    page = desk.get(f"/ho-so/{case.code}/phieu-chuyen").text

    assert "PHIẾU CHUYỂN" in page and "Tiếp công dân" in page and codes.grouped(case.code) in page
    for words in ("Gộp", "Phải khai", "Mận", "0912 345", "912345678"):
        assert words not in page
    assert desk.get(f"/ho-so/{a_proposal().code}/phieu-chuyen").status_code == 404


def test_the_notice_board_shows_codes_and_standings_alone(desk, db, a_proposal):
    cases = {status: a_proposal(status=status, **SENT) for status in ROAD}
    hidden, spam = a_proposal(), a_proposal()
    an = staff.everyone(db)[0].id
    old = a_proposal(status=Status.CLOSED, at=clock.now() - 100 * clock.DAY)
    for case, flags in ((hidden, (False, True)), (spam, (True, False))):
        proposals.flag(
            db, case.code, spam=flags[0], confidential=flags[1], actor=an, at=clock.now()
        )

    page = desk.get("/bang-tin").text

    for status, case in cases.items():
        assert (codes.grouped(case.code) in page) is (status is not Status.WITHDRAWN)
    for case in (hidden, spam, old):
        assert codes.grouped(case.code) not in page
    for words in ("Gộp", "Mận", "0912 345", "912345678"):
        assert words not in page
