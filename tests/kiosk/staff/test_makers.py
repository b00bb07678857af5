"""Who may make which move: the table of proposal.py is what happens at the real routes, for each
role, each status and each status it might be sent to."""

import pytest

from shared.db import event_log
from shared.domain import clock
from shared.domain.proposal import MAKERS, NEXT, Status
from shared.domain.roles import ROLES
from shared.store.cases import moves, proposals
from shared.store.messages import threads
from shared.store.models import adoptions
from tests.conftest import DETAILS, ROAD
from tests.kiosk.staff.cases.test_case import GIVEN, TOLD, move
from tests.kiosk.staff.council.test_council import enter, room

__all__ = ["enter", "room"]
PAIRS = [(now, to) for now, follow in NEXT.items() for to in follow]
UNIT = {"unit": "Ấp 3", "state": "applying", "since": "2026-08-01", "note": ""}
UNSIGNED = {**DETAILS[Status.RECOGNISED], "spread": ""}


@pytest.fixture
def standing_at(a_proposal, db):
    """A builder: an idea at a status, merged ones too."""

    def build(status):
        if status is not Status.MERGED:
            return a_proposal(status=status)
        made, kept = a_proposal(), a_proposal()
        moves.move(
            db, made.code, Status.MERGED, actor="t", at=clock.now(), details={"into": kept.code}
        )
        return proposals.by_code(db, made.code)

    return build


def recognised_only(a_proposal, db):
    """An idea that was recognised without a word of spreading."""
    case = a_proposal(status=Status.AT_COUNCIL)
    return moves.move(db, case.code, Status.RECOGNISED, actor="t", at=clock.now(), details=UNSIGNED)


def test_the_table_names_somebody_for_each_move_and_nobody_for_others():
    assert set(MAKERS) == set(PAIRS)
    assert all(MAKERS[one] for one in PAIRS)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_makes_exactly_the_moves_that_the_table_gives_it(
    logged_in, standing_at, a_proposal, db, role, when_due
):
    client, target, made = logged_in("an", role=role), a_proposal(), set()
    given = {**GIVEN, Status.MERGED: {"into": target.code}}

    for now in Status:
        case = standing_at(now)
        for to in Status:
            if case.status is not now or now is Status.MERGED:
                case = standing_at(now)
            form = {"to": to, "seen": now, **given.get(to, {})}
            answer = client.post(f"/ho-so/{case.code}/move", data=form)
            assert answer.status_code in (303, 403, 409, 422), answer.text
            when_due()
            case = proposals.by_code(db, case.code)
            if case.status is not now:
                made.add((now, case.status))

    # A merged idea goes back to where it was merged from: here, where it was received.
    possible = {one for one in PAIRS if one[0] is not Status.MERGED or one[1] is Status.RECEIVED}
    assert made == {one for one in possible if role in MAKERS[one]}


def test_the_sender_makes_exactly_the_moves_that_the_table_gives_them(
    public, a_proposal, db, secret_of, when_due
):
    citizen, made = public.test_client(), set()
    roads = ({"rut": {}}, {"xet-lai": {}}, {"them": {"text": "Thêm một ý.", "key": "k"}})

    for now in ROAD:
        for road in roads:
            case = a_proposal(status=now)
            for name, form in road.items():
                citizen.post(f"/r/{secret_of(case)}/{name}", data=form)
            when_due()
            to = proposals.by_code(db, case.code).status
            if to is not now:
                made.add((now, to))

    assert made == {one for one in PAIRS if "sender" in MAKERS[one]}


def test_an_invented_number_in_an_officers_hand_recognises_nothing(officer, a_proposal, db):
    case = a_proposal(status=Status.AT_COUNCIL, **TOLD)

    answer = move(officer, case, Status.RECOGNISED, decision_number="999/QĐ-UBND")

    assert answer.status_code == 403
    assert "do Chủ tịch quyết định" in answer.text
    assert proposals.by_code(db, case.code) == case
    assert not threads.of_proposal(db, case.id)[1]
    assert not any(one.kind == "moved" and one.data["to"] == "recognised"
                   for one in event_log.of_proposal(db, case.id))  # fmt: skip


