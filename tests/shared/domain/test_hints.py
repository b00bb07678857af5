"""Hints: what real sentences set off, and what looks like it and does not."""

import pytest

from shared.domain import codes
from shared.domain.hints import (
    KnownIdea,
    complains,
    hint_of_likeness,
    hints_in,
    holds_identity_number,
    most_alike,
    tells_of_illness,
)


@pytest.mark.parametrize(
    "text",
    [
        "Tôi là Nguyễn Văn A, căn cước 075089001234, xin góp ý.",
        "so cccd 075 089 001 234 cua toi",
        "CMND số 271234567 cấp năm 2010",
        "chứng minh nhân dân: 271 234 567",
        "0750.8900.1234",
        "Thẻ bảo hiểm GD4790123456789",
        "mã định danh của cháu 079215012345",
    ],
)
def test_a_number_that_names_a_person_is_noticed(text):
    assert holds_identity_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "Xin trích lục giấy khai sinh số 12/2019 quyển 01",
        "Gọi 0912 345 678 hoặc 0251.3861.111",
        "Số của tôi +84912345678",
        "Giảm 100.000.000.000 đồng một năm",
        "Ngày 16/03/2026 lúc 09:12",
        "Tiết kiệm 271 234 567 đồng",
        "Quyết định 1234/QĐ-UBND ngày 01/02/2026",
        "Bỏ bản sao căn cước trong 12 bộ hồ sơ",
    ],
)
def test_other_numbers_are_left_alone(text):
    assert not holds_identity_number(text)


def test_our_own_code_is_no_identity_number():
    code = next(
        code for code in (codes.new_code() for _ in range(10_000)) if 0 < int(code[:3]) < 97
    )

    assert not holds_identity_number(f"Bổ sung cho mã {codes.grouped(code)}")


@pytest.mark.parametrize(
    "text",
    [
        "Mẹ tôi bị ung thư nên đi lại rất cực",
        "con toi mac benh dong kinh, di chung thuc 3 lan",
        "Chồng tôi đang điều trị lao phổi ở huyện",
        "Kèm bệnh án của mẹ tôi",
    ],
)
def test_somebodys_illness_is_noticed(text):
    assert tells_of_illness(text)


@pytest.mark.parametrize(
    "text",
    [
        "Nên có lối đi riêng cho người khuyết tật, người bị tâm thần",
        "Trạm y tế nên trả kết quả xét nghiệm qua điện thoại",
        "Bà con bệnh nhiều, đi lại khó",
        "Bị bắt đi lại ba lần",
    ],
)
def test_illness_spoken_of_in_general_is_not(text):
    assert not tells_of_illness(text)


@pytest.mark.parametrize(
    "text",
    [
        "Tôi khiếu nại việc cấp sổ đỏ cho nhà hàng xóm",
        "Xin tố cáo ông B nhận tiền của dân",
        "toi to cao can bo dia chinh",
        "Nhà bên tranh chấp ranh đất với tôi",
        "Hàng xóm lấn chiếm 2 mét đất nhà tôi",
        "KHIẾU NẠI: xã thu sai phí",
    ],
)
def test_a_complaint_is_noticed(text):
    assert complains(text)


@pytest.mark.parametrize(
    "text",
    [
        "Tôi không khiếu nại gì, chỉ mong làm nhanh hơn",
        "Làm vậy sẽ giảm khiếu nại của dân",
        "Nên công khai quy trình tiếp nhận đơn khiếu nại",
        "Đăng lịch giải quyết khiếu nại lên trang của xã",
        "Để tránh tranh chấp, nên ghi rõ ranh trên bản vẽ",
        "Người cao tuổi, người to lớn khó ngồi ghế thấp",
        "Tổ hòa giải tranh chấp nên họp tối",
        "Cây tố cao che biển báo",
    ],
)
def test_what_only_sounds_like_a_complaint_is_not(text):
    assert not complains(text)


def names(**words):
    return [(hint.name, hint.field) for hint in hints_in(words)]


def test_a_whole_idea_gets_no_hint():
    assert (
        names(
            title="Cho hẹn giờ chứng thực",
            current_state="Phải chờ cả buổi sáng mới tới lượt.",
            solution="Cho bà con nhắn tin xin một khung giờ 30 phút.",
        )
        == []
    )


def test_what_is_missing_of_the_two_parts_is_told():
    assert names(solution="Chờ lâu, đi lại khó quá trời") == [
        ("first_part", "current_state"),
        ("second_part", "solution"),
    ]
    assert ("second_short", "solution") in names(current_state="Chờ lâu", solution="Cho hẹn giờ")


def test_each_field_is_told_of_once_and_a_complaint_once():
    found = names(
        title="Khiếu nại về căn cước 075089001234",
        current_state="Tôi tố cáo. Mẹ tôi bị ung thư, căn cước 075089001234",
        solution="Cho bà con nhắn tin xin một khung giờ.",
    )

    assert found == [
        ("sensitive", "title"), ("sensitive", "current_state"), ("complaint", "title"),
    ]  # fmt: skip


LIKE = [
    "Hẹn giờ trước khi đi chứng thực",
    "hen gio truoc khi di chung thuc",
    "Cho bà con hẹn giờ trước khi đi chứng thực",
    "Trước khi đi chứng thực cho hẹn giờ",
]


@pytest.mark.parametrize("title", LIKE)
def test_an_idea_like_one_in_use_is_named(title):
    hint = hint_of_likeness({"title": title}, [KnownIdea("Hẹn giờ trước khi đi chứng thực", True)])

    assert hint and hint.is_weighty
    assert hint.blanks == {"tieude": "Hẹn giờ trước khi đi chứng thực"}


def test_of_somebodys_private_idea_no_word_is_shown():
    hint = hint_of_likeness(
        {"title": LIKE[1]}, [KnownIdea("Hẹn giờ trước khi đi chứng thực", False)]
    )

    assert hint and hint.blanks == {} and not hint.is_weighty


def test_one_that_everybody_may_read_goes_before_one_that_is_nearer():
    public, private = KnownIdea(LIKE[2], True), KnownIdea(LIKE[0], False)

    assert most_alike(LIKE[0], [private, public]) is public


@pytest.mark.parametrize(
    "title",
    [
        "Hẹn giờ khám bệnh ở trạm y tế",
        "Chứng thực tại nhà cho người già",
        "Hẹn giờ",
        "Bỏ bản sao khi đi chứng thực",
        "",
    ],
)
def test_another_idea_is_not_like_it(title):
    assert most_alike(title, [KnownIdea("Hẹn giờ trước khi đi chứng thực", True)]) is None
