"""Parts of a long SMS find each other, whatever their order, and nothing else joins them."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.store.messages.gammu_database import Received
from sms.gateways.multipart import PartPlace, gathered, place_of

IDS = count(1)


def row(letters, udh="", sender="+84912345678", received="2026-03-16 09:12:44", coding="Unicode"):
    text = letters if isinstance(letters, bytes) else letters.encode("utf-16-be")
    return Received(0, next(IDS), "xa", sender, udh, coding, text.hex().upper(), received)


def part(letters, number, total, reference=0x2F, **more):
    return row(letters, f"050003{reference:02X}{total:02X}{number:02X}", **more)


@pytest.mark.parametrize(
    ("udh", "place"),
    [
        ("0500032F0301", PartPlace("8:47", 1, 3)),
        ("060804102F0302", PartPlace("16:4143", 2, 3)),
        ("0B05040B8423F00003100201", PartPlace("8:16", 1, 2)),
        ("", None),
        ("06050415820000", None),
        ("0500032F0100", None),
        ("0500032F0304", None),
        ("0500032F0101", None),
        ("0500", None),
        ("050003", None),
        ("0500032F03", None),
        ("not hex", None),
    ],
)
def test_a_header_names_the_place_of_a_part_or_none(udh, place):
    assert place_of(udh) == place


@given(st.binary(max_size=20))
def test_no_header_can_raise(header):
    place_of(header.hex())


@given(st.permutations([1, 2, 3, 4]))
def test_parts_in_any_order_are_one_text(order):
    (message,) = gathered([part(f"phần {number} ", number, 4) for number in order])

    assert message.text() == "phần 1 phần 2 phần 3 phần 4"
    assert message.missing == []


def test_an_emoji_cut_in_two_is_whole_again():
    letters = "xin 😀".encode("utf-16-be")

    (message,) = gathered([part(letters[-2:], 2, 2), part(letters[:-2], 1, 2)])

    assert message.text() == "xin 😀"


def test_half_an_emoji_whose_other_half_is_missing_can_still_be_read():
    (message,) = gathered([part("xin 😀".encode("utf-16-be")[:-2], 1, 2)])

    assert message.text() == "xin \ufffd [thiếu phần 2/2]"


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ((1, 3), "A1 [thiếu phần 2/3] A3"),
        ((2,), "[thiếu phần 1/3] A2 [thiếu phần 3/3]"),
        ((1,), "A1 [thiếu phần 2/3] [thiếu phần 3/3]"),
    ],
)
def test_each_missing_part_is_marked_in_its_place(numbers, text):
    (message,) = gathered([part(f"A{number}", number, 3) for number in numbers])

    assert message.text() == text


def test_a_part_that_came_late_says_which_it_is():
    (message,) = gathered([part("giữa", 2, 3)])

    assert message.late_text() == "[phần 2/3] giữa"


def test_senders_references_and_totals_are_kept_apart():
    found = gathered(
        [
            part("a", 1, 2),
            part("b", 2, 2, sender="+84987654321"),
            part("c", 2, 2, reference=0x30),
            part("d", 2, 3),
            row("e"),
        ]
    )

    assert [len(message.rows) for message in found] == [1, 1, 1, 1, 1]


def test_the_same_reference_used_again_is_the_next_message():
    found = gathered([part("a1", 1, 2), part("a2", 2, 2), part("b1", 1, 2), part("b2", 2, 2)])

    assert [message.text() for message in found] == ["a1a2", "b1b2"]


def test_a_part_the_modem_read_twice_is_there_once():
    (message,) = gathered([part("a1", 1, 2), part("a1", 1, 2), part("a2", 2, 2)])

    assert message.text() == "a1a2"
    assert len(message.rows) == 3


def test_a_picture_has_no_words():
    (message,) = gathered([row(b"\x30\x06\x01\x02", coding="8bit")])

    assert message.text() == ""


def test_letters_that_are_none_lose_no_message():
    broken = Received(0, next(IDS), "xa", "+84912345678", "", "Unicode", "zz", "no time")

    assert [message.text() for message in gathered([broken])] == [""]
