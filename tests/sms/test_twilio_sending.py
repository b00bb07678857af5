"""Through Twilio: every way its API can answer leads to one known outcome."""

import dataclasses
from collections.abc import Iterator

import pytest

from shared.domain import clock
from shared.settings import from_mapping
from shared.store.messages import opt_outs, threads
from shared.texts.sms_text import office_blanks
from sms.gateways import LookUpFailed, Reject, Retry, Sent, Unknown
from sms.gateways import twilio as twilio_gateway
from sms.gateways.twilio import Twilio
from sms.outbox import LOOK_UP_AFTER, Outbox
from tests.sms.conftest import MAN
from tests.sms.fake_twilio import SID, FakeTwilio, fake_twilio

SECTION = {"account_sid": "AC" + "0" * 32, "auth_token": "12345", "from": "CAICACH"}


@pytest.fixture
def fake() -> Iterator[FakeTwilio]:
    with fake_twilio() as running:
        yield running


@pytest.fixture
def gateway(fake) -> Twilio:
    section = from_mapping({"twilio": {**SECTION, "api_url": fake.url}}).twilio
    return Twilio(section, "https://sms.xa.example.vn")


def test_a_message_is_handed_over_with_its_status_address(fake, gateway):
    assert gateway.send(MAN, "Da nhan", "row-1") == Sent(SID)
    assert fake.sent == [
        {
            "To": MAN,
            "From": "CAICACH",
            "Body": "Da nhan",
            "StatusCallback": "https://sms.xa.example.vn/twilio/status?ref=row-1",
        }
    ]


def test_a_messaging_service_stands_in_for_the_sender(fake):
    service = "MG" + "0" * 32
    section = from_mapping({"twilio": {**SECTION, "from": service, "api_url": fake.url}}).twilio

    Twilio(section, "https://sms.xa.example.vn").send(MAN, "Da nhan", "row-1")

    assert fake.sent[0]["MessagingServiceSid"] == service
    assert "From" not in fake.sent[0]


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (429, 20429, Retry("429/20429")),
        (503, None, Retry("503")),
        (500, 20500, Retry("500/20500")),
        (400, 30001, Retry("400/30001")),
        (400, 30008, Retry("400/30008")),
        (400, 21211, Reject("400/21211", suppress=True)),
        (400, 21614, Reject("400/21614", suppress=True)),
        (400, 21610, Reject("400/21610", suppress=True)),
        (400, 21617, Reject("400/21617")),
        (400, 21602, Reject("400/21602")),
        (401, 20003, Retry("401/20003", is_channel_down=True)),
        (403, 20003, Retry("403/20003", is_channel_down=True)),
        (400, 21408, Retry("400/21408", is_channel_down=True)),
        (400, 21606, Retry("400/21606", is_channel_down=True)),
        (400, 63038, Retry("400/63038", is_channel_down=True)),
    ],
)
def test_every_fault_of_the_list_has_its_class(fake, gateway, status, code, outcome):
    fake.refuse(status, code)

    assert gateway.send(MAN, "Da nhan", "row-1") == outcome


def test_a_text_longer_than_twilio_takes_is_refused_here(fake, gateway):
    assert isinstance(gateway.send(MAN, "a" * 1601, "row-1"), Reject)
    assert fake.sent == []
    assert gateway.send(MAN, "a" * 1600, "row-2") == Sent(SID)


def test_a_page_instead_of_an_answer_is_tried_again(fake, gateway):
    fake.answer = (503, {"Content-Type": "text/html"}, "<h1>Service Unavailable</h1>")

    assert gateway.send(MAN, "Da nhan", "row-1") == Retry("503")


def test_the_time_twilio_asks_to_wait_is_honoured(fake, gateway):
    fake.refuse(429, 20429, Retry_After="600")

    assert gateway.send(MAN, "Da nhan", "row-1") == Retry("429/20429", after=600_000)


@pytest.mark.parametrize("body", ["<html>ok</html>", "", "[]", "{}", "null", '{"sid": null}'])
def test_an_answer_that_cannot_be_read_is_unknown(fake, gateway, body):
    fake.answer = (201, {}, body)

    assert isinstance(gateway.send(MAN, "Da nhan", "row-1"), Unknown)


def test_a_line_cut_after_the_message_was_taken_is_unknown(fake, gateway):
    fake.answer = "cut"

    assert isinstance(gateway.send(MAN, "Da nhan", "row-1"), Unknown)
    assert len(fake.sent) == 1


