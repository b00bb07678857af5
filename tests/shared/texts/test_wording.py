"""Every SMS is one part of 7-bit letters, however long what is filled in."""

import dataclasses
import string

import pytest

from shared import texts
from shared.settings import Settings, from_mapping
from shared.texts.sms_text import ONE_PART, compose, fits, office_blanks, parts, plain, septets

# texts.md §11: the letters of each text that stand fast, and its length at the longest blanks.
COUNTED = {
    "help": (109, 139), "privacy_first": (134, 158), "receipt": (86, 155),
    "receipt_staff": (88, 152), "ask_more": (62, 155), "receipt_no_word": (77, 155),
    "ask_solution": (111, 135), "ask_more_empty": (118, 130), "more_received": (74, 119),
    "st_received": (77, 111), "st_needs_info": (65, 158), "st_under_appraisal": (103, 127),
    "st_at_council": (91, 103), "st_on_trial": (82, 104), "st_recognised": (78, 114),
    "st_replicated": (99, 121), "st_not_recognised": (80, 149), "st_merged": (91, 121),
    "st_redirected": (74, 128), "st_withdrawn": (90, 112), "st_closed": (68, 159),
    "notify_recognised": (91, 157), "notify_commended": (88, 154), "notify_replicated": (86, 126),
    "refused": (71, 158), "unknown_command": (104, 116), "code_not_found": (107, 119),
    "not_owner": (104, 128), "code_locked": (101, 128), "too_long": (92, 146),
    "part_missing": (109, 121),
    "opt_out": (107, 137), "opt_in": (86, 116),
    "withdraw_late": (110, 134), "rate_limited": (94, 123), "media_unsupported": (110, 122),
    "out_of_scope": (74, 146), "missed_call": (108, 138), "notify_answer": (89, 131),
    "notify_late": (83, 135), "emergency": (99, 111),
    # Ours beside them: a code that a kiosk gave while the line was cut.
    "st_waiting": (112, 154),
    # A trial past its last day.
    "st_trial_over": (97, 131),
    # A withdrawal that can still be taken back.
    "st_withdrawing": (90, 153), "withdraw_waits": (89, 152), "withdraw_kept": (92, 146),
    # Said as people say it: thanks, a question for the counter, a denunciation, a word without a
    # code.
    "courtesy": (93, 135), "ask_counter": (117, 141), "denounced": (98, 140),
    "nothing_sent": (114, 138), "which": (63, 130),
    # Digits that are sent back before anything is taken back or agreed to.
    "withdraw_ask": (109, 149), "consent_ask": (113, 153), "digits_wrong": (100, 117),
    "digits_void": (111, 126), "asked_often": (97, 124),
    # A number that was typed at a form may be a stranger's.
    "receipt_typed": (105, 159), "not_proven": (102, 150), "more_waits": (104, 140),
    "number_proven": (105, 153),
    # A sender whose name or number the office put right, told to the old number.
    "notify_sender_changed": (99, 151),
    # Is it still used? A sender and a unit are asked, and thanked.
    "ask_lasting": (83, 157), "lasting_noted": (73, 115),
    # A member of the council: invited, told of another day, thanked.
    "council_invite": (71, 156), "council_changed": (75, 160), "council_noted": (92, 132),
}  # fmt: skip
SMS = texts.load("sms.vi")
KEYS = sorted(key.removeprefix("sms.") for key in SMS if key.startswith("sms."))
LONGEST = {
    key.removeprefix("blanks."): int(SMS.say(key)) for key in SMS if key.startswith("blanks.")
}


@pytest.fixture
def settings() -> Settings:
    return from_mapping({"office": {"sms_number": "0901234567"}})


def test_the_catalogue_is_the_counted_one():
    assert set(KEYS) == set(COUNTED)


def test_every_text_is_one_part_at_its_longest_blanks():
    for key in KEYS:
        text = compose(key, {name: "W" * most for name, most in LONGEST.items()}, {})

        standing = "".join(fixed for fixed, *_ in string.Formatter().parse(SMS.say(f"sms.{key}")))
        assert (septets(standing), septets(text)) == COUNTED[key], key
        assert fits(text), key
        assert parts(text) == 1, key


@pytest.mark.parametrize(
    "value", ["€" * 500, "Đề nghị ư " * 50, "😀\n\t{ma}" * 40, "[{~^|\\}]" * 30, "", "x " * 99]
)
def test_no_value_makes_a_text_longer_or_wider(value):
    for key in KEYS:
        text = compose(key, dict.fromkeys(LONGEST, value), {})

        assert fits(text), key
        assert septets(text) <= ONE_PART, key
        assert parts(text) == 1, key


def test_a_value_is_unaccented_before_it_is_cut():
    text = compose(
        "refused", {"ma": "482173950688", "lydo": "Đã có quy định thực hiện – “rồi”"}, {}
    )

    assert 'vi: Da co quy dinh thuc hien - "roi".' in text


def test_a_value_is_cut_between_words():
    text = compose("refused", {"lydo": "khong du dieu kien ap dung tai xa trong nam nay"}, {})

    assert "vi: khong du dieu kien ap dung tai xa trong nam." in text


def test_a_telephone_number_loses_its_spaces_before_it_loses_a_digit():
    assert compose("emergency", {}, {"sdt": "0251 3861 111"}).endswith("xin goi 02513861111.")


@pytest.mark.parametrize(
    ("public_url", "told"),
    [
        ("https://hk.xa.vn", "https://hk.xa.vn/rt"),
        ("https://hienke.tanan.vn", "hienke.tanan.vn/rt"),
        ("https://sangkien.tanan.dongnai.gov.vn", "tai quay Mot cua"),
    ],
)
def test_an_address_is_short_enough_to_type_or_left_out_whole(settings, public_url, told):
    assert compose("privacy_first", {}, office_blanks(settings, public_url)).endswith(f"Xem {told}")


def test_replies_name_the_number_of_the_sim(settings):
    assert "gui 0901 234 567" in compose("opt_out", {}, office_blanks(settings, ""))


def test_without_a_sim_number_the_answer_says_where_it_was_sent(settings: Settings):
    office = dataclasses.replace(settings.office, sms_number="")
    blanks = office_blanks(dataclasses.replace(settings, office=office), "")

    assert "gui so nay." in compose("opt_out", {}, blanks)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("{" * 80, 1),
        ("{" * 81, 2),
        (("a" * 152 + "€") * 2, 3),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("ư" * 70, 1),
        ("ư" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("ư" * 66 + "😀" + "ư" * 66, 3),
    ],
)
def test_parts_are_counted_as_the_network_cuts_them(text, count):
    assert parts(text) == count


def test_only_seven_vietnamese_letters_are_seven_bit():
    letters = "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđ"

    assert {one for one in letters + letters.upper() if fits(one)} == set("àèéìòùÉ")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("Đề nghị\u00a0sửa – “đường”…", 'De nghi sua - "duong"...'),
        ("a\tb\nc", "a b c"),
        ("cà\u0300 `x´", "ca 'x'"),
        ("漢字 ok 😀", "ok"),
        ("20.000 ₫ • 3×4", "20.000 d - 3x4"),
    ],
)
def test_typographic_signs_become_those_of_a_telephone(typed, sent):
    assert plain(typed) == sent
