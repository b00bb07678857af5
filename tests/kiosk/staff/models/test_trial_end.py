"""A trial's last day asks what came of it: it goes on until another day, or ends."""

import pytest

from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import notes, proposals, public_status
from shared.store.messages import threads
from shared.store.models import trials
from shared.store.models.trials import Trial
from tests.kiosk.staff.cases.test_case import TOLD

REASON = {"reason": "tổ trưởng báo"}
END = {"outcome": "partly", "result": "bớt 3 ngày chờ", "anyway": "đọc tại phiên", **REASON}


@pytest.fixture
def tried(a_proposal, db):
    """A case whose trial is over since long."""
    idea = a_proposal(status=Status.ON_TRIAL, **TOLD)
    trial = Trial("Ấp 3", "2026-01-05", "2026-02-05", "Bà Tư", "")
    trials.keep(db, idea.id, trial, actor="t", at=clock.now())
    return idea


def settle(client, idea, **given):
    return client.post(f"/ho-so/{idea.code}/het-lam-thu", data=given)


def status(db, idea):
    return proposals.by_id(db, idea.id).status


def test_the_days_list_and_the_case_lead_to_the_page(officer, tried):
    address = f"/ho-so/{tried.code}/het-lam-thu"

    assert f'href="{address}"' in officer.get("/hom-nay").text
    assert f'href="{address}"' in officer.get(f"/ho-so/{tried.code}").text
    assert "đã hết ngày 05/02/2026" in officer.get(address).text


@pytest.mark.parametrize(
    "given, wrong",
    [
        ({}, {"outcome", "reason"}),
        ({"outcome": "go_on", "until": "01/01/2020", **REASON}, {"until"}),
        ({"outcome": "worked", **REASON}, {"result"}),
    ],
)
def test_what_is_missing_is_asked_and_nothing_is_lost(officer, tried, db, given, wrong):
    answer = settle(officer, tried, **given)

    assert answer.status_code == 422 and status(db, tried) is Status.ON_TRIAL
    assert all(f'id="{name}-wrong"' in answer.text for name in wrong)
    assert trials.of_proposal(db, tried.id).to_day == "2026-02-05"


def test_a_trial_goes_on_until_a_new_day_that_the_receipt_says(officer, tried, db):
    given = {"outcome": "go_on", "until": "31/12/2099", "key": "k", **REASON}

    answers = [settle(officer, tried, **given).status_code for _ in range(2)]

    assert answers == [303, 303] and status(db, tried) is Status.ON_TRIAL
    assert public_status.by_code(db, tried.code).details["trial_to"] == "2099-12-31"
    [noted] = notes.of(db, tried.id)
    assert noted.text == "Làm thử tiếp đến 31/12/2099: tổ trưởng báo"
    assert "het-lam-thu" not in officer.get("/hom-nay").text
    assert threads.of_proposal(db, tried.id)[1] == []


def test_a_trial_ends_with_its_result_and_the_council_gets_it_whole(officer, tried, db):
    for unsaid in ("", " ... "):
        unready = settle(officer, tried, **{**END, "anyway": unsaid})
        assert unready.status_code == 409 and status(db, tried) is Status.ON_TRIAL
        assert trials.of_proposal(db, tried.id).result == "" and notes.of(db, tried.id) == []
        assert "bớt 3 ngày chờ" in unready.text

    answers = [settle(officer, tried, **END).status_code for _ in range(2)]

    assert answers == [303, 303] and status(db, tried) is Status.AT_COUNCIL
    assert trials.of_proposal(db, tried.id).result == "Được một phần. bớt 3 ngày chờ"
    [noted] = notes.of(db, tried.id)
    assert noted.text == "Kết thúc làm thử (Được một phần): tổ trưởng báo"
    assert len(threads.of_proposal(db, tried.id)[1]) == 1


def test_where_nobody_wrote_down_who_tries_it_the_page_asks(officer, a_proposal, db):
    idea = a_proposal(status=Status.ON_TRIAL)

    asked = settle(officer, idea, **END)
    given = {"place": "Ấp 5", "run_by": "Ông Sáu"}
    kept = settle(officer, idea, **END, **given)

    assert (asked.status_code, kept.status_code) == (422, 303)
    assert 'id="place-wrong"' in asked.text
    assert trials.of_proposal(db, idea.id).place == "Ấp 5"


def test_who_only_reads_or_cannot_see_it_settles_nothing(logged_in, tried, a_proposal):
    other = a_proposal()

    assert settle(logged_in("tiep", role="receptionist"), tried, **END).status_code == 403
    assert settle(logged_in("hd", role="council"), tried, **END).status_code == 403
    assert settle(logged_in("binh"), other, **END).location == f"/ho-so/{other.code}"