def test_silence_is_unknown(fake, gateway, monkeypatch):
    monkeypatch.setattr(twilio_gateway, "TIMEOUT_SECONDS", 0.3)
    fake.answer = "hang"

    assert gateway.send(MAN, "Da nhan", "row-1") == Unknown("ReadTimeout")


def test_a_host_that_is_not_there_is_tried_again():
    section = from_mapping({"twilio": {**SECTION, "api_url": "http://127.0.0.1:9"}}).twilio

    assert isinstance(Twilio(section, "https://x.vn").send(MAN, "Da nhan", "row-1"), Retry)


def test_the_look_up_finds_what_was_taken(fake, gateway):
    fake.took(MAN, "Da nhan")
    fake.took(MAN, "Mot tin khac", "SM" + "b" * 32)
    fake.took("+84987654321", "Da nhan", "SM" + "c" * 32)

    assert gateway.look_up(MAN, "Da nhan", clock.now() - clock.MINUTE, "row-1") == [Sent(SID)]
    assert gateway.look_up(MAN, "Da nhan", clock.now() + clock.MINUTE, "row-1") == []


def test_a_look_up_that_fails_says_so():
    section = from_mapping({"twilio": {**SECTION, "api_url": "http://127.0.0.1:9"}}).twilio

    with pytest.raises(LookUpFailed):
        Twilio(section, "https://x.vn").look_up(MAN, "Da nhan", 0, "row-1")


@pytest.fixture
def twilio_outbox(settings, gateway) -> Outbox:
    sms = dataclasses.replace(settings.sms, gateway="twilio")
    return Outbox(gateway, dataclasses.replace(settings, sms=sms), office_blanks(settings, ""))


def test_an_unknown_outcome_that_was_taken_is_not_sent_again(db, text, fake, twilio_outbox):
    text("HD")
    fake.answer = "cut"
    at = clock.now()
    twilio_outbox.send_one(db, at=at)
    (unknown,) = threads.between(db, MAN)[1]
    fake.answer = None
    fake.took(MAN, unknown.text)

    twilio_outbox.explain(db, at=unknown.changed_at + LOOK_UP_AFTER)

    (settled,) = threads.between(db, MAN)[1]
    assert (unknown.state, settled.state, settled.gateway_id) == ("unknown", "sent", SID)
    assert len(fake.sent) == 1


def test_an_unknown_outcome_that_was_not_taken_is_sent_again(db, text, fake, twilio_outbox):
    text("HD")
    fake.answer = "cut"
    twilio_outbox.send_one(db, at=clock.now())
    (unknown,) = threads.between(db, MAN)[1]
    fake.answer = None

    twilio_outbox.explain(db, at=unknown.changed_at + LOOK_UP_AFTER - 1)
    assert threads.between(db, MAN)[1][0].state == "unknown"
    twilio_outbox.explain(db, at=unknown.changed_at + LOOK_UP_AFTER)
    twilio_outbox.send_one(db, at=unknown.changed_at + LOOK_UP_AFTER)

    assert threads.between(db, MAN)[1][0].state == "sent"
    assert len(fake.sent) == 2


def test_a_message_already_known_is_not_taken_for_the_unknown_one(db, text, fake, twilio_outbox):
    text("HD")
    twilio_outbox.send_one(db, at=clock.now())
    fake.took(MAN, threads.between(db, MAN)[1][0].text)
    text("HD")
    fake.answer = "cut"
    twilio_outbox.send_one(db, at=clock.now())

    twilio_outbox.explain(db, at=clock.now() + LOOK_UP_AFTER)

    assert [one.state for one in threads.between(db, MAN)[1]] == ["sent", "queued"]


def test_a_number_twilio_calls_wrong_gets_no_notice_any_more(db, text, fake, twilio_outbox):
    text("HD")
    fake.refuse(400, 21610)

    twilio_outbox.send_one(db, at=clock.now())

    (failed,) = threads.between(db, MAN)[1]
    assert (failed.state, failed.error) == ("failed", "400/21610")
    assert opt_outs.has(db, MAN)


def test_a_channel_that_is_down_rests_and_burns_no_other_message(db, text, fake, twilio_outbox):
    text("HD")
    text("GOI")
    fake.refuse(401, 20003)
    at = clock.now()

    while twilio_outbox.send_one(db, at=at):
        pass

    assert [one.attempts for one in threads.between(db, MAN)[1]] == [1, 0]


def test_no_telephone_number_is_logged(fake, gateway, caplog):
    with caplog.at_level("INFO"):
        gateway.send(MAN, "Da nhan", "row-1")
        gateway.look_up(MAN, "Da nhan", clock.now(), "row-1")

    assert MAN.removeprefix("+") not in caplog.text
