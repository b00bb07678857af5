"""Sheets to sign, to hand over and to post: what stands on them, and what must not."""

import html
import re

import pytest

from shared.db import event_log
from shared.documents import fill, pdf
from shared.domain import clock, codes
from shared.domain.proposal import Status
from shared.store.cases import code_sheet, proposals
from shared.store.people import staff
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
    assert event_log.has(db, case.id, "twin_printed")


def test_the_form_is_taken_as_a_file_with_the_words_of_the_printed_page(desk, db, a_proposal):
    case = a_proposal(channel="sms", **SENT)
    page = desk.get(f"/ho-so/{case.code}/phieu-de-xuat").text
    sheet = page[page.index("<article") :]

    answer = desk.post(f"/ho-so/{case.code}/phieu-de-xuat/tai", data={"shape": "docx"})

    said = _one_line(fill.words(answer.data))
    printed = re.findall(r"<(?:h2|bdi|span|strong|p)\b[^>]*>([^<]+)<", html.unescape(_boxes(sheet)))
    missing = [words for one in printed if (words := _one_line(one)) not in said]
    # The head of the file is Decree 30's: the office's name stands there in two lines.
    assert [one for one in missing if not one.startswith("ủy ban")] == []
    assert "dự thảo" not in said
    assert f"phieu-de-xuat-{case.code}.docx" in answer.headers["Content-Disposition"]
    assert event_log.has(db, case.id, "twin_printed")


def test_the_form_is_offered_as_pdf_where_one_can_be_made(desk, a_proposal, monkeypatch):
    monkeypatch.setattr(pdf, "is_installed", lambda: True)
    monkeypatch.setattr(pdf, "from_docx", lambda paper, folder: b"%PDF-1.6 of " + paper[:2])
    address = f"/ho-so/{a_proposal(**SENT).code}/phieu-de-xuat"

    assert 'value="pdf"' in desk.get(address).text
    assert desk.post(f"{address}/tai", data={"shape": "pdf"}).data == b"%PDF-1.6 of PK"


def test_a_form_without_a_sender_leaves_room_for_one(desk, a_proposal):
    case = a_proposal(solution="Gộp lại.")

    said = fill.words(desk.post(f"/ho-so/{case.code}/phieu-de-xuat/tai").data)

    assert "Họ và tên: …" in said and "(không ghi)" in said


def test_a_confidential_idea_is_no_form_for_who_is_not_its_assignee(desk, db, a_proposal, a_member):
    case = a_proposal(**SENT)
    binh = a_member("binh").id
    proposals.flag(db, case.code, spam=False, confidential=True, actor=binh, at=clock.now())

    assert desk.post(f"/ho-so/{case.code}/phieu-de-xuat/tai").status_code == 404


def _boxes(sheet: str) -> str:
    """Return a page with its boxes as the file draws them, in letters every typeface has."""
    return sheet.replace("☒", "[x]").replace("☐", "[ ]")


def _one_line(text: str) -> str:
    return " ".join(text.split()).casefold()


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


def test_the_notice_board_is_as_many_sheets_as_it_needs(desk, a_proposal, monkeypatch):
    monkeypatch.setattr(code_sheet, "SHEET_LINES", 2)
    posted = sorted(codes.grouped(a_proposal().code) for _ in range(5))

    seen, road = [], "/bang-tin"
    while road:
        page = desk.get(road).text
        seen.append(re.findall(r'class="code">([^<]+)<', page))
        following = re.search(r'href="(/bang-tin\?after=[^"]+)"', page)
        road = following and html.unescape(following[1])

    assert [len(sheet) for sheet in seen] == [2, 2, 1]
    assert [code for sheet in seen for code in sheet] == posted
