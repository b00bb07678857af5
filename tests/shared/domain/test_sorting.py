"""A group is suggested where an idea's words point to one, and nowhere else."""

import json
from importlib.resources import files

import pytest

from shared.domain.proposal import CATEGORIES, FIELDS
from shared.domain.sorting import likely_category, likely_field


def test_the_demos_ideas_are_nearly_all_put_where_people_put_them():
    lines = files("shared.demo").joinpath("proposals.jsonl").read_text("utf-8").splitlines()
    ideas = [one for one in map(json.loads, lines) if one.get("category")]

    guessed = [
        (likely_category(one["title"], one["current_state"] or "", one["solution"] or ""),
         str(one["category"]))
        for one in ideas
    ]  # fmt: skip

    right = sum(guess == by_hand for guess, by_hand in guessed)
    wrong = sum(bool(guess) and guess != by_hand for guess, by_hand in guessed)
    print(f"{right} of {len(ideas)} ideas of the demo right, {wrong} wrong")
    assert right >= 0.85 * len(ideas) and wrong <= 0.05 * len(ideas)


@pytest.mark.parametrize(
    ("title", "text", "wanted"),
    [
        ("HẸN GIỜ", "cho bà con hẹn giờ trước", "3"),
        ("hen gio truoc khi toi", "", "3"),
        ("Tập huấn thái độ", "", "5"),
        ("Bảng chỉ đường", "Sơn lại cho rõ.", ""),
        ("Chờ lâu quá", "", ""),
        ("", "", ""),
    ],
)
def test_only_clear_words_count_with_and_without_accents(title, text, wanted):
    assert likely_category(title, text) == wanted


def test_a_group_lies_in_a_field_that_there_is():
    assert {likely_field(one) for one in CATEGORIES} <= {*FIELDS, ""}
    assert likely_field(None) == likely_field("other") == ""
