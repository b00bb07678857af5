"""The phone calls: only what it signed just now is taken, once, and what it reports leads nowhere
back."""

import base64
import hashlib
import hmac
import json
import threading

import pytest
from PIL import Image

from shared.domain import clock
from shared.files import media
from shared.settings import Settings, from_mapping
from shared.store.cases import proposals
from shared.store.files import attachments
from shared.store.messages import gateway_health, outgoing, sending, threads
from sms import inbound
from sms.fetching import Fetcher
from sms.gateways import android_events
from tests.sms.conftest import MAN, arrived

KEY = "abc12345"
RECEIVED = "2026-03-16T09:12:44.000+07:00"
SMS = {
    "messageId": "2f9a01cd",
    "message": "SK Đề nghị sửa đường 😀",
    "sender": MAN,
    "recipient": "+84901234567",
    "simNumber": 1,
    "receivedAt": RECEIVED,
}


@pytest.fixture
def settings() -> Settings:
    """An office that receives through its phone."""
    return from_mapping(
        {
            "office": {"sms_number": "0901234567", "public_url": "https://sms.xa.example.vn"},
            "android": {"signing_key": KEY},
            "limits": {"replies_per_hour": 100, "replies_per_day": 100},
        }
    )


def signature_of(body: bytes, timestamp: str, key: str = KEY) -> str:
    return hmac.new(key.encode(), body + timestamp.encode(), hashlib.sha256).hexdigest()


