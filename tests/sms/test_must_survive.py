"""A burst, a provider that is down, a clock that jumps, a process that is killed, two machines
that thank each other: nothing is lost, nothing doubles, and it ends."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from twilio.request_validator import RequestValidator

from shared.domain import clock
from shared.settings import from_mapping
from shared.store.messages import threads
from shared.texts.sms_text import office_blanks
from sms import inbound
from sms.gateways.twilio import Twilio
from sms.outbox import LEASE, LOOK_UP_AFTER, Outbox
from tests.ports import free_port
from tests.serving import wait_until
from tests.sms.conftest import MAN, with_settings
from tests.sms.fake_twilio import SID, fake_twilio

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
URL = "https://sms.xa.example.vn"
TWO_YEARS = 730 * clock.DAY
PAGE = (500, {"Content-Type": "text/html"}, "<html><h1>Internal Server Error</h1></html>")
SECTION = {"account_sid": "AC" + "0" * 32, "auth_token": "12345", "from": "CAICACH"}


@pytest.fixture
def fake():
    with fake_twilio() as running:
        yield running


@pytest.fixture
def settings(fake):
    return from_mapping(
        {
            "office": {"sms_number": "0901234567", "public_url": URL},
            "twilio": {**SECTION, "api_url": fake.url},
            "sms": {"gateway": "twilio", "quiet_from": "00:00", "quiet_to": "00:00"},
        }
    )


@pytest.fixture
def outbox(settings):
    return Outbox(Twilio(settings.twilio, URL), settings, office_blanks(settings, URL))


@pytest.fixture
def time(monkeypatch):
    """The clock of the whole program, as a test sets it."""

    class Time:
        at = clock.now()

    monkeypatch.setattr(clock, "now", lambda: Time.at)
    return Time


def the_one(db):
    (message,) = threads.between(db, MAN)[1]
    return message


def test_three_hundred_in_a_minute_are_each_kept_and_receipted_once(client, db, desk):
    for number in range(300):
        form = {
            "MessageSid": f"SM{number:032x}",
            "From": f"+84912{number:06}",
            "Body": f"SK thêm ghế số {number} cho người già",
        }
        signature = RequestValidator("12345").compute_signature(URL + "/twilio/sms", form)
        answer = client.post("/twilio/sms", data=form, headers={"X-Twilio-Signature": signature})
        assert answer.status_code == 200

    while inbound.handle_waiting(db, desk):
        pass

    assert db.row("SELECT count(*), count(DISTINCT code) FROM proposal") == (300, 300)
    told = db.rows("SELECT text_key, count(*), count(DISTINCT phone) FROM outbox GROUP BY 1")
    assert sorted(told) == [("privacy_first", 300, 300), ("receipt", 300, 300)]


def test_three_hundred_of_one_telephone_are_all_kept_and_few_are_answered(db, desk, arrive):
    for number in range(300):
        arrive(f"SK thêm ghế số {number} cho người già")
    while inbound.handle_waiting(db, desk):
        pass

    assert db.row("SELECT count(*) FROM proposal") == (300,)
    answered = Counter(one.text_key for one in threads.between(db, MAN, 1000)[1])
    assert answered["receipt"] == desk.settings.limits.replies_per_hour
    assert answered["rate_limited"] == 1


def test_a_provider_that_is_down_for_an_hour_costs_nobody_the_answer(db, text, fake, outbox, time):
    began = time.at
    text("HD")
    fake.answer = PAGE

    while the_one(db).state == "queued":
        time.at = max(time.at, the_one(db).due_at)
        if time.at > began + clock.HOUR:
            fake.answer = None
        outbox.send_one(db, at=time.at)

    assert the_one(db).state == "sent"
    assert time.at < began + 2 * clock.HOUR


@pytest.mark.parametrize(
    ("answer", "least_wait"),
    [
        ((429, {"Retry-After": "600"}, json.dumps({"code": 20429, "status": 429})), 600_000),
        ((429, {}, json.dumps({"code": 20429, "status": 429})), clock.MINUTE),
        (PAGE, clock.MINUTE),
    ],
)
def test_what_was_surely_not_taken_goes_once_more(db, text, fake, outbox, time, answer, least_wait):
    text("HD")
    fake.answer = answer
    outbox.send_one(db, at=time.at)
    queued = the_one(db)
    fake.answer = None

    assert queued.due_at - time.at == least_wait
    assert not outbox.send_one(db, at=queued.due_at - 1)
    outbox.send_one(db, at=queued.due_at)

    assert (the_one(db).state, len(fake.sent)) == ("sent", 2)


@pytest.mark.parametrize("answer", ["cut", (200, {}, "garbage"), (200, {}, "{}")])
def test_what_may_have_been_taken_is_looked_up_and_not_doubled(
    db, text, fake, outbox, time, answer
):
    text("HD")
    fake.answer = answer
    outbox.send_one(db, at=time.at)
    assert the_one(db).state == "unknown"
    fake.took(MAN, the_one(db).text)
    fake.answer = None

    time.at += LOOK_UP_AFTER
    outbox.explain(db, at=time.at)
    outbox.send_one(db, at=time.at)

    assert (the_one(db).state, the_one(db).gateway_id, len(fake.sent)) == ("sent", SID, 1)


@pytest.mark.parametrize("jump", [TWO_YEARS, -TWO_YEARS])
def test_a_clock_that_jumps_while_an_answer_waits_does_not_hold_it_back(
    db, text, outbox, time, jump
):
    time.at += jump
    text("HD")
    time.at -= jump

    outbox.send_one(db, at=time.at)

    assert the_one(db).state == "sent"


def test_a_clock_that_ran_ahead_silences_nobody_afterwards(db, desk, arrive, time):
    desk = with_settings(desk, replies_per_hour=2)
    time.at += TWO_YEARS
    for number in range(4):
        arrive(f"SK thêm ghế số {number} cho người già")
    inbound.handle_waiting(db, desk)
    time.at -= TWO_YEARS

    arrive("HD")
    inbound.handle_waiting(db, desk)

    assert "help" in [one.text_key for one in threads.between(db, MAN)[1]]


def test_a_question_asked_under_a_clock_ahead_is_not_open_for_two_years(db, text, time):
    time.at += TWO_YEARS
    text("SK đi chứng thực phải chờ lâu quá")
    time.at -= TWO_YEARS

    (receipt, *_) = text("Đường vào ấp 3 nên có đèn")

    assert receipt.text_key == "receipt_no_word"


@pytest.mark.parametrize(
    ("sent_under", "looked_up_under"),
    [(TWO_YEARS, 0), (-TWO_YEARS, 0), (TWO_YEARS, TWO_YEARS), (0, TWO_YEARS), (0, -TWO_YEARS)],
)
def test_a_clock_that_jumps_after_an_unknown_outcome_doubles_nothing(
    db, text, fake, outbox, time, sent_under, looked_up_under
):
    true = time.at
    time.at = true + sent_under
    text("HD")
    fake.answer = "cut"
    outbox.send_one(db, at=time.at)
    fake.took(MAN, the_one(db).text)
    fake.answer = None

    time.at = true + looked_up_under + LOOK_UP_AFTER
    outbox.explain(db, at=time.at)
    outbox.send_one(db, at=time.at)

    assert the_one(db).state in ("sent", "unknown")
    assert len(fake.sent) == 1


def test_a_worker_killed_between_sending_and_writing_down_doubles_nothing(
    db, instance, text, fake, outbox
):
    text("HD")
    fake.answer = "hang"
    program = subprocess.Popen(
        [sys.executable, "-m", "sms", "--listen", f"127.0.0.1:{free_port()}"],
        cwd=ROOT,
        env={
            **os.environ,
            "HIENKE_INSTANCE": str(instance.folder),
            "HIENKE_OFFICE_PUBLIC_URL": URL,
            "HIENKE_SMS_GATEWAY": "twilio",
            "HIENKE_TWILIO_ACCOUNT_SID": SECTION["account_sid"],
            "HIENKE_TWILIO_AUTH_TOKEN": SECTION["auth_token"],
            "HIENKE_TWILIO_FROM": SECTION["from"],
            "HIENKE_TWILIO_API_URL": fake.url,
        },
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: bool(fake.sent) or program.poll() is not None)
        program.send_signal(signal.SIGKILL)
    finally:
        program.kill()
        program.wait()
    assert the_one(db).state == "sending"
    fake.took(MAN, the_one(db).text)
    fake.answer = None

    later = clock.now() + LEASE + clock.MINUTE
    outbox.explain(db, at=later)
    outbox.send_one(db, at=later)

    assert (the_one(db).state, the_one(db).gateway_id) == ("sent", SID)
    assert [form["To"] for form in fake.sent] == [MAN]


def test_two_machines_that_thank_each_other_fall_silent(db, text, caplog):
    answers = [bool(text("May nay da nhan duoc tin cua quy vi roi nhe")) for _ in range(5)]

    assert answers == [True, True, True, False, False]
    assert "same_text_again" in caplog.text


def test_a_machine_that_never_repeats_itself_falls_silent_too(db, text, desk, caplog):
    for number in range(40):
        text(f"Tin nhan tu dong so {number} cua cua hang chung toi")

    keys = [one.text_key for one in threads.between(db, MAN, 1000)[1]]
    count = db.row("SELECT count(DISTINCT message_in_id) FROM outbox")[0]
    assert count <= desk.settings.limits.replies_per_hour + 1
    assert keys.count("rate_limited") == 1
    assert "replies_over_limit" in caplog.text
