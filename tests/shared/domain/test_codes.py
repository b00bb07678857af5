"""A public code catches a slip of the finger; a secret opens one receipt and no other."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import codes

KEY = bytes(range(32))
CODE = "482173950688"
HOST = "https://hienke.tanan.gov.vn"


def test_the_check_digits_are_those_of_iso_7064():
    assert codes.is_code(CODE)
    assert [n for n in range(100) if codes.is_code(f"4821739506{n:02d}")] == [88]


@pytest.mark.parametrize("drawn", [0, 1, 79_435, 10**10 - 1])
def test_a_new_codes_check_digits_leave_one_when_divided_by_97(drawn, monkeypatch):
    monkeypatch.setattr(codes.secrets, "randbelow", lambda most: drawn)

    made = codes.new_code()

    assert (made[:10], int(made) % 97, len(made)) == (f"{drawn:010d}", 1, 12)
    assert 2 <= int(made[10:]) <= 98


def test_new_codes_are_codes_and_differ():
    made = {codes.new_code() for _ in range(500)}

    assert len(made) == 500
    assert all(codes.is_code(code) for code in made)


def test_every_wrong_digit_and_every_swap_of_neighbours_is_caught():
    for code in (codes.new_code() for _ in range(200)):
        wrong = [
            code[:at] + digit + code[at + 1 :]
            for at in range(12)
            for digit in "0123456789"
            if digit != code[at]
        ]
        swapped = [
            code[:at] + code[at + 1] + code[at] + code[at + 2 :]
            for at in range(11)
            if code[at] != code[at + 1]
        ]
        assert not [slip for slip in wrong + swapped if codes.is_code(slip)]


@pytest.mark.parametrize(
    "typed",
    [
        "482173950688",
        "4821 7395 0688",
        " 4821-7395-0688 ",
        "4821.7395.0688",
        "4821–7395—0688",
        "4821\u00a07395\u202f0688",
        "\u200b4821 7395 0688\ufeff",
        "4 8 2 1 7 3 9 5 0 6 8 8\r\n",
        "482i7395o688",
        "482L7395O688",
        "482l7395O688",
        "4821_7395·Q688",
        "\u202a4821\u202c 7395\u2066 0688\u2069",
        "4821‑7395−0688\u00ad",
        "482\u200e1\u200f•7395\u20600688",
    ],
)
def test_a_code_is_read_however_it_was_typed(typed):
    assert codes.tidy(typed) == CODE


@pytest.mark.parametrize(
    "typed",
    ["", "48217395068", "4821739506888", "482173950687", "٤٨٢١٧٣٩٥٠٦٨٨", "４８２１７３９５０６８８",
     "48217395068X", "4821739506²8", "\ud800" * 12],
)  # fmt: skip
def test_what_is_no_code_is_none(typed):
    assert not codes.is_code(codes.tidy(typed))


@pytest.mark.parametrize(
    "typed",
    ["482173950688", " 4821 7395 0688 ", "TT 482173950688", "tt482173950688", "TT482173950688.",
     "Mã số: 4821 7395 0688", "ma so 482173950688", "(4821 7395 0688)", '"482173950688"',
     "#482173950688", "Mã số 4821.7395.0688, gọi 0251 3861 111", "482173950688 là mã của tôi",
     "http://xa.example.vn/t/482173950688", "xa.example.vn/t/482173950688?lang=en",
     "482173950688 482173950688", "Soạn TT 482173950688 gửi 0912 345 678"],
)  # fmt: skip
def test_a_code_is_found_among_the_words_it_was_copied_with(typed):
    assert codes.read(typed) == CODE


@pytest.mark.parametrize(
    "typed",
    ["", "TT", "TT 482173950687", "14821739506889", "482173950688 079868328123",
     "0912345678, 4821 7395 06", "http://192.168.100.200/R/ACDEFGHJKMNPQRST",
     "HTTP://HOST/R/482173950688"],
)  # fmt: skip
def test_no_code_two_codes_and_a_receipts_address_are_none(typed):
    assert not codes.is_code(codes.read(typed))


@given(st.text())
def test_no_text_makes_the_readers_stumble(text):
    codes.is_code(codes.tidy(text))
    codes.read(text)
    codes.scanned_secret(text)
    codes.tidy_secret(text)


def test_a_code_is_shown_in_three_groups():
    assert codes.grouped(CODE) == "4821 7395 0688"


# --- the secret


def test_a_secret_is_the_same_each_time_and_sixteen_crockford_letters():
    secret = codes.secret_of(CODE, key=KEY, commune_id=1)

    assert secret == codes.secret_of(CODE, key=KEY, commune_id=1) == "802XH5F910S6S5T5"
    assert len(secret) == 16 and not set(secret) & set("ILOU")


def test_another_commune_copy_key_or_code_has_another_secret():
    secrets = {
        codes.secret_of(CODE, key=KEY, commune_id=1),
        codes.secret_of(CODE, key=KEY, commune_id=2),
        codes.secret_of(CODE, key=KEY, commune_id=1, copy=2),
        codes.secret_of(CODE, key=KEY[::-1], commune_id=1),
        codes.secret_of("482173950785", key=KEY, commune_id=1),
    }

    assert len(secrets) == 5


def test_the_store_keeps_a_hash_from_which_nothing_comes_back():
    secret = codes.secret_of(CODE, key=KEY, commune_id=1)

    assert secret not in codes.secret_hash(secret)
    assert len(codes.secret_hash(secret)) == 64


def test_a_secret_is_read_in_any_case_and_with_lookalikes():
    assert codes.tidy_secret("0123456789abcdef") == "0123456789ABCDEF"
    assert codes.tidy_secret("o123-4567 89ab.cdel") == "0123456789ABCDE1"


@pytest.mark.parametrize("typed", ["", "0123456789ABCDE", "0123456789ABCDEFG", "0123456789ABCDEU"])
def test_what_is_no_secret_is_none(typed):
    assert codes.tidy_secret(typed) is None


@pytest.mark.parametrize(
    "frame", ["{}", "\u202a{}\u202c", "\ufeff{}\u200b", "  {}\r\n", "{}?x=1", "{}#top"]
)
@pytest.mark.parametrize("in_case", [str.upper, str.lower, str.title])
def test_a_scanner_s_keystrokes_give_the_secret_whatever_their_case(frame, in_case):
    secret = "7ZK3M9QX2V4B8N5T"
    url = codes.receipt_url(HOST, secret)

    assert codes.scanned_secret(frame.format(in_case(url))) == secret


def test_the_sixteen_letters_alone_are_read_too():
    assert codes.scanned_secret("7zk3m9qx2v4b8n5t\n") == "7ZK3M9QX2V4B8N5T"


@pytest.mark.parametrize(
    "typed",
    [CODE, "https://hienke.tanan.gov.vn/tra-cuu", "https://hienke.tanan.gov.vn/r/", "/r/",
     "https://elsewhere.example/x/7ZK3M9QX2V4B8N5T", "http://[/r/x", "chứng thực"],
)  # fmt: skip
def test_anything_else_a_scanner_types_is_no_secret(typed):
    assert codes.scanned_secret(typed) is None


@pytest.mark.parametrize("host", [HOST, HOST + "/", "http://192.168.100.200:8080"])
def test_the_qr_s_text_has_a_small_scheme_and_the_rest_in_capitals(host):
    rng = random.Random(3)
    secret = codes.secret_of(f"{rng.randrange(10**10):010d}00", key=KEY, commune_id=1)

    text = codes.receipt_url(host, secret)

    scheme, _, rest = text.partition("://")
    assert scheme == host.partition("://")[0] in {"http", "https"}
    assert rest == rest.upper() and rest.endswith("/R/" + secret) and "//R/" not in text


def test_an_address_written_with_a_large_scheme_is_printed_with_a_small_one():
    assert codes.qr_address("HTTPS://Xa.Vn/g/1") == "https://XA.VN/G/1"
