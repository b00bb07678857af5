"""A table that somebody sent: its rows as they are, or a sentence; never fewer rows unseen."""

import io
import re
import resource
import subprocess
import sys
import zipfile
from datetime import datetime

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared import texts
from shared.domain import clock
from shared.imports import importing, open_workbook, table_files, table_limits, workbook_parts
from shared.imports.table_refused import TableRefused
from tests.conftest import ZONE
from tests.tables import TABLES, as_workbook

HEAD = ("Ngày tiếp nhận", "Đối tượng", "Tên sáng kiến", "Nội dung")
ROW = ("05/11/2026", "Người dân", "Bớt một chữ ký", "Ký điện tử.")
WHOLE = (TABLES / "k2-dimension-short.xlsx").read_bytes()
AT = clock.from_local(datetime(2026, 12, 1, 8, 0, tzinfo=ZONE))
SHEET = "xl/worksheets/sheet1.xml"


def read(content):
    return table_files.read(content, importing._known().has)


def refused(content):
    """Return why it is refused; the sentence is there in both languages."""
    with pytest.raises(TableRefused) as found:
        read(content)
    for language in texts.LANGUAGES:
        assert texts.load(language).say(found.value.key, **found.value.blanks)
    return found.value.reason


def with_parts(content, changed):
    """Return a workbook whose parts `changed` gave: name and bytes → bytes, None for without."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", 8) as new:
        for name in old.namelist():
            part = changed(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
    return made.getvalue()


def with_sheet(changed, content=WHOLE):
    return with_parts(content, lambda name, part: changed(part) if name == SHEET else part)


def saved(book):
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


# ── What is in a cell ────────────────────────────────────────────────────────────────────────────


def test_cells_stand_where_they_stood_and_a_cell_without_a_value_says_so():
    book = openpyxl.Workbook()
    sheet = book.active
    for place, value in {
        "B3": "Tên", "C3": True, "D3": 912345678, "E3": 1.5, "F3": "=1+1", "G3": "#N/A", "B5": "x",
    }.items():  # fmt: skip
        sheet[place] = value

    [one] = open_workbook.read(saved(book))

    assert one["rows"] == [
        [""] * 7, [""] * 7, ["", "Tên", "TRUE", "912345678", "1.5", "=…", "#N/A"], [""] * 7,
        ["", "x", "", "", "", "", ""],
    ]  # fmt: skip


def test_an_error_in_the_last_row_does_not_end_the_table_before_it():
    book = openpyxl.Workbook()
    book.active["A1"], book.active["C4"] = "Tên", "#REF!"

    [one] = open_workbook.read(saved(book))

    assert one["rows"][3] == ["", "", "#REF!"]


# ── Which sheet ──────────────────────────────────────────────────────────────────────────────────


def a_book(**sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return saved(book)


def test_the_sheet_with_the_headings_is_read_and_others_are_named():
    found = read(a_book(HuongDan=[["Cách ghi sổ"]], Trong=[], So=[HEAD, ROW]))

    assert found.rows == [list(HEAD), list(ROW)]
    assert found.beside == ("HuongDan",)


def test_two_sheets_that_look_like_a_register_are_refused_as_one_would_be_left_out():
    assert refused(a_book(Quy1=[HEAD, ROW], Quy2=[HEAD, ROW])) == "two_sheets"


# ── What is no table ─────────────────────────────────────────────────────────────────────────────


def a_zip(*names):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"), (b" \r\n\t", "empty"), (b"%PDF-1.7 x", "no_table"),
        (b"\xff\xd8\xff\xe0", "no_table"), (b"ma,ten\n1,\0\n", "no_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(9), "old_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "locked"),
        (b"<html><body><table>", "web_page"), (b"\xef\xbb\xbf<!DOCTYPE HTML>", "web_page"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>', "xml"),
        (a_zip("word/document.xml"), "no_table"), (a_zip("so.csv"), "no_table"),
        (a_zip("mimetype", "content.xml"), "other_workbook"),
        (a_zip("xl/workbook.bin"), "other_workbook"), (a_zip("xl/workbook.xml"), "broken"),
        (a_book(Trang1=[]), "empty"),
        ("Tªn s¸ng kiÕn,Néi dung,§èi t­îng,Ngµy tiÕp nhËn".encode("cp1252"), "tcvn3"),
        ("Teân saùng kieán,Ñoái töôïng,Ngaøy tieáp nhaän".encode("cp1252"), "vni"),
        ("Tªn s¸ng kiÕn,Ngµy tiÕp nhËn,Bít mét ch÷ ký".encode(), "tcvn3"),
        ("Te^n".encode("utf-16") + b"x", "not_unicode"), (b"T\xean\n", "not_unicode"),
        (b"Th?i di?m ti?p nh?n,T\xc3\xaan s\xc3\xa1ng ki?n", "letters_lost"),
        (b'ma,ten\n1,"chua dong\n2,hai\n', "quote_open"), (b'ma,ten\n1,"a"b\n', "quote_open"),
        (b'ma,ten\n1,"' + b"x" * 200_000, "quote_open"),
        (b"x\n" * (table_limits.MOST_ROWS + 1), "too_many_rows"),
        (b"a," * 300, "too_many_columns"), (bytes(table_files.MOST_BYTES + 1), "file_too_large"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_by_its_name(content, reason):
    assert refused(content) == reason


def test_vietnamese_with_signs_of_its_own_is_no_old_code_table():
    words = "«Một cửa» giảm 50 µg, 30 m², ½ giờ; Ðường số 3 – © UBND. Hỏi gì?Chờ đâu? Zoë, Nguyễn"

    assert read(words.encode()).rows[0][0].startswith("«Một cửa»")


@pytest.mark.parametrize(
    "coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize("between", [",", ";", "\t", "|"])
def test_a_csv_is_read_in_any_unicode_with_anything_between_its_cells(coding, between):
    """The heading in the middle holds a comma, which parts no cells unless commas do."""
    head = ["Ngày tiếp nhận", "Thực trạng, vướng mắc", "Tên sáng kiến", "Đối tượng"]
    line = between.join(f'"{one}"' if between in one else one for one in head)
    mark = {"utf-16-be": "\ufeff"}.get(coding, "")

    found = read(f"{mark}{line}\r\n1{between}2\r\n".encode(coding))

    assert found.rows == [head, ["1", "2"]]


def test_a_hint_of_excel_says_what_stands_between_cells():
    assert read('sep=;\r\nTên;"a;b"\r\n'.encode()).rows == [["Tên", "a;b"]]


# ── Broken, and made to break ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "changed",
    [
        lambda part: part.replace(b'<row r="3">', b'<row r="2">'),  # two rows of one number
        lambda part: part.replace(b'r="B3"', b'r="A3"'),
        lambda part: part.replace(b'r="B3"', b'r="B4"'),
        lambda part: part.replace(b'r="B3"', b'r="3B"'),
        lambda part: part.replace(b"<worksheet", b"<!DOCTYPE x><worksheet", 1),
        lambda part: part.replace(b"</row>", b"", 1),
        lambda part: part[: part.index(b'<row r="3"')],
        lambda part: part[: part.index(b"<sheetData>")],
        lambda part: part + b"x",
        lambda part: b"",
        lambda part: part.replace(b't="inlineStr"', b't="s"', 1).replace(
            b"<is>", b"<v>9</v><is>", 1
        ),
    ],
)
def test_a_sheet_that_is_not_whole_is_refused(changed):
    assert in_this_process(with_sheet(changed)) == "refused"


@pytest.mark.parametrize(
    "dimension",
    [
        b"",
        b'<dimension ref="A1"/>',
        b'<dimension ref="A5:B6"/>',
        b'<dimension ref="A1:XFD1048576"/>',
    ],
)
def test_no_row_is_lost_to_the_size_that_a_sheet_claims(dimension):
    content = with_sheet(lambda part: re.sub(rb"<dimension [^>]*>", dimension, part))

    assert open_workbook.read(content) == open_workbook.read(WHOLE)


@pytest.mark.parametrize(
    "changed",
    [
        lambda part: re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", part).replace(b"xmlns=", b"xmlns:x="),
        lambda part: re.sub(rb' r="[A-Z]*\d+"', b"", part),
    ],
    ids=["prefixed", "unnumbered"],
)
def test_a_sheet_may_be_written_as_other_programs_write_it(changed):
    assert open_workbook.read(with_sheet(changed)) == open_workbook.read(WHOLE)


def test_a_sheet_whose_letters_the_library_does_not_read_is_no_empty_one():
    in_utf_16 = with_sheet(
        lambda part: ('<?xml version="1.0" encoding="UTF-16"?>' + part.decode()).encode("utf-16")
    )

    assert in_this_process(in_utf_16) == "refused"


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", SHEET])
def test_a_workbook_without_one_of_its_parts_is_refused(part):
    content = with_parts(WHOLE, lambda name, old: None if name == part else old)

    assert refused(content) in ("broken", "no_table")


def test_the_end_of_a_cut_off_sheet_is_missed_wherever_it_was_cut():
    """In this process, as five hundred would be too many."""
    whole = open_workbook.read(WHOLE)
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as parts:
        sheet = parts.read(SHEET)

    for cut in range(0, len(sheet), 5):
        content = with_sheet(lambda part, cut=cut: part[:cut])
        try:
            assert open_workbook.read(content) == whole
        except Exception as fault:
            assert isinstance(fault, workbook_parts.WorkbookRefused), cut


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=4),
    st.integers(0, len(WHOLE)), st.integers(0, len(WHOLE)),
)  # fmt: skip
def test_a_workbook_that_was_damaged_on_the_way_is_read_whole_or_refused(bytes_, cut, gap):
    content = bytearray(WHOLE)
    for place, value in bytes_:
        content[place] = value
    if gap % 3 == 0:
        del content[cut:]
    if gap % 3 == 1:
        del content[min(cut, gap) : max(cut, gap)]

    answer = in_this_process(bytes(content))

    assert answer in ("refused", open_workbook.read(WHOLE))


def in_this_process(content):
    """Return what the process beside would say, without its limits."""
    try:
        return open_workbook.read(content)
    except BaseException as fault:
        if isinstance(fault, KeyboardInterrupt):
            raise
        return "refused"


@settings(max_examples=100)
@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-16")))
def test_any_bytes_are_rows_or_a_sentence(content):
    if content.startswith(b"PK"):
        return  # those go to a process of their own, above
    try:
        read(content)
    except TableRefused as why:
        assert texts.load("vi").say(why.key, **why.blanks)


# ── Too much ─────────────────────────────────────────────────────────────────────────────────────


def a_sheet(cells):
    head = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    return with_sheet(lambda part: head + cells + b"</sheetData></worksheet>")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (lambda: with_sheet(lambda part: part + b" " * (150 * 1024 * 1024)), "too_large"),
        (lambda: a_sheet(b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), "too_many_rows"),
        (lambda: a_sheet(b'<row r="1"><c r="XFD1"><v>1</v></c></row>'), "too_many_columns"),
        (lambda: a_sheet(b'<row r="1"><c r="IV1"><v>1</v></c></row>'
                         b'<row r="9999"><c r="A9999"><v>1</v></c></row>'), "too_large"),
    ],
    ids=["unpacked", "rows", "columns", "area"],
)  # fmt: skip
def test_a_small_file_that_would_unpack_to_much_is_refused(content, reason):
    made = content()

    assert len(made) < 600_000
    assert refused(made) == reason


def test_a_text_that_every_cell_repeats_takes_no_more_memory_than_is_allowed():
    """A text of 12 MB in sixty cells, a file of 30 KB: the process beside is ended by its limit,
    and who asks it grows by nothing of that."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        for row in range(60):
            sheet.write_string(row, 0, "a text")
    long = b"x" * 12_000_000
    content = with_parts(made.getvalue(), lambda name, part: part.replace(b"a text", long))
    assert len(content) < 600_000

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reason = refused(content)

    assert reason == "too_large"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


