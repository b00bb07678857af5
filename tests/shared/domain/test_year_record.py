"""Persons from names as they were given: who is one, who may be, who is not."""

import pytest

from shared.domain.proposal import Status
from shared.domain.year_record import Contribution, people, suggestions


def a_part(number, name, unit="Văn phòng", year=2026, **more):
    given = {
        "author_id": f"a{number}", "name": name, "unit": unit, "position": "",
        "participant_type": "official", "code": f"{number:012}", "title": "Ý", "year": year,
        "received_at": number, "kept_code": f"{number:012}", "status": Status.RECEIVED,
        "decision_number": "", "decision_date": "", "units": (),
    }  # fmt: skip
    return Contribution(**{**given, **more})


def names(found):
    return [(one.one.name, one.other.name) for one in found]


def test_a_name_and_a_unit_are_one_person_however_they_are_addressed_or_written_large():
    found = people(
        [
            a_part(1, "Nguyễn Văn An"),
            a_part(2, "Ông  NGUYỄN VĂN AN", " văn phòng"),
            a_part(3, "Bà Lê"),
        ]
    )

    assert [(one.name, one.submitted) for one in found] == [("Bà Lê", 1), ("Ông  NGUYỄN VĂN AN", 2)]


def test_a_mark_makes_another_person_who_is_only_suggested():
    found = people([a_part(1, "Nguyễn Văn Tân"), a_part(2, "Nguyễn Văn Tấn")])

    assert len(found) == 2
    assert names(suggestions(found)) == [("Nguyễn Văn Tân", "Nguyễn Văn Tấn")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("N.V.A", "N. V. A."),
        ("N. V. An", "Nguyễn Văn An"),
        ("Trần Thị Hòa", "Trần Thị Hoà"),
        ("Nguyễn Thị Phương", "Nguyễn Thị Phưong"),
    ],
)
def test_initials_and_slips_of_the_finger_are_suggested(one, other):
    found = people([a_part(1, one), a_part(2, other)])

    assert len(suggestions(found)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nguyễn Văn An", "Nguyễn Văn Bình"),
        ("N. V. B", "Nguyễn Văn An"),
        ("An", "Bình"),
        ("A", "An"),
    ],
)
def test_people_of_other_names_are_not_suggested(one, other):
    assert suggestions(people([a_part(1, one), a_part(2, other)])) == []


def test_a_like_name_of_another_unit_is_another_person_the_very_same_name_may_be_one():
    found = people([a_part(1, "Lê Văn Cử", "Văn phòng"), a_part(2, "Lê Văn Cư", "Địa chính")])
    same = people([a_part(1, "Lê Văn Cử", "Văn phòng"), a_part(2, "Lê Văn Cử", "Địa chính")])
    slip = people([a_part(1, "Lê Văn Cử", "Văn phòng"), a_part(2, "Lê Văn Của", "Địa chính")])

    assert len(suggestions(found)) == len(suggestions(same)) == 1
    assert suggestions(slip) == []


def test_what_was_joined_is_one_and_carries_the_spelling_given_last():
    parts = [a_part(1, "N.V.A"), a_part(2, "Nguyễn Văn An"), a_part(3, "Nguyễn Văn Anh")]

    [joined, other] = people(parts, [("a1", "a2"), ("a9", "a1"), ("a2", "a1")])

    assert (joined.name, joined.submitted, other.name) == ("Nguyễn Văn An", 2, "Nguyễn Văn Anh")


def test_joining_goes_on_from_one_to_the_next():
    parts = [a_part(1, "An"), a_part(2, "N.V.A"), a_part(3, "Nguyễn Văn An"), a_part(4, "An")]

    [one] = people(parts, [("a1", "a2"), ("a2", "a3")])

    assert one.submitted == 4


def test_who_was_told_apart_is_not_suggested_again():
    found = people([a_part(1, "Nguyễn Văn Tân"), a_part(2, "Nguyễn Văn Tấn")])

    assert suggestions(found, [("a2", "a1")]) == []


def test_a_year_counts_its_own_ideas_and_two_that_became_one_are_recognised_once():
    kept = {"kept_code": "9" * 12, "status": Status.REPLICATED}
    [one] = people(
        [
            a_part(1, "An", **kept), a_part(2, "An", **kept), a_part(3, "An", year=2027),
            a_part(4, "An", status=Status.REDIRECTED),
            a_part(5, "An", status=Status.RECOGNISED, units=(("Tổ 1", "2026-05-01"),)),
        ]
    )  # fmt: skip

    year = one.of(2026)

    assert (year.submitted, year.valid, year.recognised, year.applied) == (4, 3, 2, 2)
    assert one.of(2025) is None
