"""A password opens one account, a weak one is refused, and an unknown login tells nothing."""

import threading
import time

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


def test_no_more_than_two_hashes_are_computed_at_once(monkeypatch):
    working, most, told = [], [], threading.Lock()

    class Slow:
        def hash(self, password):
            with told:
                working.append(password)
                most.append(len(working))
            time.sleep(0.02)
            with told:
                working.remove(password)
            return "$argon2id$"

    monkeypatch.setattr(passwords, "_HASHER", Slow())
    logins = [
        threading.Thread(target=passwords.hash_password, args=(str(one),)) for one in range(8)
    ]
    for one in logins:
        one.start()
    for one in logins:
        one.join()

    assert len(most) == 8 and max(most) == 2


def test_recovery_codes_are_drawn_apart_and_a_members_hash_is_no_others():
    made = {code for _ in range(50) for code in passwords.new_recovery_codes()}

    assert len(made) == 500 and all(len(one) == 20 for one in made)
    [code, *_] = made
    assert passwords.recovery_hash("an", code) != passwords.recovery_hash("binh", code)


@pytest.mark.parametrize("parting", ["", " ", "-", "‑", "−", "\xa0", "\u200b", "."])
def test_a_recovery_code_is_read_whatever_stands_between_its_digits(parting):
    assert passwords.recovery_code(f"\u202a{parting.join('12345' * 4)}\u202c") == "12345" * 4


@pytest.mark.parametrize("typed", ["", "123456", "1" * 19, "1" * 21, "१" * 20, "a" * 20])
def test_what_is_no_recovery_code_is_none(typed):
    assert passwords.recovery_code(typed) is None
