"""Files for the office: who may take them, what is noted, what they hold."""

import io
import json
import zipfile

import docx
import openpyxl

from shared.db import event_log
from shared.documents import campaign_papers, pdf
from shared.domain import codes
from shared.domain.proposal import Status
from shared.store.office import campaigns, report_words

KNOWN = {
    "name": "Nguyễn Thị Đượm",
    "phone": "0912345678",
    "consents": {"store": True, "sms": True, "name_me": False, "notice": "2026-1"},
}


def exports_noted(db):
    rows = db.rows("SELECT data FROM event WHERE kind = 'exported' ORDER BY place")
    return [json.loads(row[0]) for row in rows]


def test_an_officer_takes_the_register_as_a_workbook_and_that_is_noted(officer, db, a_proposal):
    a_proposal(**KNOWN)

    answer = officer.post("/bao-cao/so-theo-doi", data={"shape": "xlsx"})

    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book["so-theo-doi"]["H3"].value == "Hẹn giờ trước khi đi chứng thực 1"
    assert book["tac-gia"]["D3"].value == "0•• ••• •78"
    assert "no-store" in answer.headers["Cache-Control"]
    assert exports_noted(db) == [{"personal": False, "what": "register"}]


def test_names_come_only_when_asked_for_and_that_is_noted_too(officer, db, a_proposal):
    a_proposal(**KNOWN)

    answer = officer.post("/bao-cao/so-theo-doi", data={"shape": "csv", "personal": "yes"})

    with zipfile.ZipFile(io.BytesIO(answer.data)) as files:
        assert "Nguyễn Thị Đượm" in files.read("tac-gia.csv").decode("utf-8-sig")
    assert exports_noted(db) == [{"personal": True, "what": "register"}]


def test_a_years_report_is_shown_and_taken_as_a_paper_or_a_workbook(officer, db, a_proposal):
    a_proposal()
    year = campaigns.campaign_of(db, 2026).year

    page = officer.get(f"/bao-cao/{year}").text
    paper = officer.post(f"/bao-cao/{year}", data={"paper": "bao-cao", "number": "3", "day": ""})
    book = officer.post(f"/bao-cao/{year}/bang-tinh", data={"book": "cac-bang"})

    assert "B1. Nhóm nội dung và kết quả" in page
    assert page.count("<table") >= 10
    [head, *_] = docx.Document(io.BytesIO(paper.data)).tables
    assert "DỰ THẢO" in head.cell(0, 0).text
    assert "b8-nam-xet" in openpyxl.load_workbook(io.BytesIO(book.data)).sheetnames
    assert [one["what"] for one in exports_noted(db)] == [
        f"bao-cao {year}",
        f"cac-bang {year} xlsx",
    ]


def test_a_day_that_is_none_is_told_and_what_was_typed_stays(officer):
    answer = officer.post("/bao-cao/2026", data={"number": "15/BC-UBND", "day": "31/02/2026"})

    assert answer.status_code == 422
    assert 'value="15/BC-UBND"' in answer.text
    assert 'value="31/02/2026"' in answer.text


def test_a_year_beyond_reason_has_no_report(officer):
    assert officer.get("/bao-cao/1").status_code == 404


def test_each_paper_of_a_campaign_can_be_taken(officer, a_proposal):
    a_proposal(status=Status.AT_COUNCIL)

    for paper in campaign_papers.PAPERS:
        answer = officer.post("/bao-cao/2026", data={"paper": paper})
        assert answer.status_code == 200, paper
        assert f"{paper}-2026.docx" in answer.headers["Content-Disposition"]


def test_a_decision_number_that_nothing_bears_is_told(officer, a_proposal):
    a_proposal(status=Status.RECOGNISED)
    given = {"paper": "quyet-dinh-cong-nhan", "number": "99/QĐ-UBND", "day": "01/07/2026"}

    answer = officer.post("/bao-cao/2026", data=given)

    assert answer.status_code == 422
    assert 'value="99/QĐ-UBND"' in answer.text


def test_a_letter_is_taken_from_the_case_and_the_look_at_the_name_is_noted(officer, db, a_proposal):
    idea = a_proposal(status=Status.RECOGNISED, **KNOWN)

    answer = officer.post(f"/ho-so/{idea.code}/thu-khen/tai")

    paper = docx.Document(io.BytesIO(answer.data))
    assert any("Nguyễn Thị Đượm" in line.text for line in paper.paragraphs)
    assert event_log.has(db, idea.id, "viewed_personal_details")


def test_a_referral_is_taken_from_a_redirected_case_alone(officer, a_proposal):
    sent_on, kept = a_proposal(status=Status.REDIRECTED), a_proposal()

    assert officer.post(f"/ho-so/{sent_on.code}/phieu-chuyen/tai").status_code == 200
    assert officer.post(f"/ho-so/{kept.code}/phieu-chuyen/tai").status_code == 404


def test_a_referral_with_a_wrong_day_gives_the_case_back_with_what_was_typed(officer, a_proposal):
    idea = a_proposal(status=Status.REDIRECTED)
    given = {"number": "5/PC-UBND", "day": "32/01/2026"}

    answer = officer.post(f"/ho-so/{idea.code}/phieu-chuyen/tai", data=given)

    assert answer.status_code == 422
    assert 'value="5/PC-UBND"' in answer.text


