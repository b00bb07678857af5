"""What staff cannot undo waits ten minutes, stands on its case and on one list, and one tap takes
it back."""

import re

import pytest

from shared.db import event_log
from shared.db.connection import writing
from shared.domain import clock
from shared.domain.proposal import Status
from shared.domain.record import replace
from shared.store.cases import authors, moves, pending_acts, proposals, public_status
from shared.store.messages import threads
from shared.store.privacy import data_requests
from shared.store.privacy.data_requests import Door
from shared.workflows import case_steps, pending
from tests.conftest import ZONE
from tests.kiosk.staff.cases.test_case import TOLD, move
from tests.kiosk.staff.panel import sort_case

STEPS = {Status.REDIRECTED: "chuyển nơi khác", Status.CLOSED: "đóng hồ sơ",
         Status.WITHDRAWN: "rút sáng kiến"}  # fmt: skip


@pytest.fixture
def idea(a_proposal):
    return a_proposal(**TOLD)


def status(db, idea) -> Status:
    return proposals.by_code(db, idea.code).status


def the_act(db, idea):
    [act] = pending_acts.of_proposal(db, idea.id)
    return act


def take_back(client, act, **form):
    return client.post(f"/viec-cho/{act.id}/lay-lai", data=form)


@pytest.mark.parametrize("to, named", STEPS.items())
def test_a_step_that_cannot_be_undone_waits_and_one_tap_takes_it_back(
    officer, idea, db, when_due, to, named
):
    answer = move(officer, idea, to)

    act = the_act(db, idea)
    hour = clock.hour_words(act.due_at, ZONE)
    page = officer.get(answer.location).text
    assert act.due_at - act.at == pending.WAIT
    assert status(db, idea) is Status.RECEIVED and authors.of(db, idea.id).phone is not None
    assert threads.of_proposal(db, idea.id)[1] == []
    assert f"Sẽ {named} lúc {hour}" in page and "Bà an" in page
    assert f'action="/viec-cho/{act.id}/lay-lai"' in page

    assert take_back(officer, act).location == f"/ho-so/{idea.code}"
    assert when_due() == 0 and status(db, idea) is Status.RECEIVED
    assert "Đã lấy lại" in officer.get(f"/ho-so/{idea.code}").text


def test_a_colleague_who_may_do_it_may_take_it_back_and_who_reads_may_not(
    officer, logged_in, idea, db
):
    move(officer, idea, Status.CLOSED)
    act = the_act(db, idea)
    receptionist, council = logged_in("tiep", role="receptionist"), logged_in("hd", role="council")

    assert receptionist.get("/viec-cho").status_code == 200
    assert "Sẽ đóng hồ sơ" in receptionist.get(f"/ho-so/{idea.code}").text
    assert "/lay-lai" not in receptionist.get("/viec-cho").text
    assert take_back(receptionist, act).status_code == 403
    assert council.get("/viec-cho").status_code == 403
    assert take_back(logged_in("binh"), act).status_code == 303


def test_the_same_tap_twice_waits_once_and_another_act_is_refused_by_name(
    officer, logged_in, idea, db
):
    first, again = move(officer, idea, Status.CLOSED), move(officer, idea, Status.CLOSED)
    other = move(logged_in("binh"), idea, Status.REDIRECTED)

    act = the_act(db, idea)
    assert (first.status_code, again.status_code, other.status_code) == (303, 303, 409)
    hour = clock.hour_words(act.due_at, ZONE)
    assert f"Hồ sơ đang chờ: đóng hồ sơ lúc {hour}" in other.text
    offered = re.findall(r'name="to" value="([a-z_]+)"', officer.get(f"/ho-so/{idea.code}").text)
    assert "under_appraisal" in offered and not {*STEPS} & {*offered}


def test_other_work_goes_on_and_an_act_that_the_case_outran_waits_to_be_looked_at(
    officer, idea, db, when_due
):
    move(officer, idea, Status.CLOSED)
    assert sort_case(officer, idea.code, category="3").status_code == 303
    assert move(officer, idea, Status.UNDER_APPRAISAL).status_code == 303

    assert when_due() == 0

    assert status(db, idea) is Status.UNDER_APPRAISAL
    assert event_log.of_proposal(db, idea.id)[-1].kind == "act_lapsed"
    home, listed = officer.get("/").text, officer.get("/viec-cho").text
    assert "1 việc chưa làm, cần xem lại" in home and 'href="/viec-cho"' in home
    assert "Không đóng hồ sơ được: hồ sơ đã đổi" in listed


