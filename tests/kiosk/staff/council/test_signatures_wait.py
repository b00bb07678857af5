"""What the chair signs waits ten minutes: nothing moves and nobody is told, one tap takes it back,
and the ideas of one decision are signed together or not at all."""

import pytest

from shared.db.connection import writing
from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import moves, pending_acts, proposals
from shared.store.council import items as council_items
from shared.store.council import judging
from shared.store.messages import threads
from shared.workflows import case_steps, pending
from shared.workflows.pending import WAIT
from tests.conftest import ZONE
from tests.kiosk.staff.cases.test_case import TOLD, move
from tests.kiosk.staff.council.test_council import Room, enter  # noqa: F401 a fixture
from tests.shared.workflows.test_pending import kill_at

NUMBER = {"decision_number": "217/QĐ-UBND", "decision_date": "30/06/2026"}


@pytest.fixture
def room(enter, db, a_proposal):  # noqa: F811
    """Two ideas that a session wants recognised; `items` are its places on the list."""
    made = Room(enter, db, a_proposal(status=Status.AT_COUNCIL, **TOLD))
    made.other = a_proposal(status=Status.AT_COUNCIL, title="Bảng mẫu điền sẵn")
    made.secretary.post(f"{made.address}/y", data={"code": made.other.code, "redacted": "yes"})
    made.items = [one.item.id for one in judging.whole(db, made.id).judged]
    for item_id in made.items:
        made.item_id = item_id
        made.decided()
    return made


def press(room, **given):
    return room.chair.post("/ky-duyet", data={"item": room.items, **NUMBER, **given})


def statuses(room):
    return [proposals.by_code(room.db, one.code).status for one in (room.idea, room.other)]


def acts(room):
    return [
        act
        for one in (room.idea, room.other)
        for act in pending_acts.of_proposal(room.db, one.id)
    ]  # fmt: skip


def take_back(client, act):
    return client.post(f"/viec-cho/{act.id}/lay-lai", data={"from": "sign"})


def test_a_signature_waits_on_the_case_on_the_folder_and_in_todays_list(room, when_due):
    assert press(room).status_code == 303

    first, second = acts(room)
    hour = clock.hour_words(first.due_at, ZONE)
    waits = f"Sẽ ký công nhận theo quyết định 217/QĐ-UBND, 2 sáng kiến lúc {hour}"
    folder, case, day = (
        room.chair.get(road).text for road in ("/ky-duyet", f"/ho-so/{room.idea.code}", "/hom-nay")
    )
    assert first.due_at - first.at == WAIT and first.batch == second.batch != ""
    assert statuses(room) == [Status.AT_COUNCIL] * 2
    assert threads.of_proposal(room.db, room.idea.id)[1] == []
    assert all(page.count(waits) == 1 for page in (folder, case, day))
    assert "Không có kết luận nào chờ ký" in folder and room.other.title in folder
    assert f'action="/viec-cho/{first.id}/lay-lai"' in folder and "/lay-lai" in day

    assert when_due() == 2 and statuses(room) == [Status.RECOGNISED] * 2
    made = moves.of_proposal(room.db, room.idea.id)[-1]
    assert dict(made.details) == {
        "decision_number": "217/QĐ-UBND", "decision_date": "2026-06-30", "reason": "mới, dễ làm",
    }  # fmt: skip
    assert len(threads.of_proposal(room.db, room.idea.id)[1]) == 1
    assert all(council_items.item(room.db, one).signed_at for one in room.items)


def test_one_tap_takes_the_whole_decision_back_and_frees_its_number(room, when_due):
    press(room)
    first, second = acts(room)
    assert take_back(room.secretary, first).status_code == 403
    assert "/lay-lai" not in room.secretary.get(f"/ho-so/{room.idea.code}").text

    assert take_back(room.chair, second).location == "/ky-duyet"

    assert acts(room) == [] and when_due() == 0
    assert statuses(room) == [Status.AT_COUNCIL] * 2
    assert "Ký 2 sáng kiến, một quyết định" in room.chair.get("/ky-duyet").text
    assert press(room, decision_date="01/07/2026").status_code == 303


def test_the_number_and_the_day_are_taken_from_the_press_on(room, a_proposal, db):
    press(room, item=room.items[:1])
    lone = a_proposal(status=Status.AT_COUNCIL)

    other_day = press(room, item=room.items[1:], decision_date="29/06/2026")
    case = move(room.chair, lone, Status.NOT_RECOGNISED, **NUMBER | {"decision_date": "29/06/2026"})
    same = press(room, item=room.items[1:])

    assert (other_day.status_code, case.status_code, same.status_code) == (422, 422, 303)
    assert "217/QĐ-UBND" in other_day.text and "Số quyết định này đã dùng" in case.text
    assert len({act.batch for act in acts(room)}) == 2


def test_the_paper_can_be_read_while_its_signature_waits(room, when_due):
    press(room)
    given = {"act": acts(room)[0].id}

    page = room.chair.post("/ky-duyet/xem-truoc", data=given)
    draft = room.chair.post("/ky-duyet/xem-truoc", data=given | {"take": "yes"})
    when_due()
    late = room.chair.post("/ky-duyet/xem-truoc", data=given)

    assert "217/QĐ-UBND" in page.text and "Công nhận 02 sáng kiến" in page.text
    assert 'action="/ky-duyet"' not in page.text
    assert draft.status_code == 200 and "docx" in draft.headers["Content-Disposition"]
    assert late.status_code == 409 and "đã làm xong hoặc đã lấy lại" in late.text


