"""Which ideas an officer is asked about as perhaps the same, and which never."""

import pytest

from shared.domain.likeness import ComparedIdea, likeness

WRITTEN = ComparedIdea("Cho hẹn giờ trước khi đi chứng thực", "Nhắn tin xin một khung giờ.", "Ấp 3")


@pytest.mark.parametrize(
    "other",
    [
        ComparedIdea("cho hen gio truoc khi di chung thuc", "nhan tin xin khung gio"),
        ComparedIdea("Đi chứng thực cho hẹn giờ trước", "Gọi điện đặt lịch.", "ấp 3"),
        ComparedIdea("Xin hẹn giờ trước khi đi chứng thực", "Cho bà con chọn giờ."),
    ],
)
def test_the_same_in_other_words_is_suggested(other):
    assert likeness(WRITTEN, other) >= 76
    assert likeness(other, WRITTEN) == likeness(WRITTEN, other)


@pytest.mark.parametrize(
    "other",
    [
        ComparedIdea("Cho hẹn giờ trước khi đi chứng thực", "Nhắn tin xin một khung giờ.", "Ấp 5"),
        ComparedIdea("Cho hẹn giờ trước khi đi chứng thực", "Ở ấp Cây Xoài cũng làm.", ""),
        ComparedIdea("Sửa đèn đường ngõ chợ", "Thay bóng đèn."),
        ComparedIdea("Hẹn giờ", "x"),
    ],
)
def test_another_hamlet_or_another_matter_is_not(other):
    assert likeness(WRITTEN, other) == 0


def test_a_number_that_differs_makes_two_ideas_and_one_that_is_missing_does_not():
    road = ComparedIdea("Đặt bảng chỉ đường ở nhà văn hóa ấp 3", "Làm bảng.")

    assert likeness(road, ComparedIdea("Đặt bảng chỉ đường ở nhà văn hóa ấp 5", "Làm bảng.")) == 0
    assert likeness(road, ComparedIdea("Đặt bảng chỉ đường ở nhà văn hóa", "Làm bảng.")) > 0