def test_the_process_beside_has_no_more_than_its_limits():
    said = subprocess.run(
        [sys.executable, "-P", "-c",
         "import resource; from shared.imports import open_workbook; open_workbook._limit();"
         "print(*(resource.getrlimit(one)[1] for one in (resource.RLIMIT_AS,"
         " resource.RLIMIT_CPU, resource.RLIMIT_FSIZE)))"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip

    assert said.split() == [str(512 * 1024 * 1024), "40", "0"]


def test_a_register_of_a_whole_year_is_read(tmp_path):
    rows = [("05/11/2026", "Người dân", f"Việc số {n}", "Làm gọn lại.") for n in range(3000)]

    found = read(as_workbook(tmp_path / "so.xlsx", HEAD, *rows).read_bytes())

    assert found.rows[1:] == [list(row) for row in rows]


# ── What other people's programs write ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "first", ["sep=;", '"sep=;"', "SEP=;", "sep=;;;;;", "sep=\t", "sep=|"]
)  # fmt: skip
@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16"])
def test_what_stands_between_cells_may_be_said_in_the_first_line(first, coding):
    between = first.strip('"')[4]
    lines = [first, between.join(HEAD), between.join(ROW)]

    assert read("\r\n".join(lines).encode(coding)).rows == [list(HEAD), list(ROW)]


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbf", b"\xff\xfe", b"\xef\xbb\xbf\r\n", b",,,\n,,,\n"]
)
def test_a_file_without_a_word_is_empty(content):
    assert refused(content) == "empty"


@pytest.mark.parametrize("between", [",", ";"])
def test_a_csv_may_have_a_title_above_its_headings(between):
    lines = ["SỔ TIẾP NHẬN, NĂM 2026", "", between.join(HEAD), between.join(ROW)]

    assert read("\n".join(lines).encode()).rows[2:] == [list(HEAD), list(ROW)]


@pytest.mark.parametrize("is_from_1904", [False, True])
def test_a_day_shown_as_a_number_is_the_day_that_its_workbook_counts(is_from_1904, tmp_path):
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"date_1904": is_from_1904}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, [44869 if is_from_1904 else 46331, *ROW[1:]])
    path = tmp_path / "so.xlsx"
    path.write_bytes(made.getvalue())

    [idea] = importing.read(path, at=AT, zone=ZONE).ideas

    assert clock.day_words(idea.received_at, ZONE) == "05/11/2026"


def test_cells_of_a_hundred_thousand_letters_without_a_blank_are_read_as_soon_as_others():
    lines = [",".join(HEAD), *(",".join([*ROW[:3], "x" * 100_000]) for _ in range(15))]

    assert len(read("\n".join(lines).encode()).rows) == 16
