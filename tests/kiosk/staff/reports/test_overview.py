"""The overview: numbers for those who lead, spread the word or call their members."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import proposals
from shared.store.office import profile
from shared.store.people import staff

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize("role", ["culture"])
def test_whoever_opens_no_case_begins_with_the_overview(logged_in, a_proposal, role):
    proposal = a_proposal(
        title="Hẹn giờ chứng thực", name="Nguyễn Thị Đượm", phone="0912345678",
        consents={"store": True, "sms": True, "name_me": False, "notice": "2026-1"},
    )  # fmt: skip

    page = logged_in("an", role=role).get("/", follow_redirects=True)

    assert "<h1>Tổng quan</h1>" in page.text
    for personal in (proposal.code, proposal.title, "Đượm", "345678"):
        assert personal not in page.text


def test_the_page_says_how_many_it_leaves_out(officer, db, a_proposal):
    a_proposal(channel="sms")
    [me] = staff.everyone(db)
    for spam in (True, False):
        code = a_proposal().code
        proposals.flag(db, code, spam=spam, confidential=not spam, actor=me.id, at=clock.now())

    page = officer.get("/tong-quan").text

    assert "Các biểu dưới đây có 1 sáng kiến" in page
    assert "1 tin rác, 1 hồ sơ kín" in page
    assert '<th scope="row">Tin nhắn</th><td>1</td>' in page
    assert '<th scope="row">Trang mạng</th>' not in page


def test_the_desk_is_led_from_the_numbers_to_what_can_be_taken_along(officer, logged_in):
    page = officer.get("/tong-quan?nam=2026").text

    assert 'href="/bao-cao/2026"' in page and 'href="/bao-cao"' in page
    assert 'href="/bao-cao' not in logged_in("vh", role="culture").get("/tong-quan").text


def test_a_year_and_its_basis_are_chosen_in_the_address(officer, db, a_proposal):
    a_proposal(
        at=clock.from_local(datetime(2026, 11, 20, 9, tzinfo=ZONE)),
        participant_type="official", insider=True,
    )  # fmt: skip

    received = officer.get("/tong-quan?nam=2026&theo=received").text
    counted = officer.get("/tong-quan?nam=2027&theo=counted").text

    assert "Nhận năm 2026, tính cho năm 2027: 1" in received
    assert "<dt>Xã nhận trong năm 2026</dt><dd>1</dd>" in received
    assert "<dt>Tính cho năm 2027</dt><dd>1</dd>" in counted


@pytest.mark.parametrize("query", ["?nam=1999", "?nam=abc&theo=x", "?nam=²", "?nam=" + "9" * 400])
def test_a_year_nobody_has_is_this_year(officer, query):
    year = clock.to_local(clock.now(), ZONE).year

    assert f"<h2>Năm {year}</h2>" in officer.get(f"/tong-quan{query}").text


def test_an_unknown_code_is_shown_as_one(officer, db, a_proposal):
    profile.add_organisation(db, "doan", "Đoàn xã", actor="test", at=clock.now())
    a_proposal(mobiliser="doan", status=Status.AT_COUNCIL)
    a_proposal(mobiliser="la-hoac")

    page = officer.get("/tong-quan").text

    assert '<th scope="row">Đoàn xã</th><td>doan</td><td>1</td>' in page
    assert '<th scope="row">Mã lạ: la-hoac</th><td>la-hoac</td><td>1</td>' in page
