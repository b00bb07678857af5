"""A campaign is a year's rules: changed by hand, followed at once, next year's made from it."""

import re
from datetime import date, datetime

import pytest

from shared.domain import clock
from shared.domain.evaluation_year import Cutoff
from shared.domain.proposal import Status
from shared.store.cases import proposals
from shared.store.office import campaigns, profile
from tests.conftest import ZONE

NOVEMBER = clock.from_local(datetime(2026, 11, 3, 9, 0, tzinfo=ZONE))
INSIDER = {"participant_type": "official", "insider": True, "unit": "Văn phòng"}


def the_form(page):
    """Return what the form on a page would send."""
    fields = dict(re.findall(r'<input id="[^"]*" name="([^"]+)" type="text" value="([^"]*)"', page))
    fields |= dict(
        re.findall(r'<textarea id="[^"]*" name="([^"]+)"[^>]*>\n([^<]*)</textarea>', page)
    )
    ticked = re.findall(r'type="checkbox" name="([^"]+)" value="yes" checked', page)
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    return fields | dict.fromkeys(ticked, "yes") | {"seen": seen}


def keep(officer, year=2026, **changes):
    given = the_form(officer.get(f"/ke-hoach/{year}").text) | changes
    return officer.post(f"/ke-hoach/{year}", data=given)


def test_a_campaign_kept_as_it_was_shown_stays_as_it_was(officer, db):
    before = campaigns.campaign_of(db, 2026)

    answer = keep(officer)

    assert answer.status_code == 200
    assert campaigns.campaign_of(db, 2026) == before


def test_the_plan_gets_its_number_day_and_signer_when_it_is_issued(officer, db):
    keep(
        officer, number="12/KH-UBND", issued_on="5/1/2026", signer="Trần Văn Ba",
        distribution="Đảng ủy xã\n\n  Lưu: VT ",
    )  # fmt: skip

    kept = campaigns.campaign_of(db, 2026)
    assert (kept.number, kept.issued_on, kept.signer) == ("12/KH-UBND", "2026-01-05", "Trần Văn Ba")
    assert kept.distribution == ("Đảng ủy xã", "Lưu: VT")


