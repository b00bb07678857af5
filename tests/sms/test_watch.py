"""The phone is asked how it is: silence is told once, and what was missed is asked for."""

import logging
import threading
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from shared.domain import clock
from shared.runtime.android import EVENTS
from shared.settings import from_mapping
from shared.store.messages import gateway_health
from shared.store.messages.gateway_health import SILENT_AFTER
from sms.gateways.android import Android
from sms.watch import FIRST, MOST, OVERLAP, Watch
from tests.sms.fake_phone import FakePhone, fake_phone
from tests.sms.test_android_sending import KEYS, through

URL = "https://sms.xa.example.vn/android"
NOW = 1_773_630_000_000  # 2026-03-16, ten in the morning
UTC = ZoneInfo("UTC")
REFRESH, EXPORT = "/inbox/refresh", "/messages/inbox/export"


@pytest.fixture
def phone() -> Iterator[FakePhone]:
    with fake_phone() as running:
        yield running


@pytest.fixture
def watch(phone) -> Watch:
    return Watch(through(phone.address), URL)


def asked_since(phone, road=REFRESH):
    return [body["since"] for body in phone.bodies(road)]


def iso(at):
    return clock.iso(at, UTC)


def state(db, at):
    return gateway_health.health(db, "android").state(at)


def test_a_phone_that_answers_is_well(db, watch):
    watch.look(db, at=NOW)

    assert gateway_health.health(db, "android").heard_at == NOW
    assert state(db, NOW) == "well"


def test_it_is_told_once_where_to_call_for_each_event(db, phone, watch):
    for minute in range(3):
        watch.look(db, at=NOW + minute * clock.MINUTE)
    Watch(watch.phone, URL).look(db, at=NOW)

    assert [one["event"] for one in phone.webhooks] == list(EVENTS)
    assert {one["url"] for one in phone.webhooks} == {URL}
    assert len(phone.bodies("/webhooks")) == len(EVENTS)


def test_a_new_address_takes_the_place_of_the_old_one(db, phone, watch):
    watch.look(db, at=NOW)

    Watch(watch.phone, "https://hienke.xa.example.vn/android").look(db, at=NOW)

    assert {one["url"] for one in phone.webhooks} == {"https://hienke.xa.example.vn/android"}
    assert len(phone.webhooks) == len(EVENTS)


def test_an_older_app_that_does_not_know_an_event_is_told_the_others(db, phone, watch, monkeypatch):
    do = phone.do

    def refuse_mms(method, road, body):
        if road == "/webhooks" and body and body["event"].startswith("mms:"):
            return 400, {"message": "Unsupported event"}
        return do(method, road, body)

    monkeypatch.setattr(phone, "do", refuse_mms)
    watch.look(db, at=NOW)

    assert state(db, NOW) == "well"
    assert len(phone.webhooks) == len(EVENTS) - 2


def test_an_address_the_app_refuses_is_told_as_such(db, phone):
    Watch(through(phone.address), "http://192.168.1.5/android").look(db, at=NOW)

    assert gateway_health.health(db, "android").fault == "public_url is not https"
    assert phone.webhooks == []


def test_a_phone_that_only_sends_is_not_told_where_to_call(db, phone):
    Watch(through(phone.address), "").look(db, at=NOW)

    assert phone.webhooks == [] and phone.bodies(REFRESH) == []
    assert state(db, NOW) == "well"


def test_after_a_start_it_is_asked_for_what_came_since_it_was_last_heard(db, phone, watch):
    gateway_health.heard(db, "android", at=NOW - 3 * clock.HOUR)

    watch.look(db, at=NOW)
    watch.look(db, at=NOW + 2 * clock.MINUTE)

    (asked,) = phone.bodies(REFRESH)
    assert asked["since"].startswith(iso(NOW - 3 * clock.HOUR - OVERLAP)[:19])
    assert asked["until"].startswith(iso(NOW)[:19])
    assert (asked["triggerWebhooks"], asked["messageTypes"]) == (True, ["SMS", "MMS"])


@pytest.mark.parametrize("heard", [None, NOW - MOST - 1, NOW + 2 * 365 * clock.DAY])
def test_where_nothing_certain_is_known_a_day_is_asked_for(db, phone, watch, heard):
    if heard is not None:
        gateway_health.heard(db, "android", at=heard)

    watch.look(db, at=NOW)

    assert asked_since(phone)[0].startswith(iso(NOW - FIRST - OVERLAP)[:19])
    assert state(db, NOW) == "well"


def test_after_a_silence_it_is_asked_once_for_all_of_it(db, phone, watch):
    watch.look(db, at=NOW)
    phone.asked.clear()
    phone.answers["/health"] = (500, {}, "")
    for minute in range(2, 60, 2):
        watch.look(db, at=NOW + minute * clock.MINUTE)
    del phone.answers["/health"]

    watch.look(db, at=NOW + clock.HOUR)
    watch.look(db, at=NOW + clock.HOUR + 1)

    (since,) = asked_since(phone)
    assert since.startswith(iso(NOW - OVERLAP)[:19])


