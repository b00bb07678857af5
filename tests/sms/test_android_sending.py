"""Through the phone: nothing goes twice, whatever becomes of the line, and every answer leads to
one known outcome."""

import dataclasses
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from shared.domain import clock
from shared.settings import from_mapping
from shared.store.messages import gateway_health, sending, threads
from shared.texts.sms_text import office_blanks
from sms import reports
from sms.gateways import DeliveryReport, LookUpFailed, Reject, Retry, Sent, Taken, Unknown
from sms.gateways import android as android_gateway
from sms.gateways.android import Android, ref_of
from sms.outbox import LEASE, LOOK_UP_AFTER, REPORT_WITHIN, RETRIES, Outbox
from tests.sms.conftest import MAN
from tests.sms.fake_phone import FakePhone, fake_phone

KEYS = {"username": "sms", "password": "geheim", "signing_key": "abc12345"}
REF = "019a2b3c-4d5e-7f60-8a9b-0c1d2e3f4a5b"
NO_SERVICE = "Send result: RESULT_ERROR_NO_SERVICE (Failed because service is unavailable)"


@pytest.fixture
def phone() -> Iterator[FakePhone]:
    with fake_phone() as running:
        yield running


def through(url: str, **keys: str) -> Android:
    return Android(from_mapping({"android": {**KEYS, "url": url, **keys}}).android)


@pytest.fixture
def gateway(phone) -> Android:
    return through(phone.address)


@pytest.fixture
def outbox(settings, gateway) -> Outbox:
    sms = dataclasses.replace(settings.sms, gateway="android")
    return Outbox(gateway, dataclasses.replace(settings, sms=sms), office_blanks(settings, ""))


def the_one(db):
    (message,) = threads.between(db, MAN)[1]
    return message


def report(db, state, name, *, error="", may_try_again=False):
    told = DeliveryReport(name, ref_of(name), state, error, may_try_again, is_of_a_part=True)
    reports.apply(db, "android", told, at=clock.now())


@pytest.mark.parametrize("where", ["address", "cloud"])
def test_a_message_is_handed_over_under_our_own_name(phone, where):
    outcome = through(getattr(phone, where)).send(MAN, "Da nhan", REF)

    assert outcome == Taken(REF)
    assert phone.bodies("/messages") == [
        {
            "id": REF,
            "textMessage": {"text": "Da nhan"},
            "phoneNumbers": [MAN],
            "withDeliveryReport": True,
            "ttl": 86_400,
        }
    ]


def test_a_name_that_is_taken_is_not_sent_twice(phone, gateway):
    gateway.send(MAN, "Da nhan", REF)
    phone.taken[REF]["state"] = "Sent"

    assert gateway.send(MAN, "Da nhan", REF) == Sent(REF)
    assert phone.sent() == ["Da nhan"]


def test_what_failed_on_the_phone_goes_again_under_another_name(phone, gateway):
    gateway.send(MAN, "Da nhan", REF)
    phone.taken[REF]["state"] = "Failed"

    again = gateway.send(MAN, "Da nhan", REF)

    assert isinstance(again, Taken)
    assert again.gateway_id != REF and len(again.gateway_id) <= 36
    assert ref_of(again.gateway_id) == REF
    assert gateway.send(MAN, "Da nhan", REF) == again


def test_what_failed_each_time_is_given_up(phone, gateway):
    for _ in range(20):
        outcome = gateway.send(MAN, "Da nhan", REF)
        for one in phone.taken.values():
            one["state"] = "Failed"

    assert isinstance(outcome, Reject)
    assert len(phone.taken) == android_gateway.MOST_NAMES


@pytest.mark.parametrize("name", ["", "x" * 22, "hienke", "é" * 32 + "-2", "a" * 32 + "-x"])
def test_a_name_that_is_none_of_ours_leads_nowhere(name):
    assert ref_of(name) == ""


@pytest.mark.parametrize(
    ("status", "headers", "outcome"),
    [
        (400, {}, Reject("400")),
        (413, {}, Reject("413")),
        (429, {}, Retry("429")),
        (429, {"Retry_After": "600"}, Retry("429", after=600_000)),
        (429, {"Retry_After": "soon"}, Retry("429")),
        (500, {}, Retry("500")),
        (503, {"Retry_After": "60"}, Retry("503", after=60_000)),
        (401, {}, Retry("401", is_channel_down=True)),
        (403, {}, Retry("403", is_channel_down=True)),
        (404, {}, Retry("404", is_channel_down=True)),
        (302, {"Location": "http://127.0.0.1:9/"}, Retry("302", is_channel_down=True)),
    ],
)
def test_every_refusal_has_its_class(phone, gateway, status, headers, outcome):
    phone.answers["/messages"] = (status, headers, "<h1>No</h1>")

    assert gateway.send(MAN, "Da nhan", REF) == outcome


