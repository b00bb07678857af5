"""Twilio calls: only what it signed is taken, once, and its reports lead nowhere back."""

import base64
import threading

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import Headers, MultiDict

from shared.domain import clock
from shared.settings import Settings, from_mapping
from shared.store.messages import inbox, opt_outs, outgoing, sending
from sms import inbound
from sms.gateways.twilio_webhooks import is_signed
from tests.sms.conftest import MAN, arrived

TOKEN = "12345"
URL = "https://sms.xa.example.vn"
SID = "SM" + "a" * 32
FORM = {
    "MessageSid": SID,
    "AccountSid": "AC" + "0" * 32,
    "From": MAN,
    "To": "+15005550006",
    "Body": "SK Đề nghị sửa đường +%&=\n😀",
    "NumMedia": "0",
    "FromCity": "",
}


@pytest.fixture
def settings() -> Settings:
    """An office that sends and receives through Twilio."""
    return from_mapping(
        {
            "office": {"sms_number": "0901234567", "public_url": URL},
            "twilio": {"account_sid": "AC" + "0" * 32, "auth_token": TOKEN, "from": "CAICACH"},
            "sms": {"gateway": "twilio"},
        }
    )


@pytest.fixture
def call(client):
    """`call(path, form, **headers)` posts a form as Twilio signs it."""

    def post(path, form, *, base=URL, algorithm=None, **headers):
        signature = RequestValidator(TOKEN).compute_signature(base + path, form, algorithm)
        return client.post(path, data=form, headers={"X-Twilio-Signature": signature, **headers})

    return post


def test_the_published_vectors_are_accepted():
    form = MultiDict({
        "CallSid": "CA1234567890ABCDE", "Caller": "+14158675309", "Digits": "1234",
        "From": "+14158675309", "To": "+18005551212",
    })  # fmt: skip
    headers = Headers({"X-Twilio-Signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="})

    assert is_signed(TOKEN, "https://mycompany.com/myapp.php?foo=1&bar=2", form, headers)
    assert not is_signed("12346", "https://mycompany.com/myapp.php?foo=1&bar=2", form, headers)


@pytest.mark.parametrize(
    ("signature", "kind", "holds"),
    [
        ("ciReoZXBNlujacrEIen0JdZvsm0=", "", True),
        ("V5UJAbIl/fB62ve106+zXopKjQvIZROLFSg1CagMrzc=", "key=k,algorithm=HMAC_SHA256", True),
        ("V5UJAbIl/fB62ve106+zXopKjQvIZROLFSg1CagMrzc=", "", False),
        ("ciReoZXBNlujacrEIen0JdZvsm0=", "key=k,algorithm=HMAC_SHA256", False),
        ("ciReoZXBNlujacrEIen0JdZvsm0=", "key=k,algorithm=HMAC_MD5", False),
        ("", "", False),
        ("chữ ký", "", False),
    ],
)
def test_both_algorithms_are_told_apart(signature, kind, holds):
    form = MultiDict({
        "MessageSid": "SM" + "a" * 32, "AccountSid": "AC" + "0" * 32, "From": "+84912345678",
        "To": "+15005550006", "Body": "GY Đề nghị sửa đường", "NumMedia": "0", "NumSegments": "1",
    })  # fmt: skip
    headers = Headers({"X-Twilio-Signature": signature})
    if kind:
        headers["X-Twilio-Webhooks-Signature-Settings"] = kind

    assert is_signed(TOKEN, "https://sms.xa.example.vn/twilio/in", form, headers) is holds


def test_a_signed_message_is_kept_as_it_came(call, db):
    answer = call("/twilio/sms", FORM)

    assert (answer.status_code, answer.mimetype) == (200, "text/xml")
    assert answer.data.endswith(b"<Response/>")
    (kept,) = arrived(db)
    assert (kept.text, kept.sender, kept.state) == (FORM["Body"], MAN, "done")


def test_a_message_delivered_twice_is_kept_once(call, db):
    for _ in range(3):
        assert call("/twilio/sms", FORM).status_code == 200

    assert len(arrived(db)) == 1


