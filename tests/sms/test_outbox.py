"""What is to go goes once, at the right hour, and never silently gets lost."""

import dataclasses
import threading
from datetime import datetime

import pytest

from shared.db.connection import writing
from shared.domain import clock
from shared.domain.proposal import Status
from shared.domain.quiet_hours import is_quiet
from shared.store.cases import authors
from shared.store.messages import budgets, opt_outs, outgoing, sending, threads
from shared.workflows import case_steps as shared_desk
from shared.workflows import sms_steps, withdraw
from sms.gateways import Reject, Retry, Sent, Unknown
from sms.outbox import LEASE, RETRIES
from tests.conftest import ZONE
from tests.sms.conftest import MAN

pytestmark = pytest.mark.usefixtures("network")


def local(hour, minute=0):
    return clock.from_local(datetime(2026, 3, 16, hour, minute, tzinfo=ZONE))


@pytest.fixture
def a_notice(db, a_proposal):
    """A builder: a proposal of MAN who agreed to SMS, and a notice of it queued at `at`."""

    def build(at, event="e1"):
        proposal = a_proposal(phone=MAN, consents={"store": True, "sms": True}, at=at)
        with writing(db):
            outgoing.notify(
                db, MAN, "st_under_appraisal", {"ma": proposal.code},
                event=event, at=at, proposal_id=proposal.id,
            )  # fmt: skip
        return threads.between(db, MAN)[1][-1]

    return build


@pytest.fixture
def time(monkeypatch):
    """The clock of the whole program, as a test sets it."""

    class Time:
        at = clock.now()

    monkeypatch.setattr(clock, "now", lambda: Time.at)
    return Time


def with_sms(outbox, **changes):
    outbox.settings = dataclasses.replace(
        outbox.settings, sms=dataclasses.replace(outbox.settings.sms, **changes)
    )
    return outbox


def the_one(db):
    (message,) = threads.between(db, MAN)[1]
    return message


def test_the_words_are_written_down_before_they_go(db, text, outbox, network):
    text("HD")
    seen = []
    network.during = lambda ref: seen.append(outgoing.by_id(db, ref))

    outbox.send_one(db, at=clock.now())

    assert (seen[0].state, seen[0].text) == ("sending", network.handed[0][1])


def test_nothing_is_written_while_the_gateway_is_spoken_to(db, instance, text, outbox, network):
    text("HD")

    def write_meanwhile(_ref):
        other = instance.open()
        with writing(other):
            opt_outs.add(other, MAN, "test", at=1)
        other.close()

    network.during = write_meanwhile
    outbox.send_one(db, at=clock.now())

    assert the_one(db).state == "sent"


def test_a_message_is_tried_after_1_5_15_and_60_minutes_and_then_failed(db, text, outbox, network):
    text("HD")
    network.outcomes = [Retry("503")] * 9
    waited = []

    while the_one(db).state == "queued":
        before = the_one(db)
        outbox.send_one(db, at=before.due_at)
        after = the_one(db)
        if after.state == "queued":
            waited.append(after.due_at - after.changed_at)

    assert tuple(waited) == RETRIES
    assert len(network.handed) == 5
    assert (the_one(db).state, the_one(db).error) == ("failed", "503")


def test_a_message_is_not_tried_before_its_time(db, text, outbox, network):
    text("HD")
    network.outcomes = [Retry("503")]
    outbox.send_one(db, at=clock.now())

    assert not outbox.send_one(db, at=the_one(db).due_at - 1)


def test_the_gateways_own_wait_is_honoured_when_it_is_longer(db, text, outbox, network):
    text("HD")
    network.outcomes = [Retry("429", after=20 * clock.MINUTE)]

    outbox.send_one(db, at=clock.now())

    assert the_one(db).due_at - the_one(db).changed_at == 20 * clock.MINUTE


def test_a_refused_message_is_failed_at_once(db, text, outbox, network):
    text("HD")
    network.outcomes = [Reject("21617")]

    outbox.send_one(db, at=clock.now())

    assert (the_one(db).state, the_one(db).error) == ("failed", "21617")
    assert not opt_outs.has(db, MAN)


def test_an_unknown_outcome_is_asked_about_before_anything_goes_again(db, text, outbox, network):
    text("HD")
    network.outcomes = [Unknown("ReadTimeout")]
    outbox.send_one(db, at=clock.now())

    for minute in range(5):
        outbox.send_one(db, at=clock.now() + minute * clock.MINUTE)
    assert len(network.handed) == 1

    network.taken = [Sent("net-late")]
    outbox.explain(db, at=clock.now() + clock.HOUR)
    assert (the_one(db).state, the_one(db).gateway_id) == ("sent", "net-late")
    assert len(network.handed) == 1


