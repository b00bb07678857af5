"""A paper register brought in from a file: whole or not at all, and once."""

from datetime import datetime

import openpyxl
import pytest

from shared.domain import clock
from shared.imports import importing
from shared.imports.table_refused import TableRefused
from shared.store.cases import authors, proposals
from tests.conftest import ZONE
from tests.tables import TABLES, as_csv, as_workbook

AT = clock.from_local(datetime(2026, 12, 1, 8, 0, tzinfo=ZONE))
HEAD = "Thời điểm tiếp nhận,Đối tượng,Trong cơ quan,Tên sáng kiến,Nội dung giải pháp"


@pytest.fixture
def bring_in(db, instance):
    """Read a file and keep its ideas."""

    def bring(path):
        register = importing.read(path, at=AT, zone=ZONE)
        assert not register.wrong
        return importing.keep(
            db, register.ideas, receipt_key=instance.secrets().receipt_key, zone=ZONE,
            actor="operator", at=AT, on_idea=lambda: None,
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


@pytest.mark.parametrize("cell", ["", "Chưa hỏi", "chua ro"])
def test_an_empty_class_means_that_nobody_asked(bring_in, db, tmp_path, cell):
    bring_in(a_csv(tmp_path, f"3/11/2026,{cell},,Bớt một chữ ký,Ký điện tử."))

    [(code,)] = db.rows("SELECT code FROM proposal")
    idea = proposals.by_code(db, code)
    assert idea.is_unasked and (idea.evaluation_year, idea.evaluation_rule) == (2026, "by_receipt")
    assert bring_in(a_csv(tmp_path, "3/11/2026,,,Bớt một chữ ký,Ký điện tử.")) == 0


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

    told = importing.read(path, at=AT, zone=ZONE).wrong

    assert [(one.row, one.column) for one in told] == [
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
    ideas = importing.read(a_csv(tmp_path, *rows), at=AT, zone=ZONE).ideas
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

    with pytest.raises(TableRefused):
        importing.read(tmp_path / name, at=AT, zone=ZONE)


def test_a_file_without_the_headings_is_refused_by_the_name_of_the_first(tmp_path):
    with pytest.raises(TableRefused) as refused:
        importing.read(a_csv(tmp_path, head="Ghi chú,Nội dung"), at=AT, zone=ZONE)

    assert (refused.value.reason, refused.value.blanks["cot"]) == (
        "column_missing", "Thời điểm tiếp nhận",
    )  # fmt: skip


# ── What offices send ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("a-comma.csv", [1]), ("b-semicolon.csv", [2]), ("c-unicode-text.csv", [3]),
        ("c2-tab.csv", [3]), ("e-nfd.csv", [5]), ("f-capitals.csv", [6]), ("g-linebreak.csv", [7]),
        ("h-misspelt.csv", [8]), ("i-eth.csv", [9]), ("u5-nfd-participant.csv", [21]),
        ("u6.csv", [21]), ("k-dimension-a1.xlsx", [12, 13]),
        ("k2-dimension-short.xlsx", [12, 13, 14]), ("l-empty-fill.xlsx", [12]),
        ("p1-true.xlsx", [12]), ("q4.xlsx", [12]), ("r1.xlsx", [5]),
    ],
)  # fmt: skip
def test_every_row_is_read_whatever_program_saved_the_register(name, days):
    found = importing.read(TABLES / name, at=AT, zone=ZONE)

    assert found.wrong == []
    assert [clock.iso(one.received_at, ZONE) for one in found.ideas] == [
        f"2026-11-{day:02}T23:59:00+07:00" for day in days
    ]
    if not name.startswith("u"):
        assert {(one.new.name, one.new.phone) for one in found.ideas} == {
            ("Trần Thị Thử", "+84912345678")
        }


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("d-windows-1258.csv", "windows_1258"), ("m2-badxml.xlsx", "broken"),
        ("m3-crc.xlsx", "broken"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_to_its_end_is_refused(name, reason):
    with pytest.raises(TableRefused) as refused:
        importing.read(TABLES / name, at=AT, zone=ZONE)

    assert refused.value.reason == reason


def test_the_box_of_a_child_is_a_tick_however_it_was_ticked():
    """TRUE in the column "Dưới 16 tuổi", a name, and no guardian."""
    found = importing.read(TABLES / "p8-under16.xlsx", at=AT, zone=ZONE)

    assert [(one.row, one.column) for one in found.wrong] == [(2, "Người đại diện")]


@pytest.mark.parametrize("box", ["?", "15 tuổi", "✗", "không biết", "#N/A"])
def test_a_box_that_cannot_be_read_refuses_its_row_by_its_value(tmp_path, box):
    path = a_csv(tmp_path, f"3/11/2026,Người dân,{box},Bớt một chữ ký,Ký điện tử.")

    [wrong, *_] = importing.read(path, at=AT, zone=ZONE).wrong

    assert (wrong.row, wrong.column) == (2, "Trong cơ quan")
    assert f"“{box}”" in wrong.sentence


def test_one_refused_row_is_named_with_all_others_that_are_refused(tmp_path):
    path = a_csv(
        tmp_path,
        "3/11/2026,Người dân,,Bớt một chữ ký,Ký điện tử.",
        "3/11/2026,Người dân,,Bớt một tờ,Dùng lại, bản đã có.",  # a comma too many
        "3/11/2026,Người dân,,#REF!,Dùng lại.",
        "3/11/2026,Người dân,,Bớt gi\ufffdy tờ,Dùng lại.",
        ",,,,",
    )

    found = importing.read(path, at=AT, zone=ZONE)

    assert [(one.row, one.column) for one in found.wrong] == [
        (3, ""), (4, "Tên sáng kiến"), (5, "Tên sáng kiến"),
    ]  # fmt: skip
    assert (found.rows, found.blank) == (5, 1)


def test_a_tick_of_consent_that_is_missing_is_told_at_its_own_column(tmp_path):
    path = a_csv(
        tmp_path, "3/11/2026,Người dân,Bớt một chữ ký,Ký.,Trần Thị Mận,",
        head="Thời điểm tiếp nhận,Đối tượng,Tên sáng kiến,Nội dung giải pháp,Họ tên,Đồng ý lưu",
    )  # fmt: skip

    [wrong] = importing.read(path, at=AT, zone=ZONE).wrong

    assert wrong.column == "Đồng ý lưu"


@pytest.mark.parametrize(
    ("cell", "category"),
    [("3", "3"), ("3.0", "3"), ("Nhóm 3", "3"), ("CẢI CÁCH THỂ CHẾ", "1"), ("khác", "other"),
     ("Không rõ", None), ("", None)],
)  # fmt: skip
def test_a_category_is_known_by_its_number_or_its_name(tmp_path, cell, category):
    path = a_csv(
        tmp_path, f"3/11/2026,Người dân,Bớt một chữ ký,Ký.,{cell}",
        head="Ngày tiếp nhận,Đối tượng,Tên,Giải pháp,Nhóm",
    )  # fmt: skip

    [idea] = importing.read(path, at=AT, zone=ZONE).ideas

    assert idea.new.category == category


def test_a_day_of_today_is_no_day_to_come_and_counts_to_now(tmp_path):
    path = a_csv(
        tmp_path, "1/12/2026,Người dân,,Bớt một chữ ký,Ký.", "1/12/2026 8:01,Người dân,,Bớt tờ,Ký."
    )

    found = importing.read(path, at=AT, zone=ZONE)

    assert [one.received_at for one in found.ideas] == [AT]
    assert [(one.row, one.column) for one in found.wrong] == [(3, "Thời điểm tiếp nhận")]


# ── The same row ─────────────────────────────────────────────────────────────────────────────────

ROW = ("Người dân", None, "Bớt một chữ ký", "Ký điện tử.\nBớt đi lại.", "Trần Thị Mận", "x")
COLUMNS = (*HEAD.split(","), "Họ và tên", "Đồng ý lưu", "Điện thoại")
DAY = datetime(2026, 11, 5)  # noqa: DTZ001 a spreadsheet knows no zone


def test_a_row_is_the_same_however_its_file_was_saved(bring_in, db, tmp_path):
    files = [
        as_workbook(tmp_path / "1.xlsx", COLUMNS, (DAY, *ROW, "0912345678")),
        as_workbook(tmp_path / "2.xlsx", COLUMNS, ("05/11/2026", *ROW, 912345678)),
        as_workbook(tmp_path / "3.xlsx", COLUMNS, (46331, *ROW, "0912 345 678")),
        as_csv(tmp_path / "4.csv", COLUMNS, ("5-11-2026", *ROW, "+84 912 345 678")),
        as_csv(tmp_path / "5.csv", COLUMNS, ("2026-11-05 00:00:00", *ROW, "84912345678"), ";"),
        as_csv(tmp_path / "8.csv", COLUMNS, ("'05/11/2026", *ROW, "'0912345678")),
        as_csv(tmp_path / "6.csv", COLUMNS, ("5/11/26", *ROW, "0912345678"), "\t", form="NFD"),
        as_csv(tmp_path / "7.csv", [one.upper() for one in COLUMNS],
               ("5.11.2026 ", "NGƯỜI DÂN", "FALSE", "Bớt một  chữ ký ",
                "Ký điện tử.  \r\nBớt đi lại.\n", "Trần Thị\xa0Mận", "TRUE", "0912.345.678"),
               coding="utf-16"),
    ]  # fmt: skip

    assert [bring_in(one) for one in files] == [1, 0, 0, 0, 0, 0, 0, 0]
    [(received,)] = db.rows("SELECT received_at FROM proposal")
    assert clock.iso(received, ZONE) == "2026-11-05T23:59:00+07:00"


def test_an_hour_is_the_same_instant_in_a_cell_and_as_text(tmp_path):
    moment = datetime(2026, 11, 5, 9, 12, 37)  # noqa: DTZ001
    book = as_workbook(tmp_path / "1.xlsx", COLUMNS, (moment, *ROW, None))
    texts = as_csv(tmp_path / "2.csv", COLUMNS, ("05/11/2026 09:12", *ROW, None))

    one, other = (importing.read(path, at=AT, zone=ZONE).ideas[0] for path in (book, texts))

    assert (one.received_at, one.key) == (other.received_at, other.key)


def test_the_same_row_is_recognised_when_the_notice_was_written_anew(bring_in, db, tmp_path,
                                                                    monkeypatch):  # fmt: skip
    path = as_csv(tmp_path / "so.csv", COLUMNS, ("5/11/2026", *ROW, "0912345678"))

    first = bring_in(path)
    monkeypatch.setattr(importing, "NOTICE_VERSION", "2027-1")

    assert (first, bring_in(path)) == (1, 0)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("a-comma.csv", "b35fc068d4738efa0b3959c868c83b8905253b28b4aa1679fe6d9c89fcdb61dd"),
        # A day's cell, which the first version took for midnight.
        ("r1.xlsx", "19f8422eab74820b959e2df2e6bd1984b3afa6f2b8db255a0980ee19a078ea04"),
    ],
)
def test_a_row_that_the_first_version_brought_in_is_there_already(bring_in, db, name, key):
    bring_in(TABLES / name)
    db.conn.execute("UPDATE proposal SET idempotency_key = ?", [f"import|{key}"])

    assert bring_in(TABLES / name) == 0


@pytest.mark.parametrize("cell", ["912345678.0", "912345678,00", "9.12345678E8", "9,12345678e+08"])
def test_a_telephone_number_that_a_program_took_for_a_fraction_is_the_number(tmp_path, cell):
    head = [*HEAD.split(","), "Họ tên", "SĐT", "Đồng ý lưu"]
    row = ["3/11/2026", "Người dân", "", "Bớt một chữ ký", "Ký điện tử.", "Mận", cell, "x"]

    [idea] = importing.read(as_csv(tmp_path / "so.csv", head, row), at=AT, zone=ZONE).ideas

    assert idea.new.phone == "+84912345678"


@pytest.mark.parametrize("cell", ["9.12E+08", "9.1234568E+08", "912345678.5"])
def test_a_telephone_number_whose_digits_are_lost_refuses_its_row(tmp_path, cell):
    head = [*HEAD.split(","), "Họ tên", "SĐT", "Đồng ý lưu"]
    row = ["3/11/2026", "Người dân", "", "Bớt một chữ ký", "Ký điện tử.", "Mận", cell, "x"]

    [wrong] = importing.read(as_csv(tmp_path / "so.csv", head, row), at=AT, zone=ZONE).wrong

    assert wrong.column == "Điện thoại"