def test_an_officer_is_told_who_decides_and_closes_with_a_reason_of_their_own(
    officer, a_proposal, db, when_due
):
    case = a_proposal(status=Status.UNDER_APPRAISAL, **TOLD)
    assert "Công nhận hay chưa công nhận: Chủ tịch ký" in officer.get(f"/ho-so/{case.code}").text

    answer = move(officer, case, Status.CLOSED, reason="chi phí lớn hơn lợi ích")

    assert answer.status_code == 303
    when_due()
    [told] = threads.of_proposal(db, case.id)[1]
    assert (told.text_key, told.blanks["lydo"]) == ("st_closed", "chi phí lớn hơn lợi ích")


def test_the_first_unit_in_use_of_what_was_signed_to_spread_makes_it_replicated(
    officer, a_proposal, db
):
    case = a_proposal(status=Status.RECOGNISED, **TOLD)
    road = f"/ho-so/{case.code}/ap-dung"

    officer.post(road, data=UNIT | {"unit": "Ấp 9", "state": "agreed"})
    assert proposals.by_code(db, case.code).status is Status.RECOGNISED
    officer.post(road, data=UNIT)
    officer.post(road, data=UNIT | {"unit": "Ấp 4"})

    assert proposals.by_code(db, case.code).status is Status.REPLICATED
    assert moves.of_proposal(db, case.id)[-1].details == {"where": "Ấp 3", "since": "2026-08-01"}
    assert [one.text_key for one in threads.of_proposal(db, case.id)[1]] == ["notify_replicated"]


def test_a_unit_that_begins_to_use_it_makes_it_replicated_too(officer, a_proposal, db):
    case = a_proposal(status=Status.RECOGNISED)
    officer.post(f"/ho-so/{case.code}/ap-dung", data=UNIT | {"state": "agreed"})
    [unit] = adoptions.of_proposal(db, case.id)

    officer.post(
        f"/ho-so/{case.code}/ap-dung/{unit.id}", data=UNIT | {"effect": "", "seen": unit.seen}
    )

    assert proposals.by_code(db, case.code).status is Status.REPLICATED


def test_what_nobody_signed_to_spread_is_replicated_by_the_chairs_decision_alone(
    officer, logged_in, a_proposal, db
):
    case = recognised_only(a_proposal, db)
    officer.post(f"/ho-so/{case.code}/ap-dung", data=UNIT)
    said = {"where": "Ấp 3", "since": "2026-08-01"}
    signed = {"decision_number": "20/QĐ-UBND", "decision_date": "2025-08-02", "reason": "đã có nơi"}
    chair = logged_in("chi", role="chair")

    tried = [
        move(officer, case, Status.REPLICATED, **said, **signed),
        move(chair, case, Status.REPLICATED, **said),
        move(chair, case, Status.REPLICATED, **said, **signed),
    ]

    assert [one.status_code for one in tried] == [403, 422, 303]
    assert "Chủ tịch chưa ký cho nhân rộng" in tried[0].text
    assert proposals.by_code(db, case.code).status is Status.REPLICATED


def test_an_officer_reads_that_spreading_is_the_chairs_to_sign(officer, logged_in, a_proposal, db):
    case, ended = recognised_only(a_proposal, db), a_proposal(status=Status.WITHDRAWN)

    pages = [officer.get(f"/ho-so/{one.code}").text for one in (case, ended)]
    chairs = logged_in("chi", role="chair").get(f"/ho-so/{case.code}").text

    signs, over = "Cho nhân rộng hay không: Chủ tịch ký", "không còn bước nào"
    assert [(signs in page, over in page) for page in (*pages, chairs)] == [
        (True, False), (False, True), (False, False),
    ]  # fmt: skip


def test_a_session_that_concludes_to_spread_lets_an_officer_note_where(room, db, when_due):
    for who in range(3):
        room.score(who)
    room.conclude("replicate")
    signing = {**GIVEN[Status.RECOGNISED], "item": room.item_id}

    refused = room.secretary.post("/ky-duyet", data=signing)
    signed = room.chair.post("/ky-duyet", data=signing)
    when_due()
    room.secretary.post(f"/ho-so/{room.idea.code}/ap-dung", data=UNIT)

    assert (refused.status_code, signed.status_code) == (403, 303)
    assert proposals.by_code(db, room.idea.code).status is Status.REPLICATED
