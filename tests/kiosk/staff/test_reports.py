"""Files for the office: who may take them, what is noted, what they hold."""

import io
import json
import zipfile

import openpyxl

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
