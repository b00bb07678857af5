"""The export: everything is in it, nothing of it runs, and what is private stays private."""

import csv
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from shared.documents import export
from shared.domain import clock, codes
from shared.domain.proposal import Status
from shared.store.cases import conversation, proposals, redactions
from shared.store.people import staff
from tests.conftest import ZONE

NINE = clock.from_local(datetime(2026, 3, 16, 9, 12, 44, tzinfo=ZONE))
KNOWN = {
    "name": "Nguyễn Thị Đượm",
    "phone": "0912345678",
    "consents": {"store": True, "sms": True, "name_me": False, "notice": "2026-1"},
}
ANYBODY = export.Copy(viewer="", personal=False, zone=ZONE)


def written(db, folder: Path, copy=ANYBODY) -> dict[str, list[dict[str, str]]]:
    """Return the CSV files of an export by name, as a spreadsheet would read them."""
    target = folder / "out"
    export.write(db, target, copy, lambda: None)
    return {
        path.stem: list(csv.DictReader(path.open(encoding="utf-8-sig", newline="")))
        for path in target.iterdir()
    }


def test_the_register_has_a_line_an_idea_in_order_of_arrival(db, a_proposal, tmp_path):
    late = a_proposal(at=NINE + clock.DAY)
    early = a_proposal(status=Status.RECOGNISED, at=NINE)

    lines = written(db, tmp_path)["so-theo-doi"]

    assert [line["Mã số"] for line in lines] == [codes.grouped(one.code) for one in (early, late)]
    assert lines[0]["Kết quả, số QĐ"] == "QĐ số 12/QĐ-UBND ngày 01/07/2026"
    assert lines[0]["Ngày giờ đến"] == "2026-03-16 09:12:44"


def test_words_steps_and_additions_come_along(db, a_proposal, tmp_path):
    idea = a_proposal(status=Status.ON_TRIAL)
    conversation.add_more(db, idea.code, "Thử buổi sáng trước.", channel="web", key="k", at=NINE)

    found = written(db, tmp_path)

    assert found["de-xuat"][0]["Nội dung giải pháp"] == idea.solution
    assert [step["Đến bước"] for step in found["cac-buoc"]] == ["Đang xem xét", "Đang làm thử"]
    assert found["bo-sung"][0]["Nội dung"] == "Thử buổi sáng trước."
    assert found["nhat-ky"][0]["Thứ tự"] == "1"


def test_names_are_left_out_and_numbers_masked_unless_asked_for(db, a_proposal, tmp_path):
    a_proposal(**KNOWN)

    plain = written(db, tmp_path)["tac-gia"][0]
    asked = export.Copy(viewer="", personal=True, zone=ZONE)
    (tmp_path / "asked").mkdir()
    whole = written(db, tmp_path / "asked", asked)["tac-gia"][0]

    assert (plain["Họ và tên"], plain["Điện thoại"]) == ("(không xuất)", "0•• ••• •78")
    assert (whole["Họ và tên"], whole["Điện thoại"]) == ("Nguyễn Thị Đượm", "0912 345 678")


def test_a_colleagues_number_is_whole_in_a_personal_copy_alone(db, tmp_path):
    staff.add(
        db, "an", name="Bà An", role="council", password_hash="", must_change=False,
        actor="test", at=NINE, position="Trưởng ấp", phone="+84912345678",
    )  # fmt: skip
    (tmp_path / "asked").mkdir()

    plain = written(db, tmp_path)["can-bo"][0]
    whole = written(db, tmp_path / "asked", export.Copy("", personal=True, zone=ZONE))["can-bo"][0]

    assert (plain["Chức vụ"], plain["Điện thoại"]) == ("Trưởng ấp", "0•• ••• •78")
    assert whole["Điện thoại"] == "0912 345 678"


