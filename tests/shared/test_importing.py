"""A paper register brought in from a file: whole or not at all, and once."""

from datetime import datetime

import openpyxl
import pytest

from shared import clock, importing
from shared.importing import FileUnreadable, Idea, Wrong
from shared.store import authors, proposals
from tests.conftest import ZONE

AT = clock.from_local(datetime(2026, 12, 1, 8, 0, tzinfo=ZONE))
HEAD = "Thời điểm tiếp nhận,Đối tượng,Trong cơ quan,Tên sáng kiến,Nội dung giải pháp"


@pytest.fixture
def bring_in(db, instance):
    """Read a file and keep its ideas."""

    def bring(path):
        ideas = importing.read(path, at=AT, zone=ZONE)
        assert all(isinstance(one, Idea) for one in ideas), ideas
        return importing.keep(
            db, ideas, receipt_key=instance.secrets().receipt_key, zone=ZONE, actor="operator",
            at=AT, on_idea=lambda: None,
        )  # fmt: skip

    return bring


def a_csv(folder, *lines, head=HEAD):
    path = folder / "so.csv"
    path.write_text("\n".join([head, *lines]), "utf-8-sig")
    return path


def test_a_row_becomes_an_idea_of_its_day_and_is_registered_now(bring_in, db, tmp_path):
    bring_in(a_csv(tmp_path, '3/11/2026,"Cán bộ, công chức",x,Bớt một chữ ký,Ký điện tử.'))

    [(code,)] = db.rows("SELECT code FROM proposal")
    idea = proposals.by_code(db, code)
    assert (idea.channel, idea.title, idea.evaluation_year) == ("paper", "Bớt một chữ ký", 2027)
    assert clock.day_words(idea.received_at, ZONE) == "03/11/2026"
    assert idea.registered_at == AT


def test_the_same_file_twice_brings_nothing_twice(bring_in, db, tmp_path):
    path = a_csv(tmp_path, "3/11/2026,Người dân,,Bớt một chữ ký,Ký điện tử.")

    assert (bring_in(path), bring_in(path)) == (1, 0)
    assert db.row("SELECT count(*) FROM proposal") == (1,)


def test_everything_that_is_wrong_is_told_by_row(tmp_path):
    path = a_csv(
        tmp_path,
        "3/11/2026,Người dân,,Bớt một chữ ký,Ký điện tử.",
        "",
        "31/02/2026,Người nhà,,Bớt một chữ ký,Ký điện tử.",
        "3/11/2027,Người dân,,Bớt một chữ ký,Ký điện tử.",
    )

    told = importing.read(path, at=AT, zone=ZONE)

    assert [(one.row, one.column) for one in told if isinstance(one, Wrong)] == [
        (4, "Thời điểm tiếp nhận"), (4, "Đối tượng"), (5, "Thời điểm tiếp nhận"),
    ]  # fmt: skip


def test_a_workbook_is_read_with_its_dates_and_its_people(bring_in, db, tmp_path):
    book = openpyxl.Workbook()
    book.active.append([*HEAD.split(","), "Họ và tên", "Điện thoại", "Đồng ý lưu"])
    book.active.append(
        [datetime(2026, 3, 16, 9, 12),  # noqa: DTZ001 a spreadsheet knows no zone
         "Người dân", None, "Hẹn giờ", "Nhắn tin xin giờ.",
         "Trần Thị Mận", "\u202a0912345678\u202c", "x"]
    )  # fmt: skip
    book.save(tmp_path / "so.xlsx")

    bring_in(tmp_path / "so.xlsx")

    [(proposal_id, received)] = db.rows("SELECT id, received_at FROM proposal")
    author = authors.of(db, proposal_id)
    assert clock.iso(received, ZONE) == "2026-03-16T09:12:00+07:00"
    assert (author.name, author.phone) == ("Trần Thị Mận", "+84912345678")


def test_a_fault_on_the_way_leaves_nothing_behind(db, instance, tmp_path):
    rows = [f"3/11/2026,Người dân,,Bớt một chữ ký {n},Ký điện tử." for n in range(3)]
    ideas = importing.read(a_csv(tmp_path, *rows), at=AT, zone=ZONE)
    kept = []

    def fall_at_the_second():
        kept.append(1)
        if len(kept) == 2:
            raise OSError

    with pytest.raises(OSError):
        importing.keep(
            db, ideas, receipt_key=instance.secrets().receipt_key, zone=ZONE, actor="operator",
            at=AT, on_idea=fall_at_the_second,
        )  # fmt: skip

    assert db.row("SELECT count(*) FROM proposal") == (0,)


@pytest.mark.parametrize("name", ["so.csv", "so.xlsx"])
def test_a_file_of_another_kind_is_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"\xff\xfe\x00rubbish")

    with pytest.raises(FileUnreadable):
        importing.read(tmp_path / name, at=AT, zone=ZONE)


def test_a_file_without_the_headings_is_refused_by_the_name_of_the_first(tmp_path):
    with pytest.raises(FileUnreadable, match="Thời điểm tiếp nhận"):
        importing.read(a_csv(tmp_path, head="Tên,Nội dung"), at=AT, zone=ZONE)
