"""What cannot be undone waits, can be taken back until it is due, and is done once."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from shared.db import event_log
from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import authors, moves, pending_acts, proposals
from shared.store.messages import threads
from shared.store.privacy import data_requests, erasures
from shared.store.privacy.data_requests import Door
from shared.workflows import case_steps, erase, pending, verify
from tests.conftest import ZONE
from tests.serving import ROOT

NOW = 1_790_000_000_000
DUE = NOW + pending.WAIT
RECEIPT = Door("receipt", ZONE)
ALL = {"scope": "all", "whole": [], "author_id": None}
REDIRECT = {"to_office": "Tiếp công dân"}
# The program that carries out what is due, killed when a step is done and not yet recorded: that of
# the first act, or of a later one.
KILLED = """
import os, signal, sys
from pathlib import Path
from zoneinfo import ZoneInfo
from shared.runtime.instance import Instance
from shared.workflows import pending

left = [int(sys.argv[3])]

def seen(sql):
    if sql.startswith("UPDATE pending_act SET state"):
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

db = Instance(Path(sys.argv[1])).open()
db.conn.set_trace_callback(seen)
pending.do_due(db, at=int(sys.argv[2]), zone=ZoneInfo("Asia/Ho_Chi_Minh"))
"""


@pytest.fixture
def idea(a_proposal):
    return a_proposal(
        name="Trần Thị Mận",
        phone="0912345678",
        consents={"store": True, "sms": True},
        at=NOW - clock.HOUR,
    )


def status(db, idea) -> Status:
    return proposals.by_code(db, idea.code).status


def kinds(db, idea) -> list[str]:
    return [event.kind for event in event_log.of_proposal(db, idea.id)]


def is_sound(db, instance) -> bool:
    return verify.verify(db, instance.media).damage == ()


def put(db, idea, kind, **more):
    more.setdefault("reason", "quá hạn")
    return pending.put(db, proposals.by_id(db, idea.id), kind, actor="an", at=NOW, **more)


def kill_at(instance, act: int, due: int = DUE) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(instance.folder), str(due), str(act)], cwd=Path("/"),
        timeout=60, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr


def do_due(db, at=DUE) -> int:
    return pending.do_due(db, at=at, zone=ZONE)


def test_a_withdrawal_waits_and_is_then_done_once(db, instance, idea):
    told = pending.ask_to_withdraw(db, idea.code, RECEIPT, at=NOW)

    assert told == "withdraw_waits"
    assert do_due(db, DUE - 1) == 0
    assert status(db, idea) is Status.RECEIVED and authors.of(db, idea.id).name is not None
    assert data_requests.of_proposal(db, idea.id) == []

    assert (do_due(db), do_due(db)) == (1, 0)
    assert status(db, idea) is Status.WITHDRAWN and authors.of(db, idea.id).name is None
    [kept] = data_requests.of_proposal(db, idea.id)
    assert (kept.way, kept.outcome) == ("receipt", "done")
    assert is_sound(db, instance)


def test_a_withdrawal_by_sms_waits_a_day(db, idea):
    pending.ask_to_withdraw(db, idea.code, Door("sms", ZONE), at=NOW)

    assert (do_due(db, NOW + clock.DAY - 1), do_due(db, NOW + clock.DAY)) == (0, 1)


def test_asking_twice_waits_once_from_the_first_time(db, idea):
    for later in (0, clock.MINUTE):
        pending.ask_to_withdraw(db, idea.code, RECEIPT, at=NOW + later)

    [act] = pending_acts.waiting(db, idea.id)
    assert act.due_at == DUE and kinds(db, idea).count("act_put") == 1


@pytest.mark.parametrize("kind", ["withdraw", "redirect", "close", "erase"])
def test_what_is_taken_back_is_never_done(db, instance, idea, kind):
    act = put(db, idea, kind)
    seen = kinds(db, idea)

    assert pending.take_back(db, idea.id, act.id, actor="an", at=DUE - 1)
    assert not pending.take_back(db, idea.id, act.id, actor="an", at=DUE - 1)

    assert do_due(db) == 0
    assert status(db, idea) is Status.RECEIVED and authors.of(db, idea.id).name is not None
    assert kinds(db, idea) == [*seen, "act_taken_back"]
    assert is_sound(db, instance)


def test_an_act_is_taken_back_in_its_own_case_only(db, idea, a_proposal):
    act = put(db, idea, "close")

    assert not pending.take_back(db, a_proposal().id, act.id, actor="an", at=NOW)

    assert pending_acts.waiting(db, idea.id) == [act]


@pytest.mark.parametrize(
    "kind, details, becomes",
    [("redirect", REDIRECT, Status.REDIRECTED), ("close", {}, Status.CLOSED)],
)
def test_a_sender_is_told_when_it_is_done_and_not_before(db, idea, kind, details, becomes):
    put(db, idea, kind, details=details)
    before = threads.of_proposal(db, idea.id)[1]

    do_due(db)

    assert status(db, idea) is becomes
    [made] = moves.of_proposal(db, idea.id)
    assert dict(made.details) == {**details, "reason": "quá hạn"} and made.actor == "an"
    assert before == [] and len(threads.of_proposal(db, idea.id)[1]) == 1


@pytest.mark.parametrize("kind, details", [("redirect", REDIRECT), ("close", {})])
def test_what_the_case_no_longer_allows_lapses_and_says_so(db, instance, idea, kind, details):
    put(db, idea, kind, details=details)
    case_steps.move(db, idea.code, Status.UNDER_APPRAISAL, actor="binh", at=NOW + 1, zone=ZONE)

    assert do_due(db) == 0

    assert status(db, idea) is Status.UNDER_APPRAISAL
    assert kinds(db, idea)[-1] == "act_lapsed" and pending_acts.due(db, at=DUE) == []
    assert is_sound(db, instance)


def test_a_withdrawal_is_done_whatever_the_office_did_meanwhile(db, idea):
    pending.ask_to_withdraw(db, idea.code, RECEIPT, at=NOW)
    case_steps.move(db, idea.code, Status.UNDER_APPRAISAL, actor="binh", at=NOW + 1, zone=ZONE)

    do_due(db)

    assert status(db, idea) is Status.WITHDRAWN


def test_everything_said_is_erased_when_that_is_due(db, instance, idea):
    put(db, idea, "erase", reason="theo đơn của bà Trần Thị Mận", details=ALL)
    put(db, idea, "close", reason="bà Trần Thị Mận xin thôi")

    assert do_due(db) == 1

    assert proposals.by_id(db, idea.id).solution == ""
    [kept] = erasures.unsettled(db)
    assert (kept.reason, kept.actor) == ("theo đơn của bà Trần Thị Mận", "an")
    assert db.rows("SELECT DISTINCT reason, details FROM pending_act") == [("", "{}")]
    assert is_sound(db, instance)


def test_what_others_erase_takes_the_person_out_of_what_waits(db, instance, idea):
    put(db, idea, "close", reason="bà Trần Thị Mận xin thôi")

    asked = erase.ErasureRequest(erasures.Scope.DETAILS, "asked", "theo đơn", "an", NOW)
    erase.erase(db, idea.id, asked)

    [act] = pending_acts.waiting(db, idea.id)
    assert "Mận" not in act.reason and is_sound(db, instance)


def test_asking_again_is_over_with_what_had_lapsed(db, idea):
    put(db, idea, "close")
    case_steps.move(db, idea.code, Status.UNDER_APPRAISAL, actor="binh", at=NOW + 1, zone=ZONE)
    do_due(db)

    put(db, idea, "close", reason="lần sau")

    assert [(one.state, one.reason) for one in pending_acts.of_proposal(db, idea.id)] == [
        ("waits", "lần sau")
    ]


def test_an_erasure_answers_its_request_when_it_is_done_and_lapses_if_that_was_declined(
    db, instance, idea
):
    new = data_requests.NewDataRequest("erasure", "counter", idea.id, identity="paper")
    asked = erase.ErasureRequest(erasures.Scope.DETAILS, "asked", "theo đơn", "an", NOW)
    first, second = (
        data_requests.add(db, new, key=key, zone=ZONE, at=NOW, actor="an") for key in "ab"
    )
    pending.ask_to_erase(db, idea.id, asked, request_id=first.id)
    data_requests.finish(db, first.id, "declined", "phải lưu", actor="binh", at=NOW)
    assert do_due(db) == 0 and authors.of(db, idea.id).name is not None

    pending.ask_to_erase(db, idea.id, asked, request_id=second.id)
    with pytest.raises(pending.ActWaits):
        pending.ask_to_erase(db, idea.id, asked, request_id=first.id)
    assert data_requests.by_id(db, second.id).is_open
    assert do_due(db) == 1
    assert data_requests.by_id(db, second.id).outcome == "done"
    assert authors.of(db, idea.id).name is None and is_sound(db, instance)


def test_what_was_emptied_by_an_erasure_stops_no_other_act(db, instance, idea, a_proposal):
    other = a_proposal(at=NOW - clock.HOUR)
    put(db, idea, "redirect", details=REDIRECT)
    put(db, idea, "withdraw", details={"way": "receipt"})
    put(db, other, "close")
    asked = erase.ErasureRequest(erasures.Scope.ALL, "asked", "theo đơn", "operator", NOW)
    erase.erase(db, idea.id, asked)

    assert do_due(db) == 1

    assert status(db, other) is Status.CLOSED and status(db, idea) is Status.WITHDRAWN
    assert {one.state for one in pending_acts.of_proposal(db, idea.id)} == {"lapsed"}
    assert is_sound(db, instance)


def test_who_is_not_to_be_kept_any_more_is_erased_later_and_what_reveals_less_is_done_now(
    db, instance, idea
):
    pending.take_consents_back(db, idea.id, {"sms", "store"}, RECEIPT, at=NOW)

    assert not authors.of(db, idea.id).consent_sms and authors.of(db, idea.id).name is not None
    assert (do_due(db, DUE - 1), do_due(db)) == (0, 1)
    assert authors.of(db, idea.id).name is None and status(db, idea) is Status.RECEIVED
    assert [one.outcome for one in data_requests.of_proposal(db, idea.id)] == ["done", "done"]
    assert is_sound(db, instance)


def test_a_clock_set_back_makes_it_wait_longer_and_one_set_forward_does_it_now(db, idea):
    put(db, idea, "close")

    assert do_due(db, NOW - clock.DAY) == 0
    assert pending_acts.due(db, at=NOW - clock.DAY) == []
    assert do_due(db, NOW + 365 * clock.DAY) == 1
    assert moves.of_proposal(db, idea.id)[-1].at == NOW + 365 * clock.DAY


def test_two_workers_at_once_do_each_act_once(db, instance, a_proposal):
    ideas = [a_proposal(at=NOW - clock.HOUR) for _ in range(6)]
    for one in ideas:
        put(db, one, "close")
    start, done = threading.Barrier(2), []

    def work() -> None:
        mine = instance.open()
        start.wait()
        done.append(do_due(mine))
        mine.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()

    assert sum(done) == 6
    assert [len(moves.of_proposal(db, one.id)) for one in ideas] == [1] * 6
    assert is_sound(db, instance)


@pytest.mark.parametrize("status_now", [Status.RECOGNISED, Status.WITHDRAWN])
def test_where_nothing_can_be_withdrawn_nothing_waits(db, a_proposal, status_now):
    idea = a_proposal(status=status_now)

    told = pending.ask_to_withdraw(db, idea.code, RECEIPT, at=NOW)

    assert told in ("withdraw_late", "st_withdrawn")
    assert pending_acts.waiting(db, idea.id) == []


@pytest.mark.of_sqlite
def test_killed_within_the_act_it_starts_again_and_is_whole(db, instance, idea):
    pending.ask_to_withdraw(db, idea.code, RECEIPT, at=NOW)

    kill_at(instance, 1)

    assert status(db, idea) is Status.RECEIVED and authors.of(db, idea.id).name is not None
    assert do_due(db) == 1
    assert status(db, idea) is Status.WITHDRAWN and len(moves.of_proposal(db, idea.id)) == 1
    assert is_sound(db, instance)


@pytest.mark.of_sqlite
def test_killed_between_two_acts_the_first_stays_done_and_the_other_is_done_later(
    db, instance, a_proposal
):
    ideas = [a_proposal(at=NOW - clock.HOUR) for _ in range(2)]
    for one in ideas:
        put(db, one, "close")

    kill_at(instance, 2)

    assert sorted(status(db, one) for one in ideas) == [Status.CLOSED, Status.RECEIVED]
    assert do_due(db) == 1
    assert [len(moves.of_proposal(db, one.id)) for one in ideas] == [1, 1]
    assert is_sound(db, instance)
