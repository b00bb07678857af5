"""The papers of a campaign and of one idea: what they say, whom they name, what they leave out."""

import io
import shutil
import subprocess
import zipfile
from datetime import date, datetime

import docx
import pytest

from kiosk import qr
from shared import texts
from shared.documents import campaign_papers, idea_papers, proposal_form, write, year_report
from shared.documents.campaign_papers import NothingDecided
from shared.documents.tables import PaperTable
from shared.documents.write import Desk, Registered
from shared.domain import clock, codes
from shared.domain.proposal import Status
from shared.domain.record import replace
from shared.store.cases import moves, redactions
from shared.store.office import campaigns
from shared.store.people import staff
from tests.conftest import DETAILS, ZONE

AT = clock.from_local(datetime(2026, 3, 16, 9, 12, tzinfo=ZONE))
DRAFT = Registered()
DECIDED = Registered("12/QĐ-UBND", date(2026, 7, 1))
OFFICE = {
    "cq": "UBND xã Tân An", "xa": "xã Tân An", "sdt": "0296 3 000 000", "quay": "quầy số 1",
    "dausms": "0912 000 000", "n_thang": "24",
}  # fmt: skip
LONG = "Nguyễn Thị Hoàng Phương Quỳnh " * 4


def known(*, named: bool, name="Nguyễn Thị Đượm"):
    consents = {"store": True, "sms": False, "name_me": named, "notice": "2026-1"}
    return {"name": name[:80], "consents": consents, "at": AT}


@pytest.fixture
def desk(db, instance):
    """A desk of the office, in March."""
    return Desk(db, instance.media, "", "UBND xã Tân An", ZONE, AT)


def words_of(paper: bytes) -> str:
    opened = docx.Document(io.BytesIO(paper))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in opened.paragraphs), *cells])


def test_the_councils_table_holds_what_waits_for_it_with_what_was_merged_and_tried(
    desk, db, a_proposal
):
    idea = a_proposal(status=Status.ON_TRIAL, at=AT, solution="từ " * 100)
    moves.move(db, idea.code, Status.AT_COUNCIL, actor="test", at=AT)
    other = a_proposal(at=AT)
    moves.move(db, other.code, Status.MERGED, actor="test", at=AT, details={"into": idea.code})
    a_proposal(at=AT, title="Chưa đến lượt")

    said = words_of(campaign_papers.of_campaign(desk, 2026, "bang-tong-hop", DRAFT))

    assert idea.title in said
    assert "từ 01/04/2026 đến 30/06/2026" in said
    assert codes.grouped(other.code) in said
    assert "từ " * 79 + "từ…" in said
    assert "Chưa đến lượt" not in said


def test_a_decision_lists_what_was_recognised_under_its_number(desk, a_proposal):
    inside = a_proposal(status=Status.RECOGNISED, at=AT)
    later = a_proposal(status=Status.REPLICATED, at=AT)
    waiting = a_proposal(status=Status.AT_COUNCIL, at=AT)

    said = words_of(campaign_papers.of_campaign(desk, 2026, "quyet-dinh-cong-nhan", DECIDED))

    assert inside.title in said and later.title in said
    assert waiting.title not in said
    assert DETAILS[Status.RECOGNISED]["reason"] in said
    assert "Công nhận 02 sáng kiến" in said


def test_a_decision_without_a_number_lists_what_waits_for_the_council(desk, a_proposal):
    waiting = a_proposal(status=Status.AT_COUNCIL, at=AT)

    said = words_of(campaign_papers.of_campaign(desk, 2026, "quyet-dinh-cong-nhan", DRAFT))

    assert waiting.title in said
    assert "DỰ THẢO" in said


def test_a_number_under_which_nothing_was_decided_makes_no_decision(desk, a_proposal):
    a_proposal(status=Status.RECOGNISED, at=AT)

    with pytest.raises(NothingDecided):
        campaign_papers.of_campaign(
            desk, 2026, "quyet-dinh-cong-nhan", Registered("99/QĐ-UBND", date(2026, 7, 1))
        )


def test_a_notice_names_only_who_agreed_to_be_named(desk, a_proposal):
    a_proposal(status=Status.RECOGNISED, **known(named=True, name="Trần Thị Mận"))
    a_proposal(status=Status.RECOGNISED, **known(named=False))

    said = words_of(campaign_papers.of_campaign(desk, 2026, "thong-bao-tuyen-duong", DRAFT))

    assert "Trần Thị Mận" in said
    assert "Nguyễn Thị Đượm" not in said
    assert "01 người dân không nêu tên" in said


def test_a_confidential_idea_is_in_no_list(desk, db, a_proposal):
    idea = a_proposal(status=Status.AT_COUNCIL, at=AT, title="Chuyện phải giữ kín")
    db.write("UPDATE proposal SET is_confidential = 1 WHERE code = :code", code=idea.code)

    for paper in campaign_papers.PAPERS:
        said = words_of(campaign_papers.of_campaign(desk, 2026, paper, DRAFT))
        assert "Chuyện phải giữ kín" not in said, paper


