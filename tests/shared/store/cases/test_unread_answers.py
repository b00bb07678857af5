"""What was said and not noticed is kept true by all that can happen to a case, and is what the
events of the case say."""

from shared.db.event_log import CITIZEN, SYSTEM
from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import conversation, moves, notes, waiting_cases
from tests.conftest import DETAILS

NOW = clock.now()


def _waiting(db, now=NOW + clock.HOUR):
    return [(one.code, one.at) for one in waiting_cases.answered(db, "an", now=now, limit=50)]


def _add(db, case, at, key="a"):
    conversation.add_more(db, case.code, "Ở ấp 3.", channel="web", key=key, at=at)


def test_what_a_sender_adds_waits_until_somebody_writes_a_note(db, a_proposal):
    case = a_proposal(at=NOW)

    _add(db, case, NOW + 1)
    _add(db, case, NOW + 2, key="b")
    assert _waiting(db) == [(case.code, NOW + 2)]
    notes.add(db, case.code, "đã gọi", key="n", actor="an", at=NOW + 3)
    assert _waiting(db) == []
    _add(db, case, NOW + 4, key="c")
    assert _waiting(db) == [(case.code, NOW + 4)]


def test_a_note_of_an_hour_ago_by_a_clock_set_back_is_notice_all_the_same(db, a_proposal):
    case = a_proposal(at=NOW)
    _add(db, case, NOW)

    waiting_cases.note_seen(db, case.id, actor="an", at=NOW - clock.HOUR)

    assert _waiting(db) == []


def test_a_senders_own_move_waits_and_the_programs_is_no_notice(db, a_proposal):
    case = a_proposal(at=NOW, status=Status.NEEDS_INFO)

    _add(db, case, NOW + 1)  # moves it back to received, as its sender
    assert _waiting(db) == [(case.code, NOW + 1)]
    moves.move(db, case.code, Status.UNDER_APPRAISAL, actor=SYSTEM, at=NOW + 2)
    assert _waiting(db) == [(case.code, NOW + 1)]
    moves.move(
        db, case.code, Status.ON_TRIAL, actor="an", at=NOW + 3, details=DETAILS[Status.ON_TRIAL]
    )
    assert _waiting(db) == []


def test_asking_again_waits_and_a_withdrawal_does_not(db, a_proposal):
    again = a_proposal(at=NOW, status=Status.NOT_RECOGNISED)
    gone = a_proposal(at=NOW)

    moves.ask_again(db, again.code, at=NOW + 1)
    _add(db, gone, NOW + 1)
    moves.move(db, gone.code, Status.WITHDRAWN, actor=CITIZEN, at=NOW + 2)

    assert _waiting(db) == [(again.code, NOW + 1)]


def test_after_ninety_days_it_is_found_in_its_case_only(db, a_proposal):
    case = a_proposal(at=NOW)
    _add(db, case, NOW)

    assert _waiting(db, NOW + waiting_cases.ANSWERS_FOR) == [(case.code, NOW)]
    assert _waiting(db, NOW + waiting_cases.ANSWERS_FOR + 1) == []