def test_twenty_deliveries_at_once_make_one_idea_and_one_receipt(app, db, desk):
    signature = RequestValidator(TOKEN).compute_signature(URL + "/twilio/sms", FORM)
    start, answers = threading.Barrier(20), []

    def deliver() -> None:
        client = app.test_client()
        start.wait()
        answer = client.post("/twilio/sms", data=FORM, headers={"X-Twilio-Signature": signature})
        answers.append(answer.status_code)

    threads = [threading.Thread(target=deliver) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    inbound.handle_waiting(db, desk)

    assert answers == [200] * 20
    assert db.row("SELECT count(*) FROM proposal") == (1,)
    assert db.row("SELECT count(*) FROM outbox WHERE text_key = 'receipt'") == (1,)


@pytest.mark.parametrize(
    "signature",
    [None, "", "x", "RSOYDt4T1cUTdK1PDd93/VVr8B8=", "chữ ký".encode().decode("latin-1")],
)
@pytest.mark.parametrize("path", ["/twilio/sms", "/twilio/status"])
def test_what_twilio_did_not_sign_is_refused(client, db, path, signature):
    headers = {} if signature is None else {"X-Twilio-Signature": signature}

    assert client.post(path, data=FORM, headers=headers).status_code == 403
    assert arrived(db) == []


def test_a_changed_word_breaks_the_signature(client, db):
    signature = RequestValidator(TOKEN).compute_signature(URL + "/twilio/sms", FORM)

    answer = client.post(
        "/twilio/sms", data={**FORM, "Body": "SK khác"}, headers={"X-Twilio-Signature": signature}
    )

    assert answer.status_code == 403
    assert arrived(db) == []


def test_the_address_is_ours_not_what_the_request_says(call, client):
    for name in ("X-Forwarded-Host", "X-Forwarded-Proto"):
        assert call("/twilio/sms", FORM, **{name: "http"}).status_code == 200
    assert call("/twilio/sms", FORM, base="http://localhost").status_code == 403


def test_an_address_with_its_port_is_signed_too(call):
    assert call("/twilio/sms", FORM, base=URL + ":443").status_code == 200


def test_the_newer_algorithm_is_accepted_when_named(call):
    named = {"X-Twilio-Webhooks-Signature-Settings": "key=k,algorithm=HMAC_SHA256"}

    assert call("/twilio/sms", FORM, algorithm="HMAC_SHA256", **named).status_code == 200
    assert call("/twilio/sms", FORM, algorithm="HMAC_SHA256").status_code == 403


@pytest.mark.parametrize("form", [{}, {**FORM, "MessageSid": ""}])
def test_a_message_without_a_name_is_refused(call, db, form):
    assert call("/twilio/sms", form).status_code == 400
    assert arrived(db) == []


@pytest.mark.parametrize("missing", ["Body", "From", "To", "NumMedia"])
def test_a_missing_parameter_is_no_crash(call, db, desk, missing):
    form = {name: value for name, value in FORM.items() if name != missing}

    assert call("/twilio/sms", form).status_code == 200
    inbound.handle_waiting(db, desk)
    assert inbox.waiting(db) == []


def test_a_body_too_large_is_refused(client):
    assert client.post("/twilio/sms", data={"Body": "x" * 70_000}).status_code == 413


def test_a_joined_message_in_base64_is_read(call, db):
    words = "SK " + "cho bà\tcon nhắn\xa0tin hẹn giờ chứng thực. " * 4

    call("/twilio/sms", {**FORM, "Body": base64.b64encode(words.encode()).decode()})

    assert arrived(db)[0].text == words


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)("/twilio/sms").status_code in (403, 405)


def test_an_unknown_host_is_refused(client):
    assert client.post("/twilio/sms", headers={"Host": "evil.example"}).status_code == 400


@pytest.fixture
def a_sent(db, text):
    """An SMS that Twilio has taken, under SID."""
    (queued,) = text("HD")
    sending.claim(db, at=clock.now(), lease=clock.now() + clock.MINUTE)
    sending.note_text(db, queued.id, "Da nhan", "twilio", at=clock.now())
    sending.note_outcome(db, queued.id, "sent", at=clock.now(), gateway_id=SID)
    return queued


def report(call, status, *, sid=SID, ref="", code=""):
    form = {"MessageSid": sid, "MessageStatus": status, "To": MAN}
    path = "/twilio/status" + (f"?ref={ref}" if ref else "")
    return call(path, form | ({"ErrorCode": code} if code else {}))


def test_reports_in_any_order_end_in_the_first_final_one(call, db, a_sent):
    for status in ("delivered", "sent", "queued", "sending", "undelivered"):
        assert report(call, status).status_code == 204

    assert outgoing.by_id(db, a_sent.id).state == "delivered"


def test_a_failure_stays_a_failure(call, db, a_sent):
    report(call, "undelivered", code="30005")
    report(call, "delivered")

    failed = outgoing.by_id(db, a_sent.id)
    assert (failed.state, failed.error) == ("failed", "30005")


def test_who_opted_out_at_twilio_gets_no_notices(call, db, a_sent):
    assert report(call, "failed", code="21610").status_code == 204
    assert opt_outs.has(db, MAN)


def test_a_handset_that_was_off_is_tried_again_a_minute_later(call, db, a_sent):
    report(call, "undelivered", code="30003")

    again = outgoing.by_id(db, a_sent.id)
    assert again.state == "queued"
    assert again.due_at - again.changed_at == clock.MINUTE


def test_a_report_faster_than_the_answer_finds_its_message(call, db, text):
    (queued,) = text("HD")
    sending.claim(db, at=clock.now(), lease=clock.now() + clock.MINUTE)
    sending.note_text(db, queued.id, "Da nhan", "twilio", at=clock.now())

    report(call, "sent", ref=queued.id)

    found = outgoing.by_id(db, queued.id)
    assert (found.state, found.gateway_id) == ("sent", SID)


@pytest.mark.parametrize("status", ["", "teleported", "accepted", "read"])
def test_a_report_of_nothing_we_sent_is_swallowed(call, status):
    assert report(call, status, sid="SM" + "f" * 32, ref="not-ours").status_code == 204


def test_a_report_without_a_name_is_refused(call):
    assert call("/twilio/status", {"MessageStatus": "sent"}).status_code == 400


def test_the_telephones_are_not_there_beside_a_real_gateway(client):
    assert client.get("/phone").status_code == 404
