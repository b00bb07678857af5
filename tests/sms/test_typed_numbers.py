"""A number that was typed at a form gets the code once, and owns nothing until it says yes."""

import dataclasses
from datetime import datetime

import pytest

from shared.db.connection import writing
from shared.domain import clock
from shared.domain.proposal import Status
from shared.store.cases import authors, conversation, moves, proposals, proven_numbers
from shared.store.messages import first_answers, inbox, opt_outs, outgoing, threads, typed_receipts
from shared.workflows import notices, withdraw
from sms import inbound
from tests.conftest import DETAILS, ZONE
from tests.sms.conftest import HOA, MAN

AGREED = {"store": True, "sms": True}


def local(day, hour, minute=0):
    return clock.from_local(datetime(2026, 3, day, hour, minute, tzinfo=ZONE))


@pytest.fixture
def typed(db, a_proposal):
    """A builder: an idea whose sender typed this number, as the forms keep it."""

    def build(number=MAN, at=None, consents=AGREED, **more):
        kept = a_proposal(phone=number, consents=consents, at=at, **more)
        with writing(db):
            notices.of_receipt(db, kept, at=at or clock.now())
        return kept

    return build


@pytest.fixture
def night_rest(outbox):
    """The outbox with the quiet hours of most offices, 21 to 07."""
    sms = dataclasses.replace(outbox.settings.sms, quiet_from="21:00", quiet_to="07:00")
    outbox.settings = dataclasses.replace(outbox.settings, sms=sms)
    return outbox


def go(outbox, db, at):
    while outbox.send_one(db, at=at):
        pass


def numbers(network):
    return [number for number, _ in network.handed]


def keys(answers):
    return [one.text_key for one in answers]


def receipts_of(db, number=MAN):
    return [one for one in threads.between(db, number)[1] if one.text_key == typed_receipts.TEXT]


# The receipt: once, at a decent hour, and not more than is decent


def test_the_code_reaches_the_phone_in_one_text_that_harms_no_stranger(db, typed, outbox, network):
    kept = typed(name="Trần Thị Mận", title="Hẹn giờ chứng thực")

    go(outbox, db, clock.now())

    ((number, words),) = network.handed
    assert (number, len(words) <= 160) == (MAN, True)
    assert f"DY {kept.code}" in words and "TUCHOI" in words
    assert "Man" not in words and "chung thuc" not in words


def test_sent_again_it_is_one_receipt(db, typed):
    kept = typed()

    with writing(db):
        assert not notices.of_receipt(db, kept, at=clock.now())

    assert len(receipts_of(db)) == 1


@pytest.mark.parametrize("consents", [{"store": True}, {"store": True, "name_me": True}])
def test_without_agreement_to_sms_there_is_none(db, typed, consents):
    typed(consents=consents)

    assert receipts_of(db) == []


def test_a_number_that_said_stop_gets_none(db, typed):
    with writing(db):
        opt_outs.add(db, MAN, "asked", at=1)
    typed()

    assert receipts_of(db) == []


def test_at_night_it_waits_for_the_morning(db, typed, night_rest, network):
    typed(at=local(16, 22))

    go(night_rest, db, local(16, 22, 1))
    go(night_rest, db, local(17, 6, 59))
    assert network.handed == []

    go(night_rest, db, local(17, 7))
    assert numbers(network) == [MAN]


def test_one_number_gets_three_a_day_and_the_others_wait(db, typed, night_rest, network):
    for minute in range(5):
        typed(at=local(16, 9, minute))
    typed(HOA, at=local(16, 9, 5))

    go(night_rest, db, local(16, 10))
    assert numbers(network) == [MAN] * 3 + [HOA]
    go(night_rest, db, local(16, 20))
    assert len(network.handed) == 4

    go(night_rest, db, local(17, 7))
    assert numbers(network)[4:] == [MAN, MAN]


def test_what_waited_through_days_without_the_program_is_still_three_a_day(
    db, typed, night_rest, network
):
    for day in range(16, 21):
        typed(at=local(day, 9))

    go(night_rest, db, local(23, 8))

    assert numbers(network) == [MAN] * 3


def test_a_week_of_receipts_is_the_most_that_waits_for_a_number(db, typed):
    for minute in range(typed_receipts.MOST_WAITING + 1):
        typed(at=local(16, 9, minute))

    states = [one.state for one in receipts_of(db)]
    assert (states.count("queued"), states.count("suppressed")) == (typed_receipts.MOST_WAITING, 1)


def test_all_numbers_together_get_what_the_office_allows_a_day(db, typed, night_rest, network):
    limits = dataclasses.replace(night_rest.settings.limits, receipts_per_day=2)
    night_rest.settings = dataclasses.replace(night_rest.settings, limits=limits)
    every = [f"+8491200000{place}" for place in range(3)]
    for place, number in enumerate(every):
        typed(number, at=local(16, 9, place))

    go(night_rest, db, local(16, 10))
    assert numbers(network) == every[:2]
    go(night_rest, db, local(17, 7))
    assert numbers(network) == every


def test_over_the_months_budget_it_waits_for_the_next(db, typed, outbox, network):
    sms = dataclasses.replace(outbox.settings.sms, monthly_budget=1)
    outbox.settings = dataclasses.replace(outbox.settings, sms=sms)
    typed(MAN, at=local(16, 9))
    typed(HOA, at=local(16, 9))

    go(outbox, db, local(16, 10))
    assert numbers(network) == [MAN]

    go(outbox, db, clock.from_local(datetime(2026, 4, 1, 9, tzinfo=ZONE)))
    assert numbers(network) == [MAN, HOA]