def test_a_lapsed_act_is_done_after_all_or_let_be(officer, idea, db, when_due):
    move(officer, idea, Status.CLOSED)
    move(officer, idea, Status.UNDER_APPRAISAL)
    when_due()
    lapsed = the_act(db, idea)

    again = officer.post(f"/viec-cho/{lapsed.id}/lam-lai", data={"from": "list"})

    assert (again.status_code, again.location) == (303, "/viec-cho")
    act = the_act(db, idea)
    assert (act.state, act.kind, act.reason) == ("waits", "close", lapsed.reason)
    assert officer.post(f"/viec-cho/{lapsed.id}/lam-lai").status_code == 409
    assert when_due() == 1 and status(db, idea) is Status.CLOSED
    assert pending_acts.of_proposal(db, idea.id) == []


def test_a_lapsed_act_that_the_table_forbids_is_refused_in_a_sentence(officer, idea, db, when_due):
    move(officer, idea, Status.REDIRECTED)
    case_steps.move(db, idea.code, Status.UNDER_APPRAISAL, actor="x", at=1, zone=ZONE)
    case_steps.move(db, idea.code, Status.AT_COUNCIL, actor="x", at=2, zone=ZONE)
    when_due()
    act = the_act(db, idea)

    refused = officer.post(f"/viec-cho/{act.id}/lam-lai")

    assert refused.status_code == 409 and "không còn làm được" in refused.text
    assert take_back(officer, act, **{"from": "list"}).status_code == 303
    assert pending_acts.of_proposal(db, idea.id) == []


def test_the_first_page_says_what_waits_and_the_list_takes_it_back(officer, idea, db):
    assert "/viec-cho" not in officer.get("/").text
    move(officer, idea, Status.WITHDRAWN)
    act = the_act(db, idea)

    hour = clock.hour_words(act.due_at, ZONE)
    assert f"1 việc đang chờ, sớm nhất lúc {hour}" in officer.get("/").text
    listed = officer.get("/viec-cho").text
    assert f"Sẽ rút sáng kiến lúc {hour}" in listed and f"/ho-so/{idea.code}" in listed
    assert take_back(officer, act, **{"from": "list"}).location == "/viec-cho"
    assert "Không có việc nào đang chờ" in officer.get("/viec-cho").text


def test_what_is_done_or_taken_back_is_said_to_be(officer, idea, db, when_due):
    move(officer, idea, Status.CLOSED)
    act = the_act(db, idea)
    when_due()

    late = take_back(officer, act)

    assert late.status_code == 409 and "đã làm xong hoặc đã lấy lại" in late.text
    assert take_back(officer, replace(act, id="none")).status_code == 404


def test_a_withdrawal_for_a_sender_asks_how_they_asked_and_who_they_are(
    officer, idea, db, when_due
):
    asked = {"to": "withdrawn", "seen": "received", "way": "phone"}
    refused = officer.post(f"/ho-so/{idea.code}/move", data=asked)
    assert refused.status_code == 422 and 'id="withdrawn-identity-wrong"' in refused.text
    assert pending_acts.waiting(db, idea.id) == []

    officer.post(f"/ho-so/{idea.code}/move", data=asked | {"identity": "number"})
    assert public_status.by_code(db, idea.code).withdrawal_due_at == the_act(db, idea).due_at
    when_due()

    [kept] = data_requests.of_proposal(db, idea.id)
    assert (kept.kind, kept.way, kept.identity) == ("consent", "phone", "number")
    assert kept.outcome == "done" and kept.done_by == moves.of_proposal(db, idea.id)[-1].actor
    assert status(db, idea) is Status.WITHDRAWN


def test_what_a_sender_asked_for_only_the_sender_takes_back(officer, idea, db):
    pending.ask_to_withdraw(db, idea.code, Door("receipt", ZONE), at=clock.now())
    act = the_act(db, idea)

    page = officer.get(f"/ho-so/{idea.code}").text

    assert "Sẽ rút sáng kiến lúc" in page and "chỉ người gửi lấy lại được" in page
    assert "/lay-lai" not in page
    assert take_back(officer, act).status_code == 403
    assert move(officer, idea, Status.CLOSED).status_code == 409
    assert pending_acts.waiting(db, idea.id) == [act]


def test_a_confidential_case_keeps_what_waits_to_itself(officer, logged_in, idea, db):
    other = logged_in("binh")
    move(officer, idea, Status.CLOSED)
    act = the_act(db, idea)
    with writing(db):
        me = act.actor
        proposals.assign(db, idea.code, me, actor=me, at=1)
        proposals.flag(db, idea.code, spam=False, confidential=True, actor=me, at=1)

    assert idea.code not in other.get("/viec-cho").text
    assert "/viec-cho" not in other.get("/").text
    assert take_back(other, act).status_code == 404
    assert take_back(officer, act).status_code == 303
