"""No SMS is refused: its words become an idea with a title made of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.sms_idea import AUTO_TITLE_LETTERS, auto_title, read_sms


@pytest.mark.parametrize(
    ("text", "is_trouble"),
    [
        ("Chờ chứng thực lâu quá", True),
        ("Khai sinh phải đi nhiều lần, mệt", True),
        ("Nên cho hẹn giờ trước khi đến chứng thực", False),
        ("Chờ lâu quá, đề nghị cho nhắn tin hẹn giờ", False),
        ("Lap the doc sach o thon 3", False),
        ("Duong vao ap hu het", True),
    ],
)
def test_an_sms_that_only_names_a_trouble_waits_for_what_to_do(text, is_trouble):
    new = read_sms(text, "+84912345678")

    assert (new.current_state, new.solution) == ((text, "") if is_trouble else ("", text))
    assert (new.channel, new.phone, new.title_is_own) == ("sms", "+84912345678", False)


@given(st.text(st.characters(exclude_categories=())))
def test_no_sms_is_refused(text):
    new = read_sms(text, "+84912345678")

    assert len(new.title) <= AUTO_TITLE_LETTERS + 1
    assert "\n" not in new.title


def test_a_made_up_title_is_cut_at_a_word():
    title = auto_title(
        "Nên cho bà con hẹn giờ trước khi đến chứng thực giấy tờ để khỏi phải chờ cả buổi sáng"
    )

    assert (
        title == "Nên cho bà con hẹn giờ trước khi đến chứng thực giấy tờ để khỏi phải chờ cả buổi…"
    )
    assert auto_title("x" * 200) == "x" * 80 + "…"
    assert auto_title("Hẹn giờ") == "Hẹn giờ"