def test_a_letter_speaks_to_its_author_of_what_came_of_the_idea(desk, a_proposal):
    idea = a_proposal(status=Status.REPLICATED, **known(named=False))

    said = words_of(idea_papers.letter(desk, idea, DRAFT))

    assert "Thân gửi Nguyễn Thị Đượm," in said
    assert "theo Quyết định số 12/QĐ-UBND ngày 01/07/2026" in said
    assert "nhân rộng tại xã Vĩnh Tân" in said
    assert "Căn cứ" not in said


def test_a_referral_says_where_to_and_why(desk, a_proposal):
    idea = a_proposal(status=Status.REDIRECTED, at=AT)

    said = words_of(idea_papers.referral(desk, idea, DRAFT))

    assert "Kính gửi: Tiếp công dân." in said
    assert "Lý do chuyển: khiếu nại đất đai." in said
    assert idea.solution in said


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_every_paper_is_opened_and_laid_out_by_a_word_processor(desk, a_proposal, tmp_path):
    a_proposal(status=Status.AT_COUNCIL, title="Đ" * 119, **known(named=True, name=LONG))
    recognised = a_proposal(status=Status.RECOGNISED, **known(named=True))
    papers = {
        name: campaign_papers.of_campaign(desk, 2026, name, DRAFT)
        for name in campaign_papers.PAPERS
    }
    papers["thu-khen"] = idea_papers.letter(desk, recognised, DRAFT)
    papers["phieu-chuyen"] = idea_papers.referral(
        desk, a_proposal(status=Status.REDIRECTED, at=AT), DRAFT
    )
    papers["phieu-de-xuat"] = proposal_form.write(
        desk, recognised, texts.Spoken(texts.load("vi"), OFFICE), qr.png("http://X/R/1")
    )
    papers["bao-cao"] = year_report.paper(desk, 2026, DRAFT)
    for name, paper in papers.items():
        (tmp_path / f"{name}.docx").write_bytes(paper)

    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile",
         "--convert-to", "pdf", "--outdir", str(tmp_path), *map(str, tmp_path.glob("*.docx"))],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip

    assert {path.stem for path in tmp_path.glob("*.pdf")} == set(papers)


def test_a_letter_is_a_draft_until_it_has_a_day_and_needs_no_number(desk, a_proposal):
    idea = a_proposal(status=Status.RECOGNISED, at=AT)

    draft = words_of(idea_papers.letter(desk, idea, DRAFT))
    final = words_of(idea_papers.letter(desk, idea, Registered("", date(2026, 7, 1))))

    assert "DỰ THẢO" in draft
    assert "DỰ THẢO" not in final


def test_papers_bear_the_redacted_words_even_from_the_assignees_desk(db, desk, a_proposal):
    mine = staff.add(
        db, "an", name="Bà An", role="officer", password_hash="", must_change=False,
        actor="test", at=AT,
    )  # fmt: skip
    idea = a_proposal(status=Status.AT_COUNCIL, at=AT, title="Nhà bà Đượm xin hẹn giờ")
    texts = dict.fromkeys(redactions.TEXTS, "") | {"title": "Xin hẹn giờ"}
    redactions.keep(db, idea.code, texts, actor=mine.id, at=AT)

    for paper in ("bang-tong-hop", "to-trinh"):
        said = words_of(
            campaign_papers.of_campaign(replace(desk, viewer=mine.id), 2026, paper, DRAFT)
        )
        assert "Xin hẹn giờ" in said
        assert "Đượm" not in said


@pytest.mark.slow
def test_a_register_of_five_thousand_rows_is_a_paper_too(desk):
    heads = [f"Cột {place}" for place in range(16)]
    rows = [[number, *(f"ô {number}" for _ in heads[1:])] for number in range(1, 5001)]
    campaign = campaigns.campaign_of(desk.db, 2026)
    blanks = write.frame(desk, campaign, DRAFT, "so-theo-doi")
    blanks["table"] = write.table_blanks(PaperTable("so-theo-doi", "Sổ", heads, rows))

    paper = write.write(desk, "so-theo-doi", blanks)

    with zipfile.ZipFile(io.BytesIO(paper)) as file:
        text = file.read("word/document.xml").decode()
    assert text.count("</w:tr>") >= 5001
    assert ">ô 5000<" in text


def test_an_idea_of_another_year_is_signed_in_this_one(desk, a_proposal):
    campaigns.add_campaign(desk.db, replace(campaigns.campaign_of(desk.db, 2026), year=2025), at=AT)
    idea = a_proposal(status=Status.AT_COUNCIL, title="Hẹn giờ cuối năm", at=AT - 120 * clock.DAY)
    assert idea.evaluation_year < clock.to_local(AT, ZONE).year

    said = campaign_papers.decision_blanks(
        desk, clock.to_local(AT, ZONE).year, {idea.id: "mới"}, DRAFT
    )

    assert "Hẹn giờ cuối năm" in str(said)
