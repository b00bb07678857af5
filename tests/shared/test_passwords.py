"""A password opens one account, a weak one is refused, and an unknown login tells nothing."""

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from shared import passwords


def test_a_password_matches_its_own_hash_alone():
    kept = passwords.hash_password("đồng lúa chín vàng")

    assert kept.startswith("$argon2id$")
    assert passwords.matches("đồng lúa chín vàng", kept)
    assert not passwords.matches("đồng lúa chín vang", kept)


@pytest.mark.parametrize("kept", [None, "spent", "", "$argon2id$broken"])
def test_nothing_matches_where_there_is_no_hash(kept):
    assert not passwords.matches("đồng lúa chín vàng", kept)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("lua2026", "password.too_short"),
        ("a" * 201, "password.too_long"),
        ("Matkhau123", "password.too_common"),
        ("Trustno1", "password.too_common"),
        ("11111111111", "password.too_common"),
        ("nguyenthian", "password.too_common"),
        ("NguyenThiAn2026", "password.too_common"),
        ("đồng lúa chín vàng", None),
        ("b7-kx-92-th", None),
    ],
)
def test_a_password_everyone_tries_first_is_refused(password, fault):
    assert passwords.fault_of(password, "nguyenthian") == fault


def test_a_one_time_password_is_easily_typed_and_never_twice_the_same():
    made = {passwords.new_one_time_password() for _ in range(200)}

    assert len(made) == 200
    assert all(len(one) == 14 and not set(one) & set("oO0iIlLj1") for one in made)
    assert all(passwords.fault_of(one, "admin") is None for one in made)


def test_none_of_the_three_thousand_tried_first_is_taken():
    """ASVS 5.0 V6.2.4 counts those that are long enough."""
    tried_first = [one for one in FREQUENCY_LISTS["passwords"] if len(one) >= 8]

    assert len(tried_first) >= 3000
    assert {passwords.fault_of(one, "thuky") for one in tried_first} == {"password.too_common"}


def test_tokens_are_long_and_never_twice_the_same():
    made = {passwords.new_token() for _ in range(200)}

    assert len(made) == 200
    assert min(map(len, made)) >= 43  # 256 bits, six in a letter
