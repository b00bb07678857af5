"""Files for the office: who may take them, what is noted, what they hold."""

import io
import json
import zipfile

import docx
import openpyxl

from shared.store import communes

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
    assert book["so-theo-doi"]["H2"].value == "Hẹn giờ trước khi đi chứng thực 1"
    assert book["tac-gia"]["D2"].value == "0•• ••• •78"
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
    year = communes.campaign_of(db, 2026).year

    page = officer.get(f"/bao-cao/{year}").text
    paper = officer.post(f"/bao-cao/{year}", data={"shape": "docx", "number": "3", "day": ""})
    book = officer.post(f"/bao-cao/{year}", data={"shape": "xlsx"})

    assert "B1. Nhóm nội dung và kết quả" in page
    assert page.count("<table") >= 10
    [head, *_] = docx.Document(io.BytesIO(paper.data)).tables
    assert "DỰ THẢO" in head.cell(0, 0).text
    assert "b8-nam-xet" in openpyxl.load_workbook(io.BytesIO(book.data)).sheetnames
    assert [one["what"] for one in exports_noted(db)] == [f"report {year}"] * 2


def test_a_day_that_is_none_is_told_and_what_was_typed_stays(officer):
    answer = officer.post("/bao-cao/2026", data={"number": "15/BC-UBND", "day": "31/02/2026"})

    assert answer.status_code == 422
    assert 'value="15/BC-UBND"' in answer.text
    assert 'value="31/02/2026"' in answer.text


def test_a_year_beyond_reason_has_no_report(officer):
    assert officer.get("/bao-cao/1").status_code == 404
