"""Headings are known however they are written, and no column is left out unseen."""

import pytest

from shared.imports import columns
from shared.imports.table_files import Worksheet
from shared.imports.table_refused import TableRefused

KNOWN = columns.known(
    {"name": "Họ và tên", "group": "Nhóm (1–8)", "box": "Đồng ý lưu"},
    {"name": "Họ tên; Tác giả", "group": "", "box": ""}.__getitem__, ("name",),
)  # fmt: skip


def rows(*found, ignored=()):
    return columns.read(Worksheet([list(one) for one in found]), KNOWN, ignored)


def refused(*found, ignored=()):
    with pytest.raises(TableRefused) as why:
        rows(*found, ignored=ignored)
    return why.value.reason, why.value.blanks


@pytest.mark.parametrize(
    "heading",
    ["Họ và tên", "HỌ VÀ TÊN", "ho va ten", "Họ\xa0và\ntên ", "Ho\u0323 va\u0300 te\u0302n",
     "Họ và tên (*)", "Họ và tên:", "Họ tên", "HỌ TÊN (x)", "Họ tên (nếu có)",
     "Họ tên (đánh dấu X)", "tác giả", "Họ\u200b và tên", "name"],
)  # fmt: skip
def test_a_heading_is_known_however_it_is_written(heading):
    assert rows([heading], ["Mận"]).rows[0].cells == {"name": "Mận"}


@pytest.mark.parametrize("heading", ["Nhóm (1-8)", "NHÓM 1—8", "Ðồng ý lưu (x)", "Ɖồng ý lưu"])
def test_dashes_and_letters_that_look_the_same_do_not_count(heading):
    assert KNOWN.has(heading)


def test_the_first_row_that_holds_anything_has_the_headings_and_rows_keep_their_numbers():
    found = rows(["", " "], [], ["STT", "Họ tên"], ["1", "Mận"], [], ["", "\xa0"], ["2", " Tèo "])

    assert [(one.number, one.cells) for one in found.rows] == [
        (4, {"name": "Mận"}), (7, {"name": "Tèo"}),
    ]  # fmt: skip
    assert found.blank == 2


def test_columns_that_nobody_knows_are_all_named_even_those_without_a_heading():
    head = ["Họ tên", "Ghi chú", "", "", "Màu\nsắc"]

    assert refused(head, ["Mận", "", "a", "", ""]) == (
        "columns_unknown", {"cot": "“Ghi chú”, (C), “Màu sắc”"},
    )  # fmt: skip


@pytest.mark.parametrize(
    "ignored", [["ghi chu, c, MÀU, SẮC"], ["Ghi chú", "C", "màu, sắc"], ["b", "c,d"]]
)
def test_columns_are_left_out_by_heading_or_letter_one_by_one_or_in_a_list(ignored):
    head = ["Họ tên", "Ghi chú", "", "Màu, sắc"]
    ignored = [one.replace("MÀU, SẮC", "d") for one in ignored]

    [row] = rows(head, ["Mận", "x", "y", "z"], ignored=ignored).rows

    assert row.cells == {"name": "Mận"}


def test_a_known_column_may_be_left_out_too_and_so_one_of_two_of_a_meaning():
    head = ["Họ và tên", "Họ tên", "Đồng ý lưu"]

    assert refused(head) == ("same_columns", {"mot": "Họ và tên", "hai": "Họ tên"})
    assert rows(head, ["Mận", "M.", "x"], ignored=["Họ tên", "đồng ý lưu"]).rows[0].cells == {
        "name": "Mận"
    }


def test_a_needed_column_is_missed_with_the_headings_that_are_there():
    assert refused(["Nhóm", "Ghi chú"]) == (
        "column_missing", {"cot": "Họ và tên", "co": "“Nhóm”, “Ghi chú”"},
    )  # fmt: skip


def test_a_name_that_no_column_has_leaves_nothing_out():
    assert refused(["Họ tên"], ignored=["Ghi chép"]) == ("nothing_to_ignore", {"cot": "Ghi chép"})


def test_a_row_that_is_longer_than_its_headings_says_so():
    found = rows(["Họ tên", "Nhóm (1-8)"], ["Mận", "1", ""], ["Cán bộ", " công chức", "1"])

    assert [one.is_too_long for one in found.rows] == [False, True]


@pytest.mark.parametrize(("place", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (255, "IV")])
def test_a_column_is_called_as_a_spreadsheet_calls_it(place, letter):
    assert columns.letter(place) == letter


def test_the_office_and_the_title_may_stand_above_the_headings():
    found = rows(
        ["ỦY BAN NHÂN DÂN XÃ", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"], [], ["SỔ TIẾP NHẬN"],
        ["Họ tên", "Nhóm (1–8)"], ["Mận", "1"], ["Tèo", "2"],
    )  # fmt: skip

    assert [(one.number, one.cells) for one in found.rows] == [
        (5, {"name": "Mận", "group": "1"}), (6, {"name": "Tèo", "group": "2"}),
    ]  # fmt: skip


def test_a_row_with_more_than_a_title_above_the_headings_is_not_left_out():
    assert refused(["Mận", "1", "x", "a"], ["Họ tên", "Nhóm (1–8)"])[0] == "column_missing"


def test_a_row_that_was_numbered_in_advance_is_blank():
    found = rows(["STT", "Họ tên"], ["1", "Mận"], ["2", ""], ["3", " "])

    assert [one.number for one in found.rows] == [2]
    assert found.blank == 2


@pytest.mark.parametrize("numbers", [["(1)", "(2)", "(3)"], ["1", "2", "3"], ["0", "1", "2"]])
def test_a_row_that_numbers_the_columns_holds_nothing(numbers):
    found = rows(["STT", "Họ tên", "Nhóm (1–8)"], numbers, ["1", "Mận", "3"])

    assert [(one.number, one.cells["name"]) for one in found.rows] == [(3, "Mận")]


def test_numbers_that_do_not_count_the_columns_are_a_row():
    found = rows(["STT", "Họ tên", "Nhóm (1–8)"], ["1", "2", "4"])

    assert found.rows[0].cells == {"name": "2", "group": "4"}