@pytest.fixture
def call(client):
    """`call(event, payload)` posts an event as the phone signs it."""

    def post(event, payload, *, key=KEY, seconds=0, body=None, **more):
        told = {
            "id": f"event-{clock.now()}", "webhookId": "hook", "event": event,
            "deviceId": "phone-1", "payload": payload, **more,
        }  # fmt: skip
        body = body if body is not None else json.dumps(told, ensure_ascii=False).encode()
        timestamp = str(clock.now() // 1000 + seconds)
        return client.post(
            "/android",
            data=body,
            headers={
                "X-Timestamp": timestamp,
                "X-Signature": signature_of(body, timestamp, key),
                "Content-Type": "application/json",
            },
        )

    return post


def test_the_vector_of_the_app_is_accepted():
    signature = "a1e0b39d996d0796e188bae8ebae6f5764800a0063adc902050ae5cc03b68464"

    def holds(body=b'{"a":1}', timestamp="1795449600", at=1795449600, key=KEY, given=signature):
        return android_events.signed(key, body, timestamp, given, at=at * 1000)

    assert holds() == holds(at=1795449900) == holds(given=signature.upper()) == "well"
    assert holds(at=1795449901) == holds(at=1795449600 - 301) == "late"
    assert (
        holds(body=b'{"a": 1}') == holds(key="abc12346") == holds(timestamp="1795449601") == "not"
    )
    assert holds(given="") == holds(given="chữ ký") == "not"


def test_a_message_is_kept_as_it_came(call, db):
    assert call("sms:received", SMS).status_code == 200

    (kept,) = arrived(db)
    assert (kept.text, kept.sender, kept.sender_kind) == (SMS["message"], MAN, "mobile")
    assert clock.iso(kept.sent_at, android_zone()) == "2026-03-16T09:12:44+07:00"
    assert json.loads(kept.raw)["payload"] == SMS


def android_zone():
    return Settings().office.zone


def test_the_same_message_told_again_is_one_with_one_receipt(call, db, desk):
    for _ in range(2):
        assert call("sms:received", SMS).status_code == 200
        inbound.handle_waiting(db, desk)
    call("sms:received", {**SMS, "receivedAt": "2026-03-16T02:12:44.000Z"})
    inbound.handle_waiting(db, desk)

    assert db.row("SELECT count(*) FROM message_in") == (1,)
    assert db.row("SELECT count(*) FROM proposal") == (1,)
    assert db.row("SELECT count(*) FROM outbox WHERE text_key = 'receipt'") == (1,)


def test_the_same_words_sent_again_are_two_messages(call, db):
    call("sms:received", SMS)
    call("sms:received", {**SMS, "receivedAt": "2026-03-16T09:13:44.000+07:00"})

    assert len(arrived(db)) == 2


@pytest.mark.parametrize(
    "other",
    [{"sender": "+84987654321"}, {"message": "SK khác hẳn với ý trước"}, {"messageId": "77"}],
)
def test_what_differs_in_anything_is_another_message(call, db, other):
    call("sms:received", SMS)
    call("sms:received", {**SMS, **other})

    assert len(arrived(db)) == 2


def test_two_phones_of_one_office_keep_their_messages_apart(call, db):
    call("sms:received", SMS)
    call("sms:received", SMS, deviceId="phone-2")

    assert len(arrived(db)) == 2


def test_twenty_deliveries_at_once_are_one_message(app, db):
    body = json.dumps({"event": "sms:received", "deviceId": "phone-1", "payload": SMS}).encode()
    timestamp = str(clock.now() // 1000)
    headers = {"X-Timestamp": timestamp, "X-Signature": signature_of(body, timestamp)}
    start, answers = threading.Barrier(20), []

    def deliver() -> None:
        client = app.test_client()
        start.wait()
        answers.append(client.post("/android", data=body, headers=headers).status_code)

    threads = [threading.Thread(target=deliver) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [200] * 20
    assert len(arrived(db)) == 1


@pytest.mark.parametrize("seconds", [-3600, -301, 302, 2 * 365 * 86400])
def test_what_was_signed_at_another_time_is_refused_and_the_clock_is_blamed(call, db, seconds):
    assert call("sms:received", SMS, seconds=seconds).status_code == 403

    assert arrived(db) == []
    assert gateway_health.health(db, "android").fault == "clock"


def test_another_key_is_refused_and_told_without_blaming_the_phone(call, db):
    assert call("sms:received", SMS, key="abc12346").status_code == 403

    assert arrived(db) == []
    assert gateway_health.health(db, gateway_health.ANDROID_EVENTS).fault == "signature"
    assert gateway_health.health(db, "android").state(clock.now()) == "never"


def test_the_bytes_are_signed_not_what_they_say(client, db):
    body = json.dumps({"event": "sms:received", "deviceId": "p", "payload": SMS}).encode()
    timestamp = str(clock.now() // 1000)
    again = json.dumps(json.loads(body), separators=(",", ":")).encode()

    answer = client.post(
        "/android",
        data=again,
        headers={"X-Timestamp": timestamp, "X-Signature": signature_of(body, timestamp)},
    )

    assert answer.status_code == 403
    assert arrived(db) == []


@pytest.mark.parametrize("headers", [{}, {"X-Signature": "x"}, {"X-Timestamp": "9" * 400}])
def test_what_is_not_signed_is_refused(client, headers):
    answer = client.post("/android", data=b"{}", headers=headers)

    assert (answer.status_code, answer.mimetype) == (403, "text/plain")


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"\xff", b'"text"', b"[" * 5000])
def test_signed_bytes_that_are_no_event_are_refused(call, db, body):
    assert call("", {}, body=body).status_code == 400
    assert arrived(db) == []


@pytest.mark.parametrize(
    "event",
    ["sms:batch:received", "mms:teleported", "", None, 5, "system:ping", "app:started"],
)
@pytest.mark.parametrize("payload", [{}, None, [], "x", {"simCards": []}])
def test_an_event_nobody_knows_is_answered_and_changes_nothing(call, db, event, payload):
    assert call(event, payload).status_code == 200
    assert arrived(db) == []


def test_each_event_is_a_sign_of_life(call, db):
    call("system:ping", {})

    assert gateway_health.health(db, "android").state(clock.now()) == "well"
    assert gateway_health.health(db, gateway_health.ANDROID_EVENTS).state(clock.now()) == "well"


def test_the_number_of_an_older_app_is_read(call, db):
    older = {name: value for name, value in SMS.items() if name not in ("sender", "recipient")}

    call("sms:received", {**older, "phoneNumber": "0912345678"})

    assert arrived(db)[0].sender == MAN


@pytest.mark.parametrize("missing", SMS)
@pytest.mark.parametrize("value", [None, {}, [], 7, True, "\ud800 "])
def test_a_broken_field_is_no_crash_and_nothing_is_lost(call, client, db, desk, missing, value):
    body = json.dumps(
        {"event": "sms:received", "deviceId": "phone-1", "payload": {**SMS, missing: value}}
    ).encode()

    assert call("", {}, body=body).status_code == 200
    inbound.handle_waiting(db, desk)

    assert db.row("SELECT count(*) FROM message_in WHERE state <> 'new'") == (1,)


@pytest.mark.parametrize(
    ("received", "counts"),
    [
        (RECEIVED, False),
        ("2026-03-16T09:12:44", False),
        ("1970-01-01T00:00:00.000Z", False),
        ("9999-12-31T23:59:59.999-12:00", False),
        ("yesterday", False),
        (None, True),
    ],
)
def test_a_phone_with_a_wrong_clock_does_not_move_the_day_of_receipt(
    call, db, desk, received, counts
):
    before = clock.now()
    at = clock.iso(before - clock.HOUR, android_zone()) if counts else received

    call("sms:received", {**SMS, "receivedAt": at})
    inbound.handle_waiting(db, desk)

    (kept,) = db.rows("SELECT received_at FROM proposal")[0]
    assert (kept < before) is counts


@pytest.mark.parametrize("sender", ["Viettel", "9029", "191", ""])
def test_a_short_code_or_a_name_is_set_aside_unanswered(call, db, desk, sender):
    call("sms:received", {**SMS, "sender": sender, "message": "Khuyen mai 50% hom nay"})
    inbound.handle_waiting(db, desk)

    assert db.row("SELECT state FROM message_in") == ("quarantined",)
    assert db.row("SELECT count(*) FROM outbox") == (0,)


def test_data_that_is_text_is_a_message_and_other_bytes_are_set_aside(call, db, desk):
    payload = {name: value for name, value in SMS.items() if name != "message"}
    for data in (b"SK them ghe cho nguoi gia", b"\x00\x01\xff", b"\x07"):
        call("sms:data-received", {**payload, "data": base64.b64encode(data).decode()})
        inbound.handle_waiting(db, desk)
    call("sms:data-received", {**payload, "data": "no base64", "messageId": "9"})
    inbound.handle_waiting(db, desk)

    states = db.rows("SELECT state, count(*) FROM message_in GROUP BY state ORDER BY state")
    assert states == [("done", 1), ("quarantined", 2)]


def a_picture(tmp_path) -> str:
    path = tmp_path / "picture.jpg"
    Image.new("RGB", (80, 60), "green").save(path)
    return base64.b64encode(path.read_bytes()).decode()


@pytest.fixture
def mms(tmp_path):
    """What the app tells of a downloaded MMS with a picture."""
    return {
        "messageId": "77", "sender": MAN, "recipient": None, "simNumber": 1,
        "body": "Đường vào ấp 3 chưa có đèn, tối đi không được", "subject": None,
        "attachments": [
            {"partId": 1, "contentType": "application/smil", "size": 9, "data": "eA=="},
            {"partId": 2, "contentType": "image/jpeg", "name": "a.jpg", "size": 9,
             "data": a_picture(tmp_path)},
        ],
        "receivedAt": RECEIVED,
    }  # fmt: skip


@pytest.fixture
def handle(db, desk, site):
    """Let what came be handled, its files too."""

    def do() -> None:
        inbound.handle_waiting(db, desk)
        fetcher = Fetcher(site.settings.twilio, site.instance.media)
        while fetcher.fetch_one(db, at=clock.now()):
            pass

    return do


def answers(db):
    return {one.text_key for one in threads.between(db, MAN)[1]}


def test_the_picture_of_an_mms_is_found_with_the_idea(call, db, handle, mms, site):
    assert call("mms:downloaded", mms).status_code == 200
    handle()

    ((proposal_id,),) = db.rows("SELECT id FROM proposal")
    (file,) = attachments.of_proposal(db, proposal_id)
    assert (file.kind, file.source) == ("image", "mms")
    assert media.is_whole(site.instance.media, file.sha256)
    assert answers(db) == {"ask_solution", "privacy_first"}
    assert "data" not in db.decrypt(db.row("SELECT raw FROM message_in")[0])


def test_an_mms_told_again_brings_its_picture_once(call, db, handle, mms, site):
    for _ in range(3):
        call("mms:downloaded", mms)
        handle()

    assert db.row("SELECT count(*) FROM attachment") == (1,)
    # As it was drawn anew; what the telephone wrote into it is gone for good.
    assert len([path for path in site.instance.media.rglob("*") if path.is_file()]) == 1


def test_a_picture_without_a_word_is_an_idea_for_a_person_to_write_down(call, db, handle, mms):
    call("mms:downloaded", {**mms, "body": None})
    handle()

    ((proposal_id,),) = db.rows("SELECT id FROM proposal")
    assert len(attachments.of_proposal(db, proposal_id)) == 1
    assert proposals.by_id(db, proposal_id).solution == ""
    assert "receipt_no_word" in answers(db)


@pytest.mark.parametrize("data", [None, "", "no base64!", base64.b64encode(b"no picture").decode()])
def test_a_file_that_cannot_be_read_is_told_and_the_idea_is_kept(call, db, handle, mms, data):
    mms["attachments"][1]["data"] = data

    call("mms:downloaded", mms)
    handle()

    assert db.row("SELECT count(*) FROM proposal") == (1,)
    assert "media_unsupported" in answers(db)


def test_an_mms_of_which_nothing_can_be_read_is_told_so(call, db, handle, mms):
    mms["attachments"][1]["data"] = base64.b64encode(b"no picture").decode()

    call("mms:downloaded", {**mms, "body": ""})
    handle()

    assert db.row("SELECT kind FROM attachment") == ("unreadable",)
    assert "media_unsupported" in answers(db)


def test_a_file_that_vanished_from_the_disk_is_told(call, db, handle, mms, site):
    call("mms:downloaded", mms)
    for path in site.instance.media.rglob("*"):
        if path.is_file():
            path.unlink()
    handle()

    assert db.row("SELECT state FROM media_download") == ("failed",)
    assert "media_unsupported" in answers(db)


def test_a_picture_that_comes_with_a_question_is_not_said_to_be_kept(call, db, handle, mms):
    call("mms:downloaded", {**mms, "body": "HD"})
    handle()

    assert answers(db) == {"help", "media_unsupported"}


def test_the_notice_of_an_mms_is_kept_and_not_answered(call, db, handle, mms):
    notice = {"messageId": "m-1", "sender": MAN, "transactionId": "t", "subject": "Kính gửi xã",
              "size": 30_000, "contentClass": "IMAGE_BASIC", "receivedAt": RECEIVED}  # fmt: skip

    call("mms:received", notice)
    handle()

    assert db.row("SELECT state, text FROM message_in") == ("quarantined", "Kính gửi xã")
    assert answers(db) == set()


def test_an_mms_of_two_megabytes_is_taken(call, db, mms):
    mms["attachments"][1]["data"] = base64.b64encode(b"x" * 2_000_000).decode()

    assert call("mms:downloaded", mms).status_code == 200
    assert len(arrived(db)) == 1


@pytest.mark.parametrize("attachments_given", [None, 5, {}, ["x", None], [{"data": 7}]])
def test_attachments_of_another_shape_are_no_crash(call, db, handle, mms, attachments_given):
    assert call("mms:downloaded", {**mms, "attachments": attachments_given}).status_code == 200
    handle()

    assert db.row("SELECT count(*) FROM proposal") == (1,)


@pytest.fixture
def a_taken(db, text):
    """An SMS the phone has taken."""
    (queued,) = text("HD")
    sending.claim(db, at=clock.now(), lease=clock.now() + clock.MINUTE)
    sending.note_text(db, queued.id, "Da nhan", "android", at=clock.now())
    sending.note_taken(db, queued.id, queued.id, at=clock.now(), lease=clock.now() + clock.HOUR)
    return queued


def fared(call, name, event, **payload):
    return call(event, {"messageId": name, "recipient": MAN, "simNumber": 1, **payload})


def test_reports_of_each_part_in_any_order_end_in_delivered(call, db, a_taken):
    for event in ("sms:delivered", "sms:sent", "sms:delivered", "sms:sent", "sms:delivered"):
        assert fared(call, a_taken.id, event, partsCount=3).status_code == 200

    assert outgoing.by_id(db, a_taken.id).state == "delivered"


def test_sent_is_the_networks_word(call, db, a_taken):
    assert outgoing.by_id(db, a_taken.id).state == "sending"

    fared(call, a_taken.id, "sms:sent", partsCount=1)

    assert outgoing.by_id(db, a_taken.id).state == "sent"


@pytest.mark.parametrize("before", ["sms:sent", "sms:delivered"])
def test_a_part_that_failed_is_told_whatever_came_before_or_after(call, db, a_taken, before):
    fared(call, a_taken.id, before)
    fared(call, a_taken.id, "sms:failed", reason="Delivery result from SC +84: 65")
    fared(call, a_taken.id, "sms:delivered")

    failed = outgoing.by_id(db, a_taken.id)
    assert (failed.state, failed.error) == ("failed", "Delivery result from SC +84: 65")


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        ("Send result: RESULT_ERROR_NO_SERVICE (Failed because …)", "queued"),
        ("Send result: RESULT_ERROR_RADIO_OFF (Failed because …)", "queued"),
        ("Send result: RESULT_ERROR_FDN_CHECK_FAILURE (Failed because …)", "failed"),
        ("Delivery result: 4", "failed"),
        ("TTL expired", "failed"),
        ("", "failed"),
    ],
)
def test_only_what_passes_is_tried_again(call, db, a_taken, reason, state):
    fared(call, a_taken.id, "sms:failed", reason=reason)

    assert outgoing.by_id(db, a_taken.id).state == state


