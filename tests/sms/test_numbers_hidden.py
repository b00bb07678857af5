"""What the gateways bring of a telephone number stands in no file of the instance in plain, and
every question that goes by the number is still answered."""

import logging

import pytest
from werkzeug.datastructures import MultiDict

from shared.domain import clock
from shared.store.cases import authors
from shared.store.messages import (
    call_backs,
    inbox,
    loop_alarms,
    opt_outs,
    outgoing,
    sms_list,
    threads,
)
from shared.workflows.verify import verify
from sms import calls, inbound
from sms.gateways import Reject, android_events
from sms.gateways.android import reason_of
from sms.gateways.twilio_webhooks import read_message
from sms.outbox import Outbox
from tests import residue
from tests.sms.conftest import HOA

NUMBER = HOA
SPELLED = residue.spellings("987654321")


def left_over(db, site):
    residue.at_rest(db)
    return residue.where(site.instance.folder, *SPELLED)


def test_no_number_of_an_sms_stands_in_a_file(db, site, text, outbox, caplog):
    caplog.set_level(logging.INFO)
    kept = text("SK cho bà con hẹn giờ chứng thực", NUMBER)
    code = kept[0].blanks["ma"]
    for words in (f"DY {code}", f"BS {code} thêm một ý", "GOI", "TUCHOI", "NHAN", f"TT {code}"):
        text(words, NUMBER)
    while outbox.send_one(db, at=clock.now()):
        pass

    assert authors.of(db, kept[0].proposal_id).phone == NUMBER
    assert [one.phone for one in call_backs.waiting(db, now=clock.now())] == [NUMBER]
    assert len(threads.between(db, NUMBER)[0]) == 7
    listed = sms_list.page(db, sms_list.SmsFilter("an", number=NUMBER)).lines
    assert listed and {one.phone for one in listed} == {NUMBER}
    assert left_over(db, site) == []
    assert not any(spelled in caplog.text for spelled in SPELLED)
    assert verify(db, site.instance.media).damage == ()


def test_no_number_of_a_machine_that_repeats_itself_stands_in_a_file(db, site, text):
    for _ in range(6):
        text("SK tin nhắn này gửi hoài", NUMBER)

    assert {one.phone for one in loop_alarms.unseen(db)} == {NUMBER}
    assert left_over(db, site) == []


@pytest.mark.parametrize("sender", ["+84987654321", "84987654321", "0987654321", "0987 654 321"])
def test_no_number_of_a_gateways_own_words_stands_in_a_file(db, site, desk, sender):
    form = MultiDict({"MessageSid": "SM1", "From": sender, "Body": "SK hẹn giờ chứng thực"})
    payload = {
        "messageId": "m", "message": "SK mở cửa thứ bảy cho công nhân", "sender": sender,
        "phoneNumber": sender, "receivedAt": "2026-03-16T09:12:44.000+07:00",
    }  # fmt: skip
    event = android_events.PhoneEvent("sms:received", "phone-1", payload)
    brought = [
        read_message(form, at=clock.now()),
        android_events.read_message(event, lambda content: None, at=clock.now()),
    ]

    for one in brought:
        assert inbox.keep(db, one)
        assert not inbox.keep(db, one)
    inbound.handle_waiting(db, desk)

    assert {one.sender for one in threads.between(db, NUMBER)[0]} == {NUMBER}
    assert left_over(db, site) == []


def test_a_gateways_name_for_an_sms_is_no_way_to_guess_its_number(db, site):
    """It is a hash of the number, the words and the hour, and the words lie beside it."""
    payload = {"message": "SK hẹn giờ", "sender": NUMBER, "receivedAt": "2026-03-16T09:12:44Z"}
    event = android_events.PhoneEvent("sms:received", "phone-1", payload)

    inbox.keep(db, android_events.read_message(event, lambda content: None, at=1))

    residue.at_rest(db)
    assert residue.where(site.instance.folder, android_events.permanent_name(event)) == []


def test_no_number_of_a_call_stands_in_a_file(db, site, desk):
    given = {"CallSid": "CA" + "1" * 32, "From": NUMBER, "RecordingSid": "RE" + "a" * 32}
    call = calls.read_call(given)

    calls.begin(db, call, at=clock.now())
    kept = calls.hear(db, desk, call, at=clock.now())
    calls.end(db, desk, call, at=clock.now())

    assert authors.of(db, kept.id).phone == NUMBER
    assert left_over(db, site) == []


def test_no_number_that_a_gateway_complains_of_stands_in_a_file(db, site, text, settings, caplog):
    class Complaining:
        name = "android"

        def send(self, to, text, ref):
            body = {
                "recipients": [{"phoneNumber": to, "error": f"no route to {to} (0987 654 321)"}]
            }
            return Reject(reason_of(body), suppress=True)

    [answer, _] = text("SK cho bà con hẹn giờ chứng thực", NUMBER)
    Outbox(Complaining(), settings, {"cq": "UBND", "sdt": "0251", "dausms": "0901", "url": "u"}
           ).send_one(db, at=clock.now())  # fmt: skip

    assert outgoing.by_id(db, answer.id).state == "failed"
    assert opt_outs.has(db, NUMBER)
    assert left_over(db, site) == []
    assert not any(spelled in caplog.text for spelled in SPELLED)
