"""Which ideas an officer is asked about as perhaps the same, and which never."""

import itertools
import json
import tomllib
from pathlib import Path

import pytest

import shared.demo
from shared.domain.likeness import ALIKE, ComparedIdea, likeness
from shared.domain.sms_idea import AUTO_TITLE_LETTERS

WRITTEN = ComparedIdea("Cho hẹn giờ trước khi đi chứng thực", "Nhắn tin xin một khung giờ.", "Ấp 3")
DEMO = Path(shared.demo.__file__).with_name("proposals.jsonl")
SAID = Path(__file__).resolve().parents[2] / "data" / "alike.toml"
# The pairs that the demo's office merged, the later first.
MERGED = {2: 1, 5: 4, 17: 16, 37: 18}


@pytest.mark.parametrize(
    "other",
    [
        ComparedIdea("cho hen gio truoc khi di chung thuc", "nhan tin xin khung gio"),
        ComparedIdea("Đi chứng thực cho hẹn giờ trước", "Gọi điện đặt lịch.", "ấp 3"),
        ComparedIdea("Xin hẹn giờ trước khi đi chứng thực", "Cho bà con chọn giờ."),
        ComparedIdea("Đặt lịch chứng thực", "Ai có hẹn thì vô trước."),
    ],
)
def test_the_same_in_other_words_is_suggested(other):
    assert likeness(WRITTEN, other) >= ALIKE
    assert likeness(other, WRITTEN) == likeness(WRITTEN, other)


@pytest.mark.parametrize(
    "other",
    [
        ComparedIdea("Cho hẹn giờ trước khi đi chứng thực", "Nhắn tin xin một khung giờ.", "Ấp 5"),
        ComparedIdea("Cho hẹn giờ trước khi đi chứng thực", "Ở ấp Cây Xoài cũng làm.", ""),
        ComparedIdea("Sửa đèn đường ngõ chợ", "Thay bóng đèn."),
        ComparedIdea("Hẹn giờ", "x"),
        ComparedIdea("", ""),
    ],
)
def test_another_hamlet_or_another_matter_is_not(other):
    assert likeness(WRITTEN, other) == 0


def test_a_number_that_differs_makes_two_ideas_and_one_that_is_missing_does_not():
    road = ComparedIdea("Đặt bảng chỉ đường ở nhà văn hóa ấp 3", "Làm bảng.")

    assert likeness(road, ComparedIdea("Đặt bảng chỉ đường ở nhà văn hóa ấp 5", "Làm bảng.")) == 0
    assert likeness(road, ComparedIdea("Đặt bảng chỉ đường ở nhà văn hóa", "Làm bảng.")) > 0


def test_what_follows_the_word_hamlet_is_a_name_only_in_capitals():
    goes = ComparedIdea("Cán bộ xuống ấp làm giấy tờ mỗi tháng", "Ở nhà văn hóa ấp một bữa.")

    assert goes.hamlets == frozenset()
    assert ComparedIdea("Tại ấp Cây Xoài xa trung tâm", "").hamlets == {"cay xoai"}
    assert ComparedIdea("o ap Binh Chanh", "").hamlets == {"binh chanh"}


def test_what_people_say_again_is_found_and_at_most_one_suggestion_in_five_is_false():
    """On the demo's forty ideas and what people might say after them (data/alike.toml)."""
    ideas = [*_of_the_demo(), *_said()]
    found, false, missed = [], [], []
    for (one, mine), (other, theirs) in itertools.combinations(ideas, 2):
        is_asked, is_same = likeness(mine, theirs) > 0, one == other and one != 0
        if is_asked:
            (found if is_same else false).append((mine.title, theirs.title))
        elif is_same:
            missed.append((mine.title, theirs.title))
    print(
        f"found {len(found)} of {len(found) + len(missed)},"
        f" false {len(false)} of {len(found) + len(false)} suggestions"
    )
    assert len(false) * 5 <= len(found) + len(false), false
    assert len(found) * 5 >= 4 * (len(found) + len(missed)), missed
    titles = {row["n"]: row.get("title", "") for row in _rows()}
    for later, earlier in MERGED.items():
        assert (titles[earlier], titles[later]) in found


def _rows():
    return [json.loads(line) for line in DEMO.read_text("utf-8").splitlines()]


def _of_the_demo():
    for row in _rows():
        said = " ".join(row.get(part) or "" for part in ("current_state", "solution"))
        number = MERGED.get(row["n"], row["n"])
        yield number, ComparedIdea(row.get("title") or "", said, row.get("hamlet") or "")


def _said():
    for one in tomllib.loads(SAID.read_text("utf-8"))["said"]:
        title = one["text"][:AUTO_TITLE_LETTERS].rpartition(" ")[0]
        yield MERGED.get(one["of"], one["of"]), ComparedIdea(title, one["text"])
