"""The export's other sheets: whose words, names and numbers they keep back."""

import csv
import io
import zipfile

import openpyxl
import pytest

from shared.db.connection import writing
from shared.documents import export
from shared.domain.proposal import Status
from shared.store.cases import notes, proposals, redactions
from shared.store.cases.notes import CASE_NOTE
from shared.store.council import agenda, sessions
from shared.store.messages import call_backs
from shared.store.office import dispatches, outreach, profile
from shared.store.people import staff
from tests.conftest import ZONE

NOW = 1_790_000_000_000
NUMBER = "+84912345678"


def sheets(db, tmp_path, *, viewer="", personal=True):
    """Return an export's CSV files by name."""
    target = tmp_path / f"out-{viewer}-{personal}.zip"
    copy = export.Copy(viewer=viewer, personal=personal, zone=ZONE)
    export.write_zip(db, target, copy, lambda: None)
    with zipfile.ZipFile(target) as files:
        return {
            name.removesuffix(".csv"): list(
                csv.DictReader(io.StringIO(files.read(name).decode("utf-8-sig")))
            )
            for name in files.namelist()
        }


@pytest.fixture
def colleague(db):
    return staff.add(
        db, "an", name="Bà An", role="officer", password_hash="kín", must_change=False,
        actor="test", at=NOW,
    )  # fmt: skip


@pytest.fixture
def told_by_sms(db, a_proposal, colleague):
    """An idea that came by SMS and has a note."""
    idea = a_proposal(channel="sms", phone=NUMBER, consents={"store": True, "notice": "2026-1"})
    notes.add(db, idea.code, "hỏi chị Đượm ở ấp 3", key="n", actor=colleague.id, at=NOW)
    return idea


def test_the_first_sheet_names_all_others_and_what_they_hold(db, tmp_path):
    found = sheets(db, tmp_path)

    assert {row["Trang"] for row in found["muc-luc"]} == set(found) - {"muc-luc"}
    assert all(row["Nội dung"] for row in found["muc-luc"])


def test_what_the_office_keeps_is_there_in_plain_words(db, tmp_path, colleague):
    effort = outreach.NewEffort(
        "zalo", "=Bài trên nhóm", "Zalo", "2026-03-02", "", "Hạnh", "zalo-1", 40, None, "＋"
    )
    outreach.add(db, effort, key="e", actor=colleague.id, at=NOW)
    profile.add_organisation(db, "phunu", "Hội Phụ nữ", actor="t", at=NOW)
    paper = dispatches.add_paper(
        db, dispatches.NewPaper(2026, "Báo cáo năm", "7/BC", "2026-12-20"), key="p",
        actor=colleague.id, at=NOW,
    )  # fmt: skip
    sent = dispatches.NewDispatch("Đảng ủy xã", "2026-12-21", "edoc", "Văn thư", "@12")
    dispatches.send(db, paper, sent, key="s", actor=colleague.id, at=NOW)

    found = sheets(db, tmp_path)

    [line] = found["viec-tuyen-truyen"]
    assert (line["Loại"], line["Việc đã làm"], line["Số người"]) == (
        "Zalo",
        "'=Bài trên nhóm",
        "40",
    )
    assert (line["Từ ngày"], line["Người nhập"], line["Ghi chú"]) == ("02/03/2026", "Bà An", "'＋")
    [going] = found["lan-gui"]
    assert (going["Cách gửi"], going["Bằng chứng"]) == ("Trục văn bản điện tử", "'@12")
    assert found["doan-the"][0]["Tên"] == "Hội Phụ nữ"
    [who] = found["can-bo"]
    assert who["Vai trò"] and "kín" not in repr(found)


def test_a_note_of_a_confidential_case_is_in_its_assignees_copy_alone(
    db, tmp_path, told_by_sms, colleague
):
    proposals.flag(db, told_by_sms.code, spam=False, confidential=True, actor=colleague.id, at=NOW)

    others, own = sheets(db, tmp_path), sheets(db, tmp_path, viewer=colleague.id)

    assert others["ghi-chu"][0]["Ghi chú"] == "(mật)"
    assert "Đượm" not in repr(others)
    assert own["ghi-chu"][0]["Ghi chú"] == "hỏi chị Đượm ở ấp 3"


def test_numbers_are_masked_unless_asked_for_and_never_of_a_redacted_case(
    db, tmp_path, told_by_sms, colleague
):
    with writing(db):
        call_backs.add(db, key="c", phone=NUMBER, why="missed", at=NOW)
        call_backs.recorded(db, "c", told_by_sms.id)

    asked = sheets(db, tmp_path)["goi-lai"][0]["Điện thoại"]
    plain = sheets(db, tmp_path, personal=False)["goi-lai"][0]["Điện thoại"]
    redactions.keep(
        db, told_by_sms.code, dict.fromkeys(redactions.TEXTS, ""), actor=colleague.id, at=NOW
    )
    redacted = sheets(db, tmp_path, viewer="x")["goi-lai"][0]["Điện thoại"]

    assert (asked, plain, redacted) == ("0912 345 678", "0•• ••• •78", "0•• ••• •78")


def test_no_members_own_points_leave_the_council(db, tmp_path, a_proposal, colleague):
    idea = a_proposal(status=Status.AT_COUNCIL)
    member = staff.add(
        db, "hd", name="Ông Hội", role="council", password_hash="", must_change=False,
        actor="test", at=NOW,
    )  # fmt: skip
    new = sessions.NewSession(2026, "2026-12-01", "xã", member.id, colleague.id, (member.id,))
    opened = sessions.open_session(db, new, key="k", actor=colleague.id, at=NOW)
    agenda.list_ideas(db, opened, (idea.code,), actor=colleague.id, at=NOW)

    found = sheets(db, tmp_path)

    assert found["phien-hop"][0]["Chủ trì"] == "Ông Hội"
    assert found["ket-luan"][0]["Mã số"].replace(" ", "") == idea.code
    assert set(found["phieu-cham"][0] if found["phieu-cham"] else ()) <= {
        "Mã dòng kết luận", "Cán bộ", "Lý do không chấm", "Lúc lưu", "Lúc nộp",
    }  # fmt: skip


@pytest.mark.slow
def test_five_thousand_rows_are_written_out_whole(db, tmp_path, a_proposal):
    idea = a_proposal()
    with writing(db):
        for number in range(5000):
            row = {"kind": "note", "text": f"ghi chú {number}", "actor": "t", "at": NOW, "salt": ""}
            ids = {"id": f"{number:06}", "proposal_id": idea.id, "key": f"k{number}"}
            db.insert(CASE_NOTE, {**ids, **row})
    told = []
    book = tmp_path / "out.xlsx"
    export.write(db, book, export.Copy("", personal=False, zone=ZONE), lambda: told.append(1))

    assert len(told) == export.size(db) > 5000
    sheet = openpyxl.load_workbook(book, read_only=True)["ghi-chu"]
    assert sum(1 for _ in sheet.iter_rows()) == 5002