def test_a_paper_is_taken_as_pdf_where_the_form_says_so(officer, monkeypatch):
    monkeypatch.setattr(pdf, "from_docx", lambda paper, folder: b"%PDF-1.6 of " + paper[:2])

    answer = officer.post("/bao-cao/2026", data={"paper": "to-trinh", "shape": "pdf"})

    assert answer.mimetype == "application/pdf"
    assert answer.data == b"%PDF-1.6 of PK"
    assert "to-trinh-2026.pdf" in answer.headers["Content-Disposition"]


def test_without_libreoffice_the_page_says_what_to_install_and_offers_the_word_file(
    officer, monkeypatch
):
    monkeypatch.setenv("PATH", "/nonexistent")
    given = {"paper": "to-trinh", "number": "7", "day": "01/07/2026", "shape": "pdf"}

    before = officer.get("/bao-cao/2026").text
    answer = officer.post("/bao-cao/2026", data=given)

    assert "apt-get install libreoffice-writer-nogui" in before
    assert '<option value="pdf"' not in before
    assert answer.status_code == 422
    assert "apt-get install libreoffice-writer-nogui" in answer.text
    for name in ("paper", "number", "day"):
        assert f'name="{name}" value="{given[name]}"' in answer.text
    assert 'name="shape" value="docx"' in answer.text


def test_a_busy_word_processor_is_told_so_and_can_be_asked_again(officer, monkeypatch):
    def refuse(paper, folder):
        raise pdf.PdfRefused("busy")

    monkeypatch.setattr(pdf, "from_docx", refuse)

    answer = officer.post("/bao-cao/2026", data={"paper": "to-trinh", "shape": "pdf"})

    assert answer.status_code == 503
    assert 'name="shape" value="pdf"' in answer.text


def test_each_book_of_a_campaign_is_a_workbook(officer, db, a_proposal):
    idea = a_proposal(status=Status.AT_COUNCIL)

    for book in campaign_papers.BOOKS:
        answer = officer.post("/bao-cao/2026/bang-tinh", data={"book": book})
        [sheet] = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets
        assert idea.title in [cell.value for cell in sheet[3]], book
    assert officer.post("/bao-cao/2026/bang-tinh", data={"book": "to-trinh"}).status_code == 404


def test_a_paper_is_looked_at_before_it_is_taken_and_only_then_it_is_noted(officer, db, a_proposal):
    idea = a_proposal(status=Status.AT_COUNCIL, title="Bớt <b>giấy</b> & chờ")
    given = {"paper": "to-trinh", "number": "7", "day": "01/07/2026", "shape": "preview"}

    page = officer.post("/bao-cao/2026", data=given)

    assert page.status_code == 200 and page.mimetype == "text/html"
    assert "Bớt &lt;b&gt;giấy&lt;/b&gt; &amp; chờ" in page.text
    assert "Số: 7/TTr-VP" in page.text and "<b>TỜ TRÌNH</b>" in page.text
    assert codes.grouped(idea.code) in page.text
    for name in ("paper", "number", "day"):
        assert f'name="{name}" value="{given[name]}"' in page.text
    assert 'name="shape" value="docx"' in page.text and 'href="/bao-cao/2026"' in page.text
    assert exports_noted(db) == []


def test_a_letter_is_seen_with_its_picture_and_a_batch_sheet_by_sheet(officer, a_proposal):
    idea = a_proposal(status=Status.RECOGNISED, **KNOWN)

    letter = officer.post(f"/ho-so/{idea.code}/thu-khen/tai", data={"shape": "preview"}).text
    form = officer.post(f"/ho-so/{idea.code}/phieu-de-xuat/tai", data={"shape": "preview"}).text
    decision = officer.post(
        "/bao-cao/2026",
        data={
            "paper": "quyet-dinh-cong-nhan", "number": "12", "day": "01/07/2026",
            "shape": "preview",
        },
    ).text  # fmt: skip

    assert "Thân gửi Nguyễn Thị Đượm," in letter
    assert 'src="data:image/png;base64,' in form
    assert decision.count('class="paper-sheet"') == 2  # the decision and its annex


def test_parts_three_and_four_are_written_on_the_page_and_stand_in_the_paper(officer, db):
    empty = officer.post("/bao-cao/2026", data={"paper": "bao-cao"})
    seen = report_words.of(db, 2026).seen
    given = {
        "shortfalls": "Ý còn ít.\nÍt người biết.",
        "directions": "Phát thêm tờ rơi.",
        "seen": seen,
    }

    kept = officer.post("/bao-cao/2026/loi", data=given)
    paper = docx.Document(io.BytesIO(officer.post("/bao-cao/2026", data={"paper": "bao-cao"}).data))
    late = officer.post("/bao-cao/2026/loi", data=given | {"shortfalls": "Lời của tôi"})

    lines = [line.text for line in paper.paragraphs]
    assert kept.status_code == 303
    assert {"Ý còn ít.", "Ít người biết.", "Phát thêm tờ rơi."} <= set(lines)
    assert not any(line.startswith("……") for line in lines)
    assert any(
        line.text.startswith("……") for line in docx.Document(io.BytesIO(empty.data)).paragraphs
    )
    assert "Ý còn ít.\nÍt người biết.</textarea>" in officer.get(kept.location).text
    assert late.status_code == 409 and "Lời của tôi</textarea>" in late.text
    assert report_words.of(db, 2026).shortfalls == given["shortfalls"]