def test_a_receipt_to_an_invented_number_makes_no_answer_free(db, typed, settings):
    typed()
    limits = dataclasses.replace(settings.limits, first_replies_per_day=1)
    settings = dataclasses.replace(settings, limits=limits)
    at = clock.now()

    with writing(db):
        first = first_answers.due(db, HOA, settings, at=at)
        after = first_answers.due(db, MAN, settings, at=at)

    assert first == at < after


# What happens to the idea before its receipt goes


@pytest.mark.parametrize("fate", ["withdrawn", "confidential", "junk", "corrected", "stopped"])
def test_what_may_no_longer_be_told_is_not_sent(db, typed, outbox, network, fate):
    kept, at = typed(), clock.now()
    match fate:
        case "withdrawn":
            withdraw.withdraw(db, kept.code, at=at)
        case "confidential" | "junk":
            flag = {"confidential": "is_confidential", "junk": "is_spam"}[fate]
            with writing(db):
                db.change(proposals.PROPOSAL, {"id": kept.id}, {flag: True})
        case "corrected":
            with writing(db):
                db.change(authors.AUTHOR, {"proposal_id": kept.id}, {"phone": HOA})
        case "stopped":
            with writing(db):
                opt_outs.add(db, MAN, "asked", at=at)

    go(outbox, db, at)

    assert network.handed == []
    assert [one.state for one in receipts_of(db)] == ["suppressed"]


def test_a_number_that_confirmed_already_needs_no_receipt(db, typed, text, night_rest, network):
    kept = typed(at=local(16, 22))
    text(f"DY {kept.code}")

    go(night_rest, db, local(17, 9))

    assert typed_receipts.TEXT not in [
        one.text_key for one in threads.between(db, MAN)[1] if one.state != "suppressed"
    ]


# What a typed number owns


def test_before_yes_a_typed_number_owns_nothing(db, typed, text):
    kept = typed()

    assert keys(text(f"RUT {kept.code}")) == ["not_proven"]
    assert keys(text("RUT")) == ["nothing_sent"]
    assert keys(text("TT")) == ["nothing_sent"]
    assert keys(text("bao giờ có kết quả")) == ["nothing_sent"]
    assert keys(text("BS")) == ["nothing_sent"]
    assert conversation.additions(db, kept.id) == []


def test_with_the_code_everybody_is_told_the_status(typed, text):
    assert keys(text(f"TT {typed().code}")) == ["st_received"]


def test_yes_with_the_code_makes_it_theirs_and_the_time_is_kept(db, typed, text):
    kept = typed()
    before = clock.now()

    assert keys(text(f"DY {kept.code}")) == ["number_proven"]

    assert before <= proven_numbers.since(db, kept.id, MAN) <= clock.now()
    assert keys(text("TT")) == ["st_received"]
    assert keys(text(f"BS {kept.code} làm ở quầy số 2")) == ["more_received"]
    assert keys(text("RUT")) == ["withdraw_ask"]


def test_yes_without_the_code_is_proven_by_digits(db, typed, text):
    kept = typed()

    (asked,) = text("DY")
    assert asked.text_key == "consent_ask" and not proven_numbers.is_proven(db, kept.id, MAN)
    assert keys(text(f"DY {asked.blanks['xacnhan']}")) == ["number_proven"]
    assert proven_numbers.is_proven(db, kept.id, MAN)


def test_a_number_is_told_of_no_idea_that_never_agreed_to_tell_it(typed, text):
    typed(consents={"store": True})

    assert keys(text("DY")) == ["nothing_sent"]


def test_yes_from_another_number_proves_nothing(db, typed, text):
    kept = typed()

    assert keys(text(f"DY {kept.code}", HOA)) == ["not_owner"]
    assert not proven_numbers.is_proven(db, kept.id, HOA)


def test_yes_for_one_idea_is_none_for_another(typed, text):
    first, second = typed(), typed()
    text(f"DY {first.code}")

    assert keys(text(f"RUT {second.code}")) == ["not_proven"]


def test_a_number_that_is_put_right_has_to_confirm_again(db, typed, text):
    kept = typed()
    text(f"DY {kept.code}")
    with writing(db):
        db.change(authors.AUTHOR, {"proposal_id": kept.id}, {"phone": HOA})

    assert keys(text("TT", MAN)) == ["nothing_sent"]
    assert keys(text(f"RUT {kept.code}", HOA)) == ["not_proven"]


def test_what_was_added_before_the_yes_is_kept_for_it(db, typed, text):
    kept = typed()

    assert keys(text(f"BS {kept.code} làm ở quầy số 2")) == ["more_waits"]
    assert conversation.additions(db, kept.id) == []
    text(f"DY {kept.code}")

    assert [one.text for one in conversation.additions(db, kept.id)] == ["làm ở quầy số 2"]


def test_what_a_stranger_writes_is_no_answer_to_the_offices_question(db, typed, text):
    kept = typed()
    moves.move(
        db, kept.code, Status.NEEDS_INFO, actor="t", at=clock.now(),
        details=DETAILS[Status.NEEDS_INFO],
    )  # fmt: skip

    assert keys(text("Đường vào ấp 3 nên có đèn"))[0] == "receipt_no_word"
    assert conversation.additions(db, kept.id) == []


def test_what_came_by_sms_is_its_sims_own_without_a_yes(db, desk, arrive, text):
    arrive("SK cho bà con nhắn tin hẹn giờ chứng thực")
    inbound.handle_waiting(db, desk)

    assert inbox.waiting(db) == []
    assert keys(text("RUT")) == ["withdraw_ask"]
    assert outgoing.count_waiting(db, MAN, typed_receipts.TEXT) == 0
