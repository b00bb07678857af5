"""A scanner typed a secret, and a Vietnamese input method was on: it is read nevertheless."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import codes, input_method

# What the engines of UniKey and OpenKey made of 500 secrets, by setting.
TYPED = json.loads((Path(__file__).parents[2] / "data" / "scanned_through.json").read_text("utf-8"))
SECRETS = st.text(codes.CROCKFORD, min_size=16, max_size=16)


def readings(typed):
    return list(each_reading(typed))


def each_reading(typed):
    return input_method.readings(codes.scanned_part(typed))


@pytest.mark.parametrize("setting", TYPED["bent"])
def test_nearly_all_that_unikey_and_openkey_make_of_a_receipt_is_read(setting):
    bent = TYPED["bent"][setting]

    unread = [one for one in bent if one[0] not in each_reading(one[1])]

    assert len(bent) >= 15
    # Whoever switched the spelling check off loses some more keys.
    assert len(unread) <= (2 if "not" not in setting else 15), unread


@pytest.mark.parametrize(
    ("typed", "secret"),
    [
        ("https://TANAN.EXAMPLE.VN/R/HMTƯFF66ABCDEFGH", "HMTWFF66ABCDEFGH"),
        ("hmtưff66abcdefgh", "HMTWFF66ABCDEFGH"),
        ("7ZK3M9QX2V4B8Ầ", "7ZK3M9QX2V4B8AAF"),
        ("7ZK3M9QX2V4B8Đ5", "7ZK3M9QX2V4B8DD5"),
        ("7ZK3M9QX2V4B8Ê5", "7ZK3M9QX2V4B8EE5"),
        ("7ZK3M9QX2V4B8Ă5", "7ZK3M9QX2V4B8AW5"),
        ("7ZK3M9QX2V4B8ỲK", "7ZK3M9QX2V4B8YFK"),
        ("7ZK3M9QX2V4B8ỲK", "7ZK3M9QX2V4B8Y2K"),
        ("êBFTNăMYQGâđMGYD", "3BFTN1MYQG20MGYD"),
    ],
)
def test_a_mark_is_taken_apart_into_the_keys_that_made_it(typed, secret):
    assert secret in readings(typed)
    assert secret in readings(unicodedata.normalize("NFD", typed))


@given(SECRETS)
def test_every_w_that_became_a_letter_of_its_own_is_read_first(secret):
    assert readings(secret.replace("W", "Ư"))[0] == secret
    assert readings(secret.replace("W", "ư").lower())[0] == secret


@given(st.text() | st.text("AĂÂEÊYWƯĐẠẨ0123456789ZSFRXJ", min_size=8, max_size=16))
def test_whatever_was_typed_has_few_readings_and_each_is_a_secret(typed):
    found = readings(typed)

    assert len(found) == len(set(found)) <= input_method.MOST_READINGS
    assert all(codes.tidy_secret(one) == one for one in found)