def test_criteria_are_added_dropped_and_weighed(officer, db):
    keep(
        officer, criterion_1="", criterion_5="Dễ hiểu", most_5="10", zero_5="yes",
        recognise_from="45", replicate_from="60",
    )  # fmt: skip

    rubric = campaigns.campaign_of(db, 2026).rubric
    assert [one.name for one in rubric.criteria][-1] == "Dễ hiểu"
    assert rubric.criteria[-1].zero_refuses
    assert (len(rubric.criteria), rubric.most) == (5, 90)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"council_name": " "}, "council_name"),
        ({"legal_basis": ""}, "legal_basis"),
        ({"cutoff_day": "31", "cutoff_month": "2"}, "cutoff_day"),
        ({"cutoff_month": "13"}, "cutoff_month"),
        ({"service_days": "0"}, "service_days"),
        ({"service_days": "²"}, "service_days"),
        ({"issued_on": "32/1/2026"}, "issued_on"),
        ({"most_0": "nhiều"}, "most_0"),
        ({"recognise_from": "101"}, "recognise_from"),
        ({"recognise_from": "80", "replicate_from": "70"}, "replicate_from"),
        ({"quorum_percent": "101"}, "quorum_percent"),
        ({f"criterion_{at}": "" for at in range(5)}, "criteria"),
        ({"signer": "x" * 201}, "signer"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(officer, db, changes, field):
    before = campaigns.campaign_of(db, 2026)

    answer = keep(officer, parent_plan="đã gõ dở", **changes)

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "đã gõ dở" in answer.text
    assert campaigns.campaign_of(db, 2026) == before


def test_two_who_change_a_campaign_at_once_learn_of_each_other(officer, db):
    mine = the_form(officer.get("/ke-hoach/2026").text)
    keep(officer, number="1/KH-UBND")

    answer = officer.post("/ke-hoach/2026", data=mine | {"number": "2/KH-UBND"})

    assert answer.status_code == 409
    assert "2/KH-UBND" in answer.text
    assert campaigns.campaign_of(db, 2026).number == "1/KH-UBND"


def test_next_year_is_begun_with_this_years_rules_once_whatever_is_tapped(officer, db):
    keep(officer, service_days="20", number="12/KH-UBND", cutoff_day="30", cutoff_month="9")

    for _ in range(2):
        answer = officer.post("/ke-hoach", data={"year": "2027"})

    assert answer.location.endswith("/ke-hoach/2027")
    assert [one.year for one in campaigns.campaigns(db)] == [2027, 2026]
    begun = campaigns.campaign_of(db, 2027)
    assert (begun.service_days, begun.cutoff, begun.number) == (20, Cutoff(9, 30), "")


def test_a_later_cut_off_counts_undecided_insiders_anew_and_leaves_decided_ones(
    officer, db, a_proposal
):
    waiting = a_proposal(at=NOVEMBER, **INSIDER)
    decided = a_proposal(status=Status.NOT_RECOGNISED, at=NOVEMBER, **INSIDER)
    citizen = a_proposal(at=NOVEMBER)
    assert [waiting.evaluation_year, decided.evaluation_year] == [2027, 2027]

    answer = keep(officer, cutoff_day="30", cutoff_month="11")

    years = [proposals.by_code(db, one.code).evaluation_year for one in (waiting, decided, citizen)]
    assert years == [2026, 2027, 2026]
    assert f"/ho-so/{waiting.code}" in answer.text
    assert f"/ho-so/{decided.code}" in answer.text


def test_the_councils_name_of_this_year_is_told_to_who_waits_for_it(officer, citizen, a_proposal):
    proposal = a_proposal(status=Status.AT_COUNCIL)
    keep(officer, council_name="Hội đồng sáng kiến xã")

    page = citizen.get(f"/t/{proposal.code}")

    assert "Hội đồng sáng kiến xã" in page.text


def test_a_paper_takes_the_name_and_the_bases_of_its_own_day(officer, db):
    officer.post("/co-quan/ten", data={
        "since": "01/07/2025", "profile_name": "UBND xã Tân An", "place": "Tân An",
        "drafting_unit": "Văn phòng HĐND và UBND",
    })  # fmt: skip
    officer.post("/co-quan/ten", data={
        "since": "01/01/2028", "profile_name": "UBND phường Tân An", "place": "Tân An",
        "drafting_unit": "Văn phòng",
    })  # fmt: skip
    officer.post("/co-quan/can-cu", data={"basis": "Nghị định cũ", "basis_until": "31/12/2026"})
    officer.post("/co-quan/can-cu", data={"basis": "Nghị định mới", "basis_since": "1/1/2027"})

    old, new = date(2026, 5, 1), date(2028, 1, 1)

    assert profile.profile_on(db, old, name="").name == "UBND xã Tân An"
    assert profile.profile_on(db, new, name="").name == "UBND phường Tân An"
    assert [one.text for one in profile.bases_on(db, old)] == ["Nghị định cũ"]
    assert [one.text for one in profile.bases_on(db, new)] == ["Nghị định mới"]


def test_before_any_name_was_kept_the_settings_name_holds(db):
    found = profile.profile_on(db, date(2024, 1, 1), name="UBND xã Tân An")

    assert (found.name, found.place) == ("UBND xã Tân An", "Tân An")


def test_a_basis_that_ends_holds_until_its_last_day(officer, db):
    officer.post("/co-quan/can-cu", data={"basis": "Nghị định 13/2012/NĐ-CP"})
    [basis] = profile.bases(db)

    officer.post(f"/co-quan/can-cu/{basis.id}/het", data={"until": "30/06/2026"})

    assert profile.bases_on(db, date(2026, 6, 30))
    assert not profile.bases_on(db, date(2026, 7, 1))


def test_an_organisation_has_a_code_of_its_own_and_may_stop_calling(officer, db):
    given = {"organisation_name": "Hội Nông dân", "code": "Hoi-Nong-Dan"}
    officer.post("/co-quan/to-chuc", data=given)
    [kept] = profile.organisations(db)

    again = officer.post("/co-quan/to-chuc", data=given)
    officer.post(f"/co-quan/to-chuc/{kept.id}/het", data={"reason": "ghi nhầm"})

    assert (kept.code, kept.ended_on) == ("hoi-nong-dan", "")
    assert again.status_code == 409
    assert profile.organisations(db)[0].ended_on


@pytest.mark.parametrize(
    ("address", "given", "field"),
    [
        ("ten", {"since": "hôm qua", "profile_name": "A"}, "since"),
        ("ten", {"since": "1/1/2026", "place": "A"}, "profile_name"),
        ("can-cu", {"basis": ""}, "basis"),
        ("can-cu", {"basis": "A", "basis_since": "2/1/2026", "basis_until": "1/1/2026"},
         "basis_until"),
        ("to-chuc", {"organisation_name": "A", "code": "đoàn"}, "code"),
        ("to-chuc", {"code": "doan"}, "organisation_name"),
    ],
)  # fmt: skip
def test_a_wrong_name_basis_or_organisation_is_said_and_what_was_typed_stays(
    officer, address, given, field
):
    answer = officer.post(f"/co-quan/{address}", data=given)

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert all(value in answer.text for value in given.values())