def test_what_was_cancelled_on_the_phone_is_failed(call, db, a_taken):
    fared(call, a_taken.id, "sms:cancelled")

    failed = outgoing.by_id(db, a_taken.id)
    assert (failed.state, failed.error) == ("failed", "cancelled")


def test_a_report_faster_than_the_answer_finds_its_message(call, db, text):
    (queued,) = text("HD")
    sending.claim(db, at=clock.now(), lease=clock.now() + clock.MINUTE)
    sending.note_text(db, queued.id, "Da nhan", "android", at=clock.now())

    fared(call, queued.id, "sms:sent")

    assert outgoing.by_id(db, queued.id).state == "sent"


@pytest.mark.parametrize("name", ["", "x" * 500, "019a2b3c-4d5e-7f60-8a9b-0c1d2e3f4a5b", None, 7])
@pytest.mark.parametrize("event", ["sms:sent", "sms:delivered", "sms:failed", "sms:cancelled"])
def test_a_report_of_nothing_we_sent_is_swallowed(call, name, event):
    assert fared(call, name, event).status_code == 200


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)("/android").status_code == 405


def test_an_unknown_host_is_refused(client):
    assert client.post("/android", headers={"Host": "evil.example"}).status_code == 400


class TestWithoutAKey:
    @pytest.fixture
    def settings(self) -> Settings:
        return from_mapping({"office": {"public_url": "https://sms.xa.example.vn"}})

    def test_the_address_is_not_there(self, call):
        assert call("sms:received", SMS).status_code == 404
        assert call("sms:received", SMS, key="").status_code == 404