def test_after_a_short_absence_it_is_asked_too(db, phone, watch):
    watch.look(db, at=NOW)
    phone.asked.clear()
    phone.answers["/health"] = (500, {}, "")
    watch.look(db, at=NOW + 2 * clock.MINUTE)
    del phone.answers["/health"]

    watch.look(db, at=NOW + 4 * clock.MINUTE)

    assert asked_since(phone)[0].startswith(iso(NOW - OVERLAP)[:19])


def test_a_phone_behind_the_cloud_is_asked_once_it_is_back(db, phone):
    watch = Watch(through(phone.cloud), URL)
    phone.last_seen = iso(NOW)
    watch.look(db, at=NOW)
    phone.asked.clear()
    for minute in range(2, 60, 2):
        watch.look(db, at=NOW + minute * clock.MINUTE)
    nobody_there = asked_since(phone)
    phone.last_seen = iso(NOW + clock.HOUR)

    watch.look(db, at=NOW + clock.HOUR)

    assert nobody_there == []
    assert asked_since(phone)[0].startswith(iso(NOW - OVERLAP)[:19])


def test_a_fault_while_asking_is_made_good_the_next_time(db, phone, watch):
    phone.answers[REFRESH] = (500, {}, "")
    watch.look(db, at=NOW)
    phone.asked.clear()
    del phone.answers[REFRESH]

    watch.look(db, at=NOW + clock.MINUTE)

    assert asked_since(phone)[0].startswith(iso(NOW - FIRST - OVERLAP)[:19])


@pytest.mark.parametrize("status", [404, 405, 501])
def test_an_older_app_is_asked_by_its_older_road(db, phone, watch, status):
    phone.answers[REFRESH] = (status, {}, "")

    watch.look(db, at=NOW)

    assert len(asked_since(phone, EXPORT)) == 1
    assert state(db, NOW) == "well"


@pytest.mark.parametrize(
    ("road", "answer", "fault"),
    [
        ("/health", (500, {}, "<h1>no</h1>"), "500"),
        (
            "/health",
            (500, {}, '{"checks": {"battery:level": {"status": "fail", "observedValue": 4}}}'),
            "battery:level 4",
        ),
        ("/device", (401, {}, ""), "401"),
        ("/device", (200, {}, "[]"), "no phone"),
        ("/device", (200, {}, "<html>"), "no phone"),
        ("/webhooks", (403, {}, ""), "403"),
    ],
)
def test_what_is_wrong_with_the_phone_is_noted(db, phone, watch, road, answer, fault):
    phone.answers[road] = answer

    watch.look(db, at=NOW)

    assert gateway_health.health(db, "android").fault == fault


def test_a_wrong_login_is_noted(db, phone):
    Watch(through(phone.address, password="falsch"), URL).look(db, at=NOW)

    assert gateway_health.health(db, "android").fault == "401"
    assert state(db, NOW) == "failing"


def test_behind_the_cloud_it_is_the_phones_last_visit_that_counts(db, phone):
    phone.last_seen = "2026-03-16T02:50:00.000Z"
    watch = Watch(through(phone.cloud), URL)

    watch.look(db, at=NOW)

    assert (
        clock.iso(gateway_health.health(db, "android").heard_at, UTC) == "2026-03-16T02:50:00+00:00"
    )
    assert state(db, NOW + SILENT_AFTER) == "silent"


@pytest.mark.parametrize("seen", ["", "soon", "2026-03-16T02:50:00"])
def test_behind_the_cloud_a_phone_that_was_never_seen_is_not_called_well(db, phone, seen):
    phone.last_seen = seen

    Watch(through(phone.cloud), URL).look(db, at=NOW)

    assert gateway_health.health(db, "android").heard_at is None
    assert state(db, NOW) == "failing"


def test_silence_is_told_once_and_its_end_too(db, phone, watch, caplog):
    caplog.set_level(logging.INFO, "hienke.sms")
    watch.look(db, at=NOW)
    watch.phone = Android(from_mapping({"android": {**KEYS, "url": "http://127.0.0.1:9"}}).android)
    for minute in range(2, 40, 2):
        watch.look(db, at=NOW + minute * clock.MINUTE)
    watch.phone = through(phone.address)
    watch.look(db, at=NOW + clock.HOUR)

    said = [one.message.split()[0] for one in caplog.records if "gateway=android" in one.message]
    assert said.count("gateway_silent") == said.count("gateway_back") == 1
    assert said.index("gateway_silent") < said.index("gateway_back")


def test_a_phone_that_calls_by_itself_is_not_silent(db, phone, watch):
    phone.answers["/health"] = (500, {}, "")
    watch.look(db, at=NOW)

    gateway_health.heard(db, "android", at=NOW + 1)

    assert state(db, NOW + 2) == "well"


def test_the_watch_goes_on_until_it_is_told_to_stop(instance, db, phone, watch):
    stopping = threading.Event()
    worker = threading.Thread(target=watch.chore(instance), args=(stopping,))
    worker.start()
    while len(phone.webhooks) < len(EVENTS):
        assert worker.is_alive()
        threading.Event().wait(0.01)
    stopping.set()
    worker.join(30)

    assert not worker.is_alive()
