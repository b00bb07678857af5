"""What a gateway brings is kept, handled and answered in one transaction; where that is not safe,
it is kept as it came and waits for its turn."""

import pytest

from shared.db.connection import StoreUnavailable, writing
from shared.domain import clock, everyday
from shared.store.messages import inbox, outgoing, threads
from shared.workflows import invite_members
from sms import inbound
from tests.sms.conftest import HOA, MAN, with_settings

IDEA = "SK cho bà con nhắn tin hẹn giờ chứng thực"


@pytest.fixture
def take(db, desk):
    """`take(words, sender)` brings an SMS as a gateway does and says whether it is new."""

    def bring(words=IDEA, sender=MAN, name="SM1", desk=desk, raw="{}"):
        came = inbox.Arrived("twilio", name, sender, "mobile", words, raw, None, clock.now())
        return inbound.take(db, desk, came)

    return bring


def kept(db):
    return db.rows("SELECT state, outcome FROM message_in ORDER BY id")


def told(db, number=MAN):
    return [one.text_key for one in threads.between(db, number)[1]]


def test_an_idea_is_kept_handled_and_answered_at_once(db, take):
    assert take()

    [(state, outcome, proposal_id)] = db.rows("SELECT state, outcome, proposal_id FROM message_in")
    assert (state, outcome) == ("done", "proposal")
    assert db.rows("SELECT id FROM proposal") == [(proposal_id,)]
    assert told(db) == ["receipt", "privacy_first"]
    assert inbox.waiting(db) == []


def test_nothing_that_was_said_stays_in_memory(take):
    assert take()

    assert everyday.plain in everyday.KEPT
    assert {one.cache_info().currsize for one in everyday.KEPT} == {0}


def test_delivered_again_it_is_neither_kept_nor_answered_again(db, take):
    assert [take(), take(), take()] == [True, False, False]

    assert kept(db) == [("done", "proposal")]
    assert told(db) == ["receipt", "privacy_first"]


def test_what_fails_to_be_handled_is_kept_alone_and_handled_later(db, desk, take, monkeypatch):
    def fault(*_args, **_more):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(outgoing, "replying", fault)
    assert take()

    assert kept(db) == [("new", "")]
    assert db.row("SELECT count(*) FROM proposal") == (0,)
    monkeypatch.undo()
    inbound.handle_waiting(db, desk)
    assert kept(db) == [("done", "proposal")]
    assert told(db) == ["receipt", "privacy_first"]


def test_a_store_that_is_busy_keeps_nothing_and_says_so(db, take, monkeypatch):
    def busy(*_args, **_more):
        raise StoreUnavailable("busy")

    monkeypatch.setattr(inbox, "keeping", busy)
    with pytest.raises(StoreUnavailable):
        take()

    assert kept(db) == []
    assert db.row("SELECT count(*) FROM proposal") == (0,)


def test_nothing_overtakes_what_waits(db, desk, arrive, take):
    arrive("SK thêm ghế cho người già ở quầy", HOA)

    assert take()

    assert kept(db) == [("new", ""), ("new", "")]
    assert inbound.handle_waiting(db, desk) == 2
    assert kept(db) == [("done", "proposal"), ("done", "proposal")]


def test_above_a_limit_it_is_kept_first_and_silent_as_ever(db, desk, take):
    few = with_settings(desk, replies_per_hour=1)
    for number in range(3):
        assert take(f"SK thêm ghế số {number} cho người già", name=f"SM{number}", desk=few)
        inbound.handle_waiting(db, few)

    assert told(db) == ["receipt", "privacy_first", "rate_limited"]
    assert db.row("SELECT count(*) FROM proposal") == (3,)
    assert db.row("SELECT count(*) FROM sms_alarm") == (1,)


def test_a_picture_that_comes_with_an_idea_is_fetched_for_it(db, take):
    assert take(raw='{"NumMedia": "1", "MediaUrl0": "https://api.twilio.com/picture"}')

    assert kept(db) == [("done", "proposal")]
    [(proposal_id,)] = db.rows("SELECT id FROM proposal")
    assert db.rows("SELECT proposal_id FROM media_download") == [(proposal_id,)]


def test_a_denunciation_is_confidential_from_its_first_second(db, take):
    assert take("Toi to cao ong Ba nhan hoi lo cua dan")

    assert kept(db) == [("done", "proposal")]
    assert db.rows("SELECT is_confidential FROM proposal") == [(1,)]
    assert told(db)[0] == "denounced"


def test_a_day_answers_as_many_new_numbers_as_the_office_allows(db, desk, take):
    few = with_settings(desk, first_replies_per_day=2)
    numbers = [f"+8491234567{place}" for place in range(4)]
    for number in numbers:
        assert take(sender=number, name=f"SM{number}", desk=few)

    later = [threads.between(db, number)[1][0].due_at > clock.now() for number in numbers]
    assert later == [False, False, True, True]


def test_who_was_invited_is_handled_in_turn_because_an_answer_refers_to_its_sms(db, desk, take):
    with writing(db):
        outgoing.invite(db, MAN, invite_members.INVITED, {}, dedupe="x", at=clock.now())

    take()

    assert kept(db) == [("new", "")]


def test_a_short_code_is_kept_and_never_answered(db, desk):
    came = inbox.Arrived("twilio", "SM1", "9029", "short_code", "QC", "{}", None, clock.now())

    assert inbound.take(db, desk, came)

    assert kept(db) == [("quarantined", "not_a_person")]
    assert db.row("SELECT count(*) FROM outbox") == (0,)


def test_a_row_that_was_kept_at_once_has_a_seal_that_holds(db, take):
    from shared.db.checksums import seal_of

    take()

    for card in (inbox.MESSAGE_IN, outgoing.OUTBOX):
        for row in db.raw(card):
            assert row["content_hash"] == seal_of(row)