def test_a_confidential_case_has_words_in_its_assignees_copy_alone(db, a_proposal, tmp_path):
    mine = staff.add(
        db, "an", name="Bà An", role="officer", password_hash="", must_change=False,
        actor="test", at=NINE,
    )  # fmt: skip
    idea = a_proposal(status=Status.REDIRECTED, **KNOWN)
    proposals.flag(db, idea.code, spam=False, confidential=True, actor=mine.id, at=NINE)
    (tmp_path / "own").mkdir()

    others = written(db, tmp_path, export.Copy("", personal=True, zone=ZONE))
    own = written(db, tmp_path / "own", export.Copy(mine.id, personal=True, zone=ZONE))

    assert own["de-xuat"][0]["Nội dung giải pháp"] == idea.solution
    everything = repr({name: rows for name, rows in others.items() if name != "nhat-ky"})
    for words in (idea.title, idea.solution, "Nguyễn Thị Đượm", "0912 345 678", "khiếu nại"):
        assert words not in everything


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t=", "\r=", "＝", "＋", "－", "＠"])
def test_no_word_becomes_a_formula(db, a_proposal, tmp_path, begin):
    text = begin + 'HYPERLINK("http://x.example";"bấm vào đây")'
    conversation.add_more(db, a_proposal().code, text, channel="web", key="k", at=NINE)
    book = tmp_path / "out.xlsx"

    in_csv = written(db, tmp_path)["bo-sung"][0]["Nội dung"]
    export.write(db, book, ANYBODY, lambda: None)

    cell = openpyxl.load_workbook(book)["bo-sung"]["D3"]
    assert in_csv.startswith("'")
    assert (cell.data_type, cell.hyperlink) == ("s", None)
    assert cell.value.replace("_x000D_", "\r").strip() == text.strip()


def test_what_xml_cannot_hold_is_left_out_of_a_workbook(db, a_proposal, tmp_path):
    text = "mất\x00 ký\x1b tự\ufffe"
    conversation.add_more(db, a_proposal().code, text, channel="web", key="k", at=NINE)
    book = tmp_path / "out.xlsx"

    export.write(db, book, ANYBODY, lambda: None)

    assert openpyxl.load_workbook(book)["bo-sung"]["D3"].value == "mất ký tự"


def test_a_workbook_has_every_row_the_progress_bar_counts(db, a_proposal, tmp_path):
    for _ in range(3):
        a_proposal(status=Status.RECOGNISED)
    told = []

    export.write(db, tmp_path / "out.xlsx", ANYBODY, lambda: told.append(1))

    book = openpyxl.load_workbook(tmp_path / "out.xlsx", read_only=True)
    rows = sum(sum(1 for _ in sheet.iter_rows()) - 2 for sheet in book)
    assert len(told) == rows == export.size(db)


@pytest.mark.parametrize("name", ["out.xlsx", "out"])
def test_an_export_overwrites_nothing_and_only_its_owner_reads_it(db, a_proposal, tmp_path, name):
    a_proposal()
    target = tmp_path / name
    export.write(db, target, ANYBODY, lambda: None)
    before = sorted(tmp_path.rglob("*"))

    with pytest.raises(export.TargetTaken):
        export.write(db, target, ANYBODY, lambda: None)

    assert sorted(tmp_path.rglob("*")) == before
    files = [target] if target.is_file() else list(target.iterdir())
    assert {file.stat().st_mode & 0o077 for file in files} == {0}


def test_a_redacted_idea_has_its_redacted_words_for_all_but_its_assignee(db, a_proposal, tmp_path):
    mine = staff.add(
        db, "an", name="Bà An", role="officer", password_hash="", must_change=False,
        actor="test", at=NINE,
    )  # fmt: skip
    idea = a_proposal(title="Nhà bà Đượm xin hẹn giờ", **KNOWN)
    conversation.add_more(db, idea.code, "Tôi là Đượm đây", channel="web", key="k", at=NINE)
    texts = dict.fromkeys(redactions.TEXTS, "") | {"title": "Xin hẹn giờ"}
    redactions.keep(db, idea.code, texts, actor=mine.id, at=NINE)
    (tmp_path / "own").mkdir()

    others = written(db, tmp_path, export.Copy("", personal=True, zone=ZONE))
    own = written(db, tmp_path / "own", export.Copy(mine.id, personal=True, zone=ZONE))

    assert others["so-theo-doi"][0]["Tên sáng kiến"] == "Xin hẹn giờ"
    assert "Đượm" not in repr(others)
    assert own["so-theo-doi"][0]["Tên sáng kiến"] == "Nhà bà Đượm xin hẹn giờ"
