"""A number is one number however it is written; what is none never becomes one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import phone

# Operators' notices of 15/9/2018: the old prefix → the new one, the last seven digits kept.
MAP_2018 = {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078",
    "0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
    "0162": "032", "0163": "033", "0164": "034", "0165": "035", "0166": "036",
    "0167": "037", "0168": "038", "0169": "039",
    "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip
MAN = "+84912345678"


@pytest.mark.parametrize(("old", "new"), MAP_2018.items())
def test_an_eleven_digit_number_is_the_one_it_became_in_2018(old, new):
    for written in (f"{old}2345678", f"+84{old[1:]}2345678", f"84{old[1:]}2345678"):
        assert phone.mobile(written) == f"+84{new[1:]}2345678"


def test_no_other_eleven_digit_prefix_is_a_mobile_number():
    others = {f"01{n:02d}" for n in range(100)} - set(MAP_2018)

    assert not [prefix for prefix in others if phone.mobile(f"{prefix}2345678")]


@pytest.mark.parametrize(
    "written",
    ["0912345678", "84912345678", "+84912345678", "+84 91 234 56 78", "0084912345678", "912345678",
     "+84 0912 345 678", "84 912.345.678", "(091) 234-5678", "091–234–5678", " 0912/345/678\n",
     "+84(0)912345678", "+84 (0) 912 345 678", "\u202a0912345678\u202c",
     "\u206609\u200b12\u00ad345\ufeff678\u2069",
     "0912\xa0345\u202f678", "0912‑345−678", "0912·345·678", "[0912] 345,678", "tel:+84912345678",
     "\u200e+84\u200e912345678", "0912_345_678", "0084 (0) 912—345—678"],
)  # fmt: skip
def test_one_mobile_number_however_it_is_written(written):
    assert phone.mobile(written) == MAN
    assert phone.read_sender(written) == phone.Sender(MAN, "mobile")


@pytest.mark.parametrize("prefix", ["055", "089", "099", "052", "087", "032", "059", "070", "086"])
def test_a_newly_given_out_block_is_not_refused(prefix):
    assert phone.mobile(f"{prefix}2345678") == f"+84{prefix[1:]}2345678"


@pytest.mark.parametrize(
    ("written", "kind", "number"),
    [
        ("0251 3861 111", "landline", "+842513861111"),
        ("024 3825 1234", "landline", "+842438251234"),
        ("8188", "short", "8188"),
        ("191", "short", "191"),
        ("18001091", "short", "18001091"),
        ("Viettel", "name", "Viettel"),
        ("VIETTEL QC", "name", "VIETTEL QC"),
        ("+14155552671", "foreign", "+14155552671"),
        ("00 1 415 555 2671", "foreign", "+14155552671"),
        ("0612345678", "foreign", "0612345678"),
        ("０９１２３４５６７８", "name", "０９１２３４５６７８"),
        ("٠٩١٢٣٤٥٦٧٨", "name", "٠٩١٢٣٤٥٦٧٨"),
        ("", "name", ""),
        ("+", "name", "+"),
        ("0912345678;ext=1", "name", "0912345678;ext=1"),
        ("8x88", "name", "8x88"),
    ],
)
def test_everything_else_is_told_apart_and_no_mobile_number(written, kind, number):
    assert phone.read_sender(written) == phone.Sender(number, kind)
    assert phone.mobile(written) is None


@given(st.one_of(st.text(), st.text("0123456789+ .-()"), st.from_regex(r"\+?[0-9]{1,40}")))
def test_nothing_anybody_types_raises_or_becomes_a_half_number(raw):
    sender = phone.read_sender(raw)

    if sender.kind == "mobile":
        assert re.fullmatch(r"\+84[35789][0-9]{8}", sender.number)
        assert phone.read_sender(sender.number) == sender
        assert phone.mobile(phone.shown(sender.number)) == sender.number
    if sender.kind == "landline":
        assert re.fullmatch(r"\+842[0-9]{8,9}", sender.number)


def test_a_number_is_shown_as_people_write_it():
    assert phone.shown(MAN) == "0912 345 678"
    assert phone.shown("8188") == "8188"


@pytest.mark.parametrize("number", [MAN, "+14155552671", "8188", ""])
def test_a_masked_number_dials_nobody(number):
    masked = phone.masked(number)

    assert len(re.findall(r"[0-9]", masked)) <= 3
    assert number not in masked or not number
