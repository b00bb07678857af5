"""An officer says until when a result is expected, and sees what was told; who asked again has a
list of their own."""

from datetime import date

import pytest

from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import moves
from shared.workflows import late_notices


def test_the_expected_day_is_kept_and_shown_beside_the_offices_own_standard(
    officer, db, a_proposal
):
    case = a_proposal()

    answer = officer.post(f"/ho-so/{case.code}/du-kien", data={"expected_on": "2031-05-05"})

    assert answer.status_code == 303
    assert late_notices.of(db, case.id).expected_on == date(2031, 5, 5)
    page = officer.get(answer.location).text
    assert "05/05/2031" in page and "do UBND xã tự đặt" in page


@pytest.mark.parametrize(("day", "status"), [("", 422), ("xx", 422), ("2020-01-01", 422)])
def test_a_day_that_is_none_or_over_is_told(officer, db, a_proposal, day, status):
    case = a_proposal()

    answer = officer.post(f"/ho-so/{case.code}/du-kien", data={"expected_on": day})

    assert answer.status_code == status and 'href="#expected_on"' in answer.text
    assert late_notices.of(db, case.id) is None


def test_a_case_that_was_decided_expects_nothing(officer, a_proposal):
    case = a_proposal(status=Status.RECOGNISED)

    answer = officer.post(f"/ho-so/{case.code}/du-kien", data={"expected_on": "2031-05-05"})

    assert answer.status_code == 409


def test_who_asked_again_has_a_list_of_their_own_until_it_is_decided_anew(officer, db, a_proposal):
    again = a_proposal(status=Status.NOT_RECOGNISED, title="Xin xét lại ý này")
    a_proposal(title="Ý khác")
    moves.ask_again(db, again.code, at=clock.now())

    page = officer.get("/?again=1").text

    assert "Xin xét lại ý này" in page and "Ý khác" not in page
    moves.move(
        db, again.code, Status.NOT_RECOGNISED, actor="an", at=clock.now(),
        details={"decision_number": "14", "decision_date": "2026-07-01", "reason": "vẫn vậy"},
    )  # fmt: skip
    assert "Xin xét lại ý này" not in officer.get("/?again=1").text