def test_what_an_officer_sent_again_meanwhile_is_not_sent_by_itself_too(db, text, outbox, network):
    text("HD")
    network.outcomes = [Unknown("ReadTimeout")]
    outbox.send_one(db, at=clock.now())
    first = the_one(db)

    sms_steps.resend(db, first.id, actor="an", at=clock.now(), may_arrive_twice=True)
    outbox.send_one(db, at=clock.now())
    outbox.explain(db, at=clock.now() + clock.HOUR)
    outbox.send_one(db, at=clock.now() + clock.HOUR)

    assert len(network.handed) == 2
    assert outgoing.by_id(db, first.id).state == "unknown"


def test_a_sender_that_died_while_sending_leaves_an_unknown_outcome(db, text, outbox, network):
    text("HD")

    def die(_ref):
        raise KeyboardInterrupt

    network.during = die
    with pytest.raises(KeyboardInterrupt):
        outbox.send_one(db, at=clock.now())
    network.during, network.taken = None, [Sent("net-1")]

    outbox.explain(db, at=clock.now() + LEASE // 2)
    assert the_one(db).state == "sending"
    outbox.explain(db, at=clock.now() + LEASE + 1)

    assert the_one(db).state == "sent"
    assert len(network.handed) == 1


def test_a_sender_that_died_before_sending_leaves_it_to_the_next(db, text, outbox, network):
    text("HD")
    sending.claim(db, at=clock.now(), lease=clock.now() + LEASE)

    later = clock.now() + LEASE + 1
    outbox.explain(db, at=later)
    outbox.send_one(db, at=later)

    assert the_one(db).state == "sent"


def test_two_senders_never_take_the_same_message(db, instance, text, outbox):
    for number in range(12):
        text(f"SK thêm ghế số {number} cho người già")
    rows = db.row("SELECT count(*) FROM outbox")[0]
    start = threading.Barrier(4)

    def send_all():
        store = instance.open()
        start.wait()
        while outbox.send_one(store, at=clock.now()):
            pass
        store.close()

    threads = [threading.Thread(target=send_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(outbox.gateway.handed) == rows
    assert db.row("SELECT count(*) FROM outbox WHERE state = 'sent'") == (rows,)


def test_a_report_that_came_first_is_not_overwritten(db, text, outbox, network):
    text("HD")
    network.during = lambda ref: sending.note_outcome(db, ref, "delivered", at=clock.now())

    outbox.send_one(db, at=clock.now())

    assert the_one(db).state == "delivered"


@pytest.mark.parametrize(
    ("start", "end", "hour", "quiet"),
    [
        ("21:00", "07:00", local(20, 59), False),
        ("21:00", "07:00", local(21), True),
        ("21:00", "07:00", local(3), True),
        ("21:00", "07:00", local(6, 59), True),
        ("21:00", "07:00", local(7), False),
        ("12:00", "13:00", local(12, 30), True),
        ("12:00", "13:00", local(13), False),
        ("00:00", "00:00", local(0), False),
    ],
)
def test_quiet_hours_are_local_and_may_span_midnight(settings, start, end, hour, quiet):
    sms = dataclasses.replace(settings.sms, quiet_from=start, quiet_to=end)

    assert is_quiet(sms, hour, ZONE) is quiet


def test_a_notice_at_night_waits_for_the_morning_and_an_answer_does_not(
    db, text, outbox, network, a_notice
):
    with_sms(outbox, quiet_from="21:00", quiet_to="07:00")
    notice = a_notice(local(22, 30))
    db.write("UPDATE outbox SET due_at = 0")
    text("HD")
    db.write("UPDATE outbox SET due_at = 0 WHERE kind = 'reply'")

    while outbox.send_one(db, at=local(22, 31)):
        pass
    assert [words[:7] for _, words in network.handed] == ["UBND xa"]
    assert outgoing.by_id(db, notice.id).attempts == 0

    outbox.send_one(db, at=local(7) + clock.DAY)
    assert outgoing.by_id(db, notice.id).state == "sent"


def test_notices_stop_at_the_months_budget_and_answers_go_on(db, text, outbox, a_notice):
    with_sms(outbox, monthly_budget=1)
    first, second = a_notice(local(9)), a_notice(local(9), "e2")
    text("HD")

    while outbox.send_one(db, at=clock.now()):
        pass

    assert outgoing.by_id(db, first.id).state == "sent"
    assert outgoing.by_id(db, second.id).state == "queued"
    assert db.row("SELECT state FROM outbox WHERE kind = 'reply'") == ("sent",)


def test_what_the_budget_held_back_goes_when_the_next_month_opens(db, outbox, a_notice, time):
    with_sms(outbox, monthly_budget=1, quiet_from="21:00", quiet_to="07:00")
    first, held = a_notice(local(9)), a_notice(local(9), "e2")
    time.at = local(9)
    while outbox.send_one(db, at=time.at):
        pass
    spent = budgets.of_month(db, 1, at=time.at, zone=ZONE)

    assert (spent.used, spent.left, spent.held, spent.is_spent) == (1, 0, 1, True)
    assert datetime.fromtimestamp(spent.opens / 1000, ZONE) == datetime(2026, 4, 1, tzinfo=ZONE)
    assert not outbox.send_one(db, at=spent.opens - 1)
    assert not outbox.send_one(db, at=spent.opens)  # it is night
    assert outbox.send_one(db, at=spent.opens + 7 * clock.HOUR)

    assert {outgoing.by_id(db, one.id).state for one in (first, held)} == {"sent"}
    april = budgets.of_month(db, 1, at=spent.opens, zone=ZONE)
    assert (april.month, april.used, april.held) == ("2026-04", 1, 0)


def test_a_notice_tried_again_costs_the_budget_once(db, outbox, network, a_notice, time):
    a_notice(local(9))
    network.outcomes = [Retry("busy"), Sent("net-1")]
    time.at = local(9)

    outbox.send_one(db, at=time.at)
    time.at += RETRIES[0]
    outbox.send_one(db, at=time.at)

    assert network.handed[0] == network.handed[1]
    assert budgets.used(db, at=time.at, zone=ZONE) == 1


def test_four_fifths_of_a_budget_are_low(db, outbox, a_notice):
    for number in range(4):
        a_notice(local(9), f"e{number}")
    while outbox.send_one(db, at=local(9)):
        pass

    assert budgets.of_month(db, 5, at=local(9), zone=ZONE).is_low
    assert not budgets.of_month(db, 6, at=local(9), zone=ZONE).is_low
    assert budgets.of_month(db, 0, at=local(9), zone=ZONE) is None


def test_a_notice_that_waited_does_not_reach_who_took_the_idea_back(db, outbox, a_notice):
    notice = a_notice(local(9))
    withdraw.withdraw(db, notice.blanks["ma"], at=local(10))

    outbox.send_one(db, at=local(11))

    assert outgoing.by_id(db, notice.id).state == "suppressed"
    assert not outbox.gateway.handed


def test_who_opted_out_after_a_notice_was_queued_does_not_get_it(db, text, outbox, a_notice):
    notice = a_notice(local(9))
    text("TUCHOI")

    while outbox.send_one(db, at=clock.now()):
        pass

    assert outgoing.by_id(db, notice.id).state == "suppressed"
    assert [words for _, words in outbox.gateway.handed] == [threads.between(db, MAN)[1][-1].text]


def test_who_opted_out_is_still_answered(db, text, outbox):
    text("TUCHOI")

    text("HD")
    while outbox.send_one(db, at=clock.now()):
        pass

    assert {one.state for one in threads.between(db, MAN)[1]} == {"sent"}


def test_a_move_by_staff_arrives_as_an_sms_once_agreed(db, text, outbox, network):
    code = text("SK thêm ghế cho người già")[0].blanks["ma"]
    text(f"DY {code}")
    proposal = shared_desk.move(
        db, code, Status.UNDER_APPRAISAL, actor="t", at=clock.now(), zone=ZONE
    )

    while outbox.send_one(db, at=clock.now()):
        pass

    assert network.handed[-1][1].startswith(f"{code}: Dang xem xet.")
    assert authors.of(db, proposal.id).consent_sms


def test_a_text_that_does_not_exist_fails_and_stops_nothing(db, text, outbox):
    (queued,) = text("HD")
    db.write("UPDATE outbox SET text_key = 'gone' WHERE id = :id", id=queued.id)
    text("GOI")

    while outbox.send_one(db, at=clock.now()):
        pass

    assert [one.state for one in threads.between(db, MAN)[1]] == ["failed", "sent"]


def test_the_worker_sends_until_it_is_told_to_stop(db, instance, text, outbox):
    text("HD")
    stopping = threading.Event()
    worker = threading.Thread(target=outbox.chore(instance), args=(stopping,))
    worker.start()
    tried = threading.Event()
    while the_one(db).state != "sent":
        tried.wait(0.05)

    stopping.set()
    worker.join(60)

    assert not worker.is_alive()


def test_no_gateway_may_take_longer_than_a_lease():
    from sms.gateways.twilio import TIMEOUT_SECONDS

    # A connection and a read may each take the limit.
    assert LEASE > 2 * TIMEOUT_SECONDS * 1000
