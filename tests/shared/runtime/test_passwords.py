"""A password opens one account, a weak one is refused, and an unknown login tells nothing."""

import threading
import time
import unicodedata

import pytest
from argon2 import PasswordHasher
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from shared.runtime import passwords

OF_OFFICES = passwords._hasher()
TONES = "\u0300\u0301\u0303\u0309\u0323"


@pytest.fixture(autouse=True)
def hashes_cost_what_they_do(monkeypatch):
    monkeypatch.setattr(passwords, "_hasher", lambda: OF_OFFICES)


def test_a_hash_costs_whoever_tries_many_what_owasp_asks():
    assert (OF_OFFICES.memory_cost, OF_OFFICES.time_cost) == (19 * 1024, 2)


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
        ("Mật Khẩu 123", "password.too_common"),
        ("abcabcabc", "password.too_common"),
        ("nguyenthian nguyenthian", "password.too_common"),
        ("NAIHTNEYUGN99", "password.too_common"),
        ("nguyễn thị ân 1987", "password.too_common"),
        ("nguyenthian-b7kx92th", None),
    ],
)
def test_a_password_everyone_tries_first_is_refused(password, fault):
    assert passwords.fault_of(password, "nguyenthian") == fault


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("rec1rec1", "password.too_common"),
        ("REC1_rec1!", "password.too_common"),
        ("rec1-2026", "password.too_common"),
        ("1cer1cer1", "password.too_common"),
        ("UBND xã Tân Nhơn 2026", "password.too_common"),
        ("tannhon@123", "password.too_common"),
        ("Trần Văn Bảy", "password.too_common"),
        ("vanbay1987", "password.too_common"),
        ("Hienke@2027", "password.too_common"),
        ("rec1 lúa chín vàng", None),
        ("xã có cây khế ngọt", None),
    ],
)
def test_a_password_made_of_its_owner_s_login_or_names_is_refused(password, fault):
    assert passwords.fault_of(password, "rec1", ("Trần Văn Bảy", "UBND xã Tân Nhơn")) == fault


SPELLED = "Đồng lúa chín vàng ướp ặ"
NFD = unicodedata.normalize("NFD", SPELLED)
# "Unicode tổ hợp" of Vietnamese keyboards: the tones alone stand apart.
TONES_APART = "".join(
    unicodedata.normalize("NFC", "".join(one for one in letter if one not in TONES))
    + "".join(one for one in letter if one in TONES)
    for letter in (unicodedata.normalize("NFD", one) for one in SPELLED)
)


@pytest.mark.parametrize("typed", [SPELLED, NFD, TONES_APART])
def test_a_password_is_the_same_in_every_code_table(typed):
    assert passwords.matches(typed, passwords.hash_password(SPELLED))
    assert passwords.matches(SPELLED, passwords.hash_password(typed))
    assert passwords.fault_of(typed, "an") is None
    assert not passwords.matches(typed, passwords.hash_password(SPELLED[:-1] + "ậ"))


@pytest.mark.parametrize("of_before", [NFD, TONES_APART])
@pytest.mark.parametrize("typed", [SPELLED, NFD, TONES_APART])
def test_a_hash_of_another_code_table_lets_in_and_is_known_as_outdated(of_before, typed):
    kept = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1).hash(of_before)

    assert passwords.matches(typed, kept)
    assert passwords.is_outdated(kept, typed)
    assert not passwords.is_outdated(passwords.hash_password(typed), typed)


def test_letters_are_counted_as_they_are_seen():
    seven = unicodedata.normalize("NFD", "ếệểộốồờ")

    assert len(seven) > 8
    assert passwords.fault_of(seven, "an") == "password.too_short"
    assert passwords.matches(
        "ế" * 200, passwords.hash_password(unicodedata.normalize("NFD", "ế" * 200))
    )


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

    monkeypatch.setattr(passwords, "_hasher", lambda: Slow())
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