def test_while_it_waits_the_conclusion_its_session_and_the_case_are_not_ended_otherwise(room):
    press(room)

    back = room.chair.post(
        "/ky-duyet/tra-lai", data={"item": room.items[:1], "to": "officer", "back": "thiếu"}
    )
    refused = move(room.chair, room.idea, Status.NOT_RECOGNISED)

    assert (back.status_code, refused.status_code) == (409, 409)
    assert "đang chờ: ký công nhận" in back.text and room.idea.code[:4] in back.text
    assert "Hồ sơ đang chờ: ký công nhận" in refused.text
    assert [act.state for act in acts(room)] == ["waits"] * 2


@pytest.mark.parametrize("changed", ["moved", "merged", "confidential"])
def test_if_one_of_them_changed_none_is_signed_and_a_sentence_says_so(room, when_due, changed):
    press(room)
    if changed == "moved":
        case_steps.move(
            room.db, room.other.code, Status.UNDER_APPRAISAL, actor=room.secretary_id, at=1,
            zone=ZONE,
        )  # fmt: skip
    elif changed == "merged":
        case_steps.move(
            room.db, room.other.code, Status.MERGED, actor=room.secretary_id, at=1, zone=ZONE,
            details={"into": room.idea.code},
        )  # fmt: skip
    else:
        with writing(room.db):
            proposals.assign(room.db, room.other.code, room.chair_id, actor="t", at=1)
            proposals.flag(room.db, room.other.code, spam=False, confidential=True, actor="t", at=1)

    assert when_due() == 0

    assert statuses(room)[0] is Status.AT_COUNCIL and {one.state for one in acts(room)} == {
        "lapsed"
    }
    listed = room.chair.get("/viec-cho").text
    assert listed.count("Không ký công nhận theo quyết định 217/QĐ-UBND, 2 sáng kiến được") == 1
    again = room.chair.post(f"/viec-cho/{acts(room)[0].id}/lam-lai")
    assert again.status_code == 409 and "không còn làm được" in again.text
    assert "Ký 1 sáng kiến, một quyết định" in room.chair.get("/ky-duyet").text
    assert press(room, item=room.items[:1]).status_code == 303 and when_due() == 1
    assert statuses(room)[0] is Status.RECOGNISED


def test_a_decision_whose_first_idea_became_anothers_still_stands_on_the_chairs_list(
    room, when_due
):
    press(room)
    with writing(room.db):
        proposals.assign(room.db, room.idea.code, room.secretary_id, actor="t", at=1)
        proposals.flag(room.db, room.idea.code, spam=False, confidential=True, actor="t", at=1)

    waits, waits_today = (room.chair.get(road).text for road in ("/viec-cho", "/hom-nay"))
    assert when_due() == 0
    lapsed, lapsed_today = (room.chair.get(road).text for road in ("/viec-cho", "/hom-nay"))

    of_two = "ký công nhận theo quyết định 217/QĐ-UBND, 2 sáng kiến"
    assert [page.count(f"Sẽ {of_two}") for page in (waits, waits_today)] == [1, 1]
    assert [page.count(f"Không {of_two}") for page in (lapsed, lapsed_today)] == [1, 1]
    assert room.other.title in lapsed and room.idea.code not in waits + lapsed
    assert room.secretary.get("/viec-cho").text.count(f"Không {of_two}") == 1


def test_a_decision_that_a_restore_stopped_is_put_again_as_a_whole(room, when_due):
    press(room)
    with writing(room.db):
        pending_acts.all_lapse(room.db, at=1, actor="operator")

    assert room.secretary.post(f"/viec-cho/{acts(room)[1].id}/lam-lai").status_code == 403
    assert room.chair.post(f"/viec-cho/{acts(room)[1].id}/lam-lai").status_code == 303

    assert [one.state for one in acts(room)] == ["waits"] * 2
    assert when_due() == 2 and statuses(room) == [Status.RECOGNISED] * 2


def test_what_a_sender_asked_for_stops_a_signature_with_its_name(room):
    with writing(room.db):
        now = proposals.by_id(room.db, room.other.id)
        pending.put(room.db, now, "withdraw", actor="citizen", at=1, details={"way": "receipt"})

    refused = press(room)

    assert refused.status_code == 409 and "đang chờ: rút sáng kiến" in refused.text
    assert {one.kind for one in acts(room)} == {"withdraw"}


def test_killed_within_it_all_of_the_decision_is_carried_out_after_the_next_start(
    room, instance, when_due
):
    press(room)
    due = acts(room)[0].due_at

    kill_at(instance, 2, due)

    assert statuses(room) == [Status.AT_COUNCIL] * 2
    assert pending.do_due(room.db, at=due, zone=ZONE) == 2
    assert statuses(room) == [Status.RECOGNISED] * 2 and when_due() == 0


def test_the_chairs_no_at_a_case_waits_with_its_reason(room, a_proposal, db, when_due):
    idea = a_proposal(status=Status.UNDER_APPRAISAL, **TOLD)

    pressed = [move(room.chair, idea, Status.NOT_RECOGNISED) for _ in range(2)]

    [act] = pending_acts.of_proposal(db, idea.id)
    page = room.chair.get(f"/ho-so/{idea.code}").text
    assert [one.status_code for one in pressed] == [303, 303] and act.kind == "refuse"
    assert "Sẽ ký không công nhận theo quyết định" in page and act.reason in page
    assert (
        threads.of_proposal(db, idea.id)[1] == [] and idea.code in room.chair.get("/ky-duyet").text
    )
    assert when_due() == 1
    assert proposals.by_id(db, idea.id).status is Status.NOT_RECOGNISED
    assert moves.of_proposal(db, idea.id)[-1].details["reason"] == act.reason
