"""Before an idea's day passes without a result, its sender is told so, once."""

from datetime import date, timedelta

from shared.db import event_log
from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import proposals
from shared.store.messages import opt_outs, threads
from shared.store.people import staff
from shared.workflows import late_notices
from tests.conftest import ZONE

AGREED = {"phone": "0912345678", "consents": {"store": True, "sms": True}}


def late(db, proposal):
    return [
        message.blanks["ngay"]
        for message in threads.of_proposal(db, proposal.id)[1]
        if message.text_key == "notify_late"
    ]


def before_its_day(proposal, working_days=2):
    """An instant on the day from which so many working days are left."""
    day = clock.to_local(proposal.due_at, ZONE).date()
    while working_days:
        day -= timedelta(days=1)
        working_days -= day.weekday() < 5
    return clock.end_of_day(day, ZONE) - clock.HOUR


def look(db, at):
    return late_notices.tell_in_time(db, at=at, zone=ZONE)


def test_two_working_days_before_its_day_the_sender_is_told_once(db, a_proposal):
    case = a_proposal(**AGREED)

    early = look(db, before_its_day(case, 3))
    told = [look(db, before_its_day(case)), look(db, case.due_at), look(db, case.due_at + 1)]

    assert (early, told) == (0, [1, 0, 0])
    due = clock.to_local(case.due_at, ZONE).date()
    assert late(db, case) == [f"{clock.add_working_days(due, 8):%d/%m/%Y}"]
    assert proposals.by_id(db, case.id).due_at == case.due_at
    assert late_notices.of(db, case.id).told_at == before_its_day(case)
    assert event_log.has(db, case.id, "late_told")


def test_the_day_an_officer_expects_is_the_one_that_is_told_and_a_later_one_is_told_again(
    db, a_proposal
):
    case = a_proposal(**AGREED)

    late_notices.expect(db, case.code, date(2031, 5, 5), actor="an", at=clock.now(), zone=ZONE)
    assert late(db, case) == []
    look(db, before_its_day(case))
    for _ in range(2):
        late_notices.expect(db, case.code, date(2031, 6, 2), actor="an", at=case.due_at, zone=ZONE)

    assert late(db, case) == ["05/05/2031", "02/06/2031"]


def test_nobody_is_told_who_did_not_agree_or_whom_it_does_not_concern(db, a_proposal):
    waiting = a_proposal(status=Status.NEEDS_INFO, **AGREED)
    cases = [waiting, a_proposal(), a_proposal(status=Status.AT_COUNCIL, **AGREED)]
    spam = a_proposal(**AGREED)
    proposals.flag(db, spam.code, spam=True, confidential=False, actor="t", at=clock.now())
    silent = a_proposal(phone="0987654321", consents={"store": True, "sms": True})
    opt_outs.add(db, "+84987654321", "asked", at=clock.now())

    assert look(db, before_its_day(waiting)) == 0
    assert all(late(db, case) == [] for case in [*cases, spam, silent])


def test_what_is_late_for_long_brings_no_flood_of_notices(db, a_proposal):
    case = a_proposal(**AGREED)

    assert look(db, case.due_at + 8 * clock.DAY) == 0


def test_a_day_named_when_the_own_one_is_over_is_told_at_once(db, a_proposal):
    case, secret = a_proposal(**AGREED), a_proposal(**AGREED)
    member = staff.add(
        db, "an", name="An", role="officer", password_hash="h", must_change=False, actor="t",
        at=clock.now(),
    )  # fmt: skip
    proposals.flag(db, secret.code, spam=False, confidential=True, actor=member.id, at=clock.now())

    for one in (case, secret):
        over = one.due_at + 30 * clock.DAY
        late_notices.expect(db, one.code, date(2031, 5, 5), actor=member.id, at=over, zone=ZONE)

    assert late(db, case) == ["05/05/2031"]
    assert late(db, secret) == []
