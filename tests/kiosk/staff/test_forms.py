"""What a field of a form is read as, and which problem each is that cannot be."""

from datetime import date

import pytest
from flask.testing import FlaskClient

from kiosk.staff.forms import MOBILE, Form, Reader, Wrong, sending_key

TODAY = date(2026, 3, 16)
EMPTY, WRONG = "staff.campaign.empty", "staff.models.number_wrong"


def read(typed, how, *args, **kwargs):
    """Return what `Reader.how` makes of a field "x", and the keys of its problems."""
    given = Reader(Form() if typed is None else Form({"x": typed}))
    value = getattr(given, how)("x", *args, **kwargs)
    return value, [problem.text for problem in given.problems]


@pytest.mark.parametrize(
    ("typed", "kept", "problems"),
    [
        (" Bà  Tư\n", "Bà Tư", []),
        ("x" * 20, "x" * 20, []),
        ("x" * 21, "x" * 21, ["err.too_long"]),
        (None, "", [EMPTY]),
        ("\u200b", "", [EMPTY]),
        (" ... ", "...", [EMPTY]),
    ],
)
def test_a_line_that_is_needed_says_something_and_ends(typed, kept, problems):
    assert read(typed, "line", 20, empty=EMPTY) == (kept, problems)


def test_a_line_that_is_not_needed_may_say_nothing():
    assert read("...", "line", 20) == ("...", [])
    assert read(None, "line", 20) == ("", [])
    assert read("...", "line", 20, empty=EMPTY, must=len) == ("...", [])


def test_a_text_keeps_its_lines():
    assert read("một\r\nhai", "text", 20) == ("một\nhai", [])
    assert read("x" * 21, "text", 20)[1] == ["err.too_long"]
    assert read("", "text", 20, empty=EMPTY)[1] == [EMPTY]


def test_a_line_of_a_given_length_has_one_problem_for_all_others():
    assert read("ab", "line_of", 2, 3, WRONG) == ("ab", [])
    assert (
        read("a", "line_of", 2, 3, WRONG)[1] == read("abcd", "line_of", 2, 3, WRONG)[1] == [WRONG]
    )


def test_lines_are_counted_and_each_ends():
    assert read(" a \n\n b", "lines", 2, 3) == (("a", "b"), [])
    assert read("a\nb\nc", "lines", 2, 3)[1] == ["staff.campaign.too_many"]
    assert read("abcd", "lines", 2, 3)[1] == ["err.too_long"]


@pytest.mark.parametrize(
    ("typed", "kept", "problems"),
    [
        ("16/3/2026", "2026-03-16", []),
        (" 16-03-26 ", "2026-03-16", []),
        ("17/3/2026", "2026-03-17", ["staff.wrong.day_future"]),
        ("32/13/2026", "", ["staff.wrong.day"]),
        ("", "", ["staff.wrong.day"]),
    ],
)
def test_a_day_is_one_and_not_after_the_latest(typed, kept, problems):
    assert read(typed, "day", latest=TODAY) == (kept, problems)


def test_a_day_may_be_left_out_where_none_is_needed():
    assert read("", "day", optional=True) == ("", [])
    assert read("mai", "day", optional=True) == ("", ["staff.wrong.day"])


def test_a_choice_is_one_of_those_offered():
    assert read("a", "choice", ("a", "b")) == ("a", [])
    assert read("c", "choice", ("a", "b")) == ("", ["err.choice"])
    assert read("", "choice", ("a", "b"), empty=EMPTY) == ("", [EMPTY])
    assert read("", "choice", ("a", "b"), optional=True) == ("", [])
    assert read("c", "choice", ("a", "b"), optional=True) == ("", ["err.choice"])


@pytest.mark.parametrize(
    "typed", ["", "0", "13", "-1", "1,5", "٣", "1e1", "9" * 5000, "0" * 20 + "1"]
)
def test_a_whole_number_is_within_its_bounds(typed):
    assert read("12", "whole", 1, 12) == (12, [])
    assert read(typed, "whole", 1, 12) == (1, ["staff.campaign.number_wrong"])


@pytest.mark.parametrize(
    ("typed", "kept", "problems"),
    [
        ("1.500.000 đ", 1_500_000, []),
        ("1,500,000", 1_500_000, []),
        ("350", 350, []),
        ("0", 0, []),
        ("", None, []),
        ("1,5 triệu", None, [WRONG]),
        ("1.500,000", None, [WRONG]),
        ("9" * 16, None, [WRONG]),
    ],
)
def test_money_is_read_as_people_group_it(typed, kept, problems):
    assert read(typed, "money", WRONG) == (kept, problems)


def test_a_number_to_call_is_kept_as_e164():
    assert read("0912 345 678", "telephone", WRONG) == ("+84912345678", [])
    assert read("+1 415 555 0123", "telephone", WRONG) == ("+14155550123", [])
    assert read("+1 415 555 0123", "telephone", WRONG, kinds=MOBILE) == ("", [WRONG])
    assert read("123", "telephone", WRONG) == ("", [WRONG])
    assert read("09123456789", "telephone", WRONG) == ("", [WRONG])
    assert read("0912345678/0987", "telephone", WRONG) == ("", [WRONG])
    assert read("", "telephone", WRONG) == ("", [WRONG])
    assert read("", "telephone", WRONG, optional=True) == ("", [])


def test_a_second_tap_is_known_by_its_key():
    keyed, bare = Reader(Form({"key": "k1"})), Reader(Form({"key": "k" * 65}))

    assert keyed.key("note") == "k1" and sending_key(keyed.form) == "k1"
    assert sending_key(bare.form) != sending_key(bare.form)
    bare.key("note")
    assert [(one.field, one.text) for one in bare.problems] == [("note", "staff.wrong.again")]


def test_all_that_is_wrong_is_told_at_once_each_at_its_own_field():
    one_of_many = Reader(Form({"day": "mai"}), of="7f")
    one_of_two = Reader(Form(), within="letters")
    one_of_many.day("day")
    one_of_many.reason()
    one_of_many.reason(at="back")
    one_of_two.reason()

    with pytest.raises(Wrong) as wrong:
        one_of_many.check()
    assert [one.field for one in wrong.value.problems] == ["day-7f", "reason-7f", "back-7f"]
    assert [one.field for one in one_of_two.problems] == ["letters-reason"]
    Reader(Form()).check()


def test_a_wrong_form_comes_back_with_every_problem(logged_in):
    admin = logged_in("tin", role="admin")

    answer = admin.post("/nhan-su", data={"login": "Ô", "name": "x" * 61, "role": "king"})

    assert answer.status_code == 422
    assert all(f'href="#{field}"' in answer.text for field in ("login", "name", "role"))


def test_a_form_that_is_refused_comes_back_compressed_as_every_page_does(office, logged_in):
    office.test_client_class = FlaskClient
    officer = logged_in("an")

    page = officer.post("/thu-tuc", data={}, headers={"Accept-Encoding": "gzip"})

    assert (page.status_code, page.headers.get("Content-Encoding")) == (422, "gzip")