def test_a_wrong_login_means_that_nothing_will_go(phone):
    outcome = through(phone.address, password="falsch").send(MAN, "Da nhan", REF)

    assert outcome == Retry("401", is_channel_down=True)


@pytest.mark.parametrize("body", ["<html>ok</html>", "", "[]", "{}", "null", '{"id": "x"}'])
def test_an_answer_that_cannot_be_read_is_unknown(phone, gateway, body):
    phone.answers["/messages"] = (200, {}, body)

    assert isinstance(gateway.send(MAN, "Da nhan", REF), Unknown)


def test_a_line_cut_after_the_message_was_taken_is_unknown(phone, gateway):
    phone.answers["/messages"] = "cut"

    assert isinstance(gateway.send(MAN, "Da nhan", REF), Unknown)
    assert phone.sent() == ["Da nhan"]


def test_silence_is_unknown(phone, gateway, monkeypatch):
    monkeypatch.setattr(android_gateway, "TIMEOUT_SECONDS", 0.3)
    phone.answers["/messages"] = "hang"

    assert isinstance(gateway.send(MAN, "Da nhan", REF), Unknown)


def test_a_phone_that_is_not_there_is_tried_again():
    assert isinstance(through("http://127.0.0.1:9").send(MAN, "Da nhan", REF), Retry)
    assert isinstance(through("http://phone.invalid").send(MAN, "Da nhan", REF), Retry)


def test_a_look_up_finds_the_newest_try(phone, gateway):
    gateway.send(MAN, "Da nhan", REF)
    phone.taken[REF] |= {"state": "Failed", "recipients": [{"error": NO_SERVICE}]}
    again = gateway.send(MAN, "Da nhan", REF)

    found = gateway.look_up(MAN, "Da nhan", 0, REF)

    assert found == [again, Reject(NO_SERVICE[:80])]
    assert gateway.look_up(MAN, "Da nhan", 0, "another") == []


@pytest.mark.parametrize("body", ["", "[]", '{"state": "Teleported"}'])
def test_a_look_up_that_cannot_be_read_says_so(phone, gateway, body):
    phone.answers[f"/messages/{REF}"] = (200, {}, body)

    with pytest.raises(LookUpFailed):
        gateway.look_up(MAN, "Da nhan", 0, REF)


def test_a_look_up_nobody_answers_says_so():
    with pytest.raises(LookUpFailed):
        through("http://127.0.0.1:9").look_up(MAN, "Da nhan", 0, REF)


def test_a_message_the_phone_only_keeps_is_not_called_sent(db, text, outbox, phone):
    text("HD")

    outbox.send_one(db, at=clock.now())

    assert (the_one(db).state, the_one(db).gateway_id) == ("sending", the_one(db).id)
    report(db, "on_its_way", the_one(db).id)
    assert the_one(db).state == "sent"
    report(db, "delivered", the_one(db).id)
    assert the_one(db).state == "delivered"


@pytest.mark.parametrize(
    ("on_the_phone", "state"),
    [("Sent", "sent"), ("Delivered", "delivered"), ("Failed", "failed"), ("Processed", "sending")],
)
def test_a_message_nobody_reported_is_asked_about(db, text, outbox, phone, on_the_phone, state):
    text("HD")
    outbox.send_one(db, at=clock.now())
    phone.taken[the_one(db).id]["state"] = on_the_phone

    outbox.explain(db, at=clock.now() + REPORT_WITHIN - clock.MINUTE)
    assert the_one(db).state == "sending"
    outbox.explain(db, at=clock.now() + REPORT_WITHIN + clock.MINUTE)

    assert the_one(db).state == state
    assert len(phone.taken) == 1


def test_processed_that_sticks_is_unknown_in_the_end_and_never_sent_again(db, text, outbox, phone):
    text("HD")
    at = clock.now()
    outbox.send_one(db, at=at)
    phone.taken[the_one(db).id]["state"] = "Processed"

    for quarter in range(1, 200):
        outbox.explain(db, at=at + quarter * 15 * clock.MINUTE)
        outbox.send_one(db, at=at + quarter * 15 * clock.MINUTE)

    assert the_one(db).state == "unknown"
    assert len(phone.taken) == 1


@pytest.mark.parametrize("fault", ["cut", (200, {}, "<html>"), (200, {}, "{}")])
def test_a_message_whose_answer_was_lost_goes_once(db, text, outbox, phone, fault):
    text("HD")
    phone.answers["/messages"] = fault
    outbox.send_one(db, at=clock.now())
    unknown = the_one(db)
    del phone.answers["/messages"]

    outbox.explain(db, at=unknown.changed_at + LOOK_UP_AFTER)
    while outbox.send_one(db, at=unknown.changed_at + LOOK_UP_AFTER):
        pass

    assert unknown.state == "unknown"
    assert the_one(db).state == "sending"
    assert len(phone.taken) == 1


def test_a_worker_that_died_after_handing_over_does_not_double(db, text, outbox, phone):
    (queued,) = text("HD")
    sending.claim(db, at=clock.now(), lease=clock.now() + LEASE)
    sending.note_text(db, queued.id, "Da nhan", "android", at=clock.now())
    outbox.gateway.send(MAN, "Da nhan", queued.id)

    later = clock.now() + LEASE + clock.MINUTE
    outbox.explain(db, at=later)
    while outbox.send_one(db, at=later):
        pass

    assert the_one(db).state == "sending"
    assert phone.sent() == ["Da nhan"]


def test_a_worker_that_died_before_handing_over_leaves_it_to_the_next(db, text, outbox, phone):
    (queued,) = text("HD")
    sending.claim(db, at=clock.now(), lease=clock.now() + LEASE)
    sending.note_text(db, queued.id, "Da nhan", "android", at=clock.now())

    later = clock.now() + LEASE + clock.MINUTE
    outbox.explain(db, at=later)
    outbox.send_one(db, at=later)

    assert len(phone.taken) == 1


def test_a_phone_that_is_away_for_an_hour_gets_it_afterwards(db, text, outbox, phone):
    text("HD")
    phone.answers["/messages"] = (503, {}, "<h1>Unavailable</h1>")
    for _ in RETRIES[:-1]:
        outbox.send_one(db, at=the_one(db).due_at)
    del phone.answers["/messages"]

    outbox.send_one(db, at=the_one(db).due_at)

    assert the_one(db).state == "sending"
    assert len(phone.taken) == 1


def test_a_wrong_login_rests_the_channel_and_is_told(db, text, outbox, phone):
    text("HD")
    phone.answers["/messages"] = (401, {}, "")

    outbox.send_one(db, at=clock.now())

    assert the_one(db).state == "queued"
    assert not outbox.send_one(db, at=clock.now())
    assert gateway_health.health(db, "android").fault == "401"


def test_no_network_for_the_moment_is_tried_again_under_another_name(db, text, outbox, phone):
    text("HD")
    outbox.send_one(db, at=clock.now())
    first = the_one(db).gateway_id
    phone.taken[first]["state"] = "Failed"

    report(db, "failed", first, error=NO_SERVICE, may_try_again=True)
    waiting = the_one(db)
    outbox.send_one(db, at=waiting.due_at)
    report(db, "failed", first, error=NO_SERVICE, may_try_again=True)

    assert (waiting.state, waiting.due_at - waiting.changed_at) == ("queued", clock.MINUTE)
    assert the_one(db).state == "sending"
    assert the_one(db).gateway_id != first
    assert len(phone.taken) == 2


def test_a_part_that_failed_overrides_another_that_was_delivered(db, text, outbox, phone):
    text("HD")
    outbox.send_one(db, at=clock.now())
    name = the_one(db).gateway_id

    for state in ("delivered", "delivered", "failed", "delivered"):
        report(db, state, name, error=NO_SERVICE, may_try_again=True)

    assert (the_one(db).state, the_one(db).error) == ("failed", NO_SERVICE)


def test_a_long_text_of_which_a_part_failed_is_not_sent_again(db, text, outbox, phone):
    text("HD")
    outbox.send_one(db, at=clock.now())
    db.write("UPDATE outbox SET text = :text", text="x" * 200)

    report(db, "failed", the_one(db).gateway_id, error=NO_SERVICE, may_try_again=True)

    assert the_one(db).state == "failed"


def test_a_clock_that_jumps_two_years_doubles_nothing(db, text, outbox, phone):
    text("HD")
    outbox.send_one(db, at=clock.now())

    for years in (2, -2):
        outbox.explain(db, at=clock.now() + years * 365 * clock.DAY)
        outbox.send_one(db, at=clock.now() + years * 365 * clock.DAY)

    assert len(phone.taken) == 1


def test_only_the_configured_host_is_spoken_to(phone, gateway):
    phone.answers["/messages"] = (307, {"Location": "http://127.0.0.1:9/messages"}, "")

    assert gateway.send(MAN, "Da nhan", REF) == Retry("307", is_channel_down=True)
    assert urlsplit(phone.address).hostname == "127.0.0.1"
