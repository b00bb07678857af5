"""The two telephones: only for who sits at this machine, and true to the store."""

import pytest

from shared import texts
from shared.domain import record
from shared.runtime.health import HealthCheck
from shared.settings import from_mapping
from shared.store.messages import inbox
from sms import inbound
from sms.app import sms_app
from tests.sms.conftest import BOUND, HOA, MAN

IDEA = {"sender": MAN, "text": "SK thêm ghế cho người già"}


def test_both_telephones_are_shown_with_their_numbers(client):
    page = client.get("/phone", query_string={"mot": "0912 345 678", "hai": "Viettel"})

    assert page.status_code == 200
    assert "0912 345 678" in page.text
    assert "Viettel" in page.text
    assert "Soạn tin gửi 0901 234 567" in page.text


def test_a_message_is_kept_and_the_page_shown_anew(client, db):
    answer = client.post("/phone", data={**IDEA, "mot": "0912345678", "hai": "9029"})

    assert answer.status_code == 303
    assert answer.location == "/phone?mot=0912345678&hai=9029"
    assert [one.text for one in inbox.waiting(db)] == ["SK thêm ghế cho người già"]


def test_a_double_tap_sends_one_message(client, db):
    for _ in range(2):
        client.post("/phone", data={**IDEA, "token": "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"})

    assert len(inbox.waiting(db)) == 1


@pytest.mark.parametrize("sender", ["9029", "Viettel", "Ngân hàng"])
def test_a_short_code_or_a_name_can_be_tried_and_is_set_aside(client, db, desk, sender):
    client.post("/phone", data={"sender": sender, "text": "Khuyen mai lon nhat trong nam"})
    inbound.handle_waiting(db, desk)

    assert db.row("SELECT state FROM message_in") == ("quarantined",)
    assert "Khuyen mai" in client.get("/phone/tin", query_string={"so": sender}).text


@pytest.mark.parametrize(
    ("text", "key"), [("", "empty"), (" \n", "empty"), ("x" * 2001, "too_long")]
)
def test_a_message_that_cannot_go_is_given_back_with_the_reason(client, db, text, key):
    page = client.post("/phone", data={"sender": "0900000901", "text": text, "mot": "0900000901"})

    assert page.status_code == 422
    assert texts.load("vi").say(f"phone.problem.{key}", n=2000) in page.text
    assert text.strip() in page.text
    assert inbox.waiting(db) == []


def test_each_telephone_shows_its_own_messages_newest_first(client, db, desk, outbox):
    client.post("/phone", data=IDEA)
    client.post("/phone", data={"sender": HOA, "text": "HD"})
    inbound.handle_waiting(db, desk)
    while outbox.send_one(db, at=10**13):
        pass

    page = client.get("/phone/tin", query_string={"so": "0987654321"}).text

    assert page.index("xin chao Ong/Ba") < page.index(">HD<")
    assert "thêm ghế" not in page


def test_a_conversation_refreshes_itself_without_a_script(client):
    answer = client.get("/phone/tin?so=0912345678")

    assert answer.headers["Refresh"] == "2"
    assert "<script" not in answer.text
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]


def test_no_page_allows_foreign_or_inline_content(client):
    for path in ("/phone", "/phone/tin?so=1", "/nowhere"):
        answer = client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none';")
        assert "unsafe" not in policy
        assert "style=" not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in client.get("/phone").headers["Content-Security-Policy"]


def test_what_is_typed_is_shown_as_text(client, db):
    client.post("/phone", data={"sender": MAN, "text": "<script>alert(1)</script>"})

    page = client.get("/phone/tin", query_string={"so": MAN}).text

    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_nobody_comes_to_the_telephones_through_a_proxy(client, name):
    assert client.get("/phone", headers={name: "127.0.0.1"}).status_code == 404


@pytest.mark.parametrize("address", ["192.168.1.7", "10.0.0.1", "2001:db8::1"])
def test_nobody_comes_to_the_telephones_from_elsewhere(client, db, address):
    here = {"REMOTE_ADDR": address}

    assert client.get("/phone", environ_base=here).status_code == 404
    assert client.post("/phone", data=IDEA, environ_base=here).status_code == 404
    assert client.get("/phone/tin?so=1", environ_base=here).status_code == 404
    assert inbox.waiting(db) == []


def test_one_key_of_a_gateway_is_enough_to_take_the_telephones_away(site):
    settings = from_mapping({"twilio": {"auth_token": "x"}})
    client = sms_app(record.replace(site, settings=settings), BOUND).test_client()

    assert client.get("/phone").status_code == 404
    assert client.post("/twilio/sms").status_code == 404


def test_another_sites_page_cannot_type_here(client, db):
    answer = client.post("/phone", data=IDEA, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert inbox.waiting(db) == []


@pytest.mark.parametrize("field", ["sender", "text", "mot", "hai", "token"])
@pytest.mark.parametrize(
    "value", ["\x00", "‮abc", "😀" * 9, "' OR 1=1 --", "đ̣̀" * 30, "\ud7ff\n", "%s{ma}"]
)
def test_odd_letters_anywhere_are_no_fault(client, db, desk, field, value):
    answer = client.post("/phone", data={**IDEA, field: value})
    inbound.handle_waiting(db, desk)

    assert answer.status_code in (303, 422)
    assert client.get("/phone/tin", query_string={"so": value}).status_code == 200


def test_a_body_too_large_is_refused_with_a_page(client):
    answer = client.post("/phone", data={**IDEA, "text": "x" * 70_000})

    assert answer.status_code == 413
    assert texts.load("vi").say("phone.fault.refused.title") in answer.text


def test_an_unknown_host_is_refused(client):
    assert client.get("/phone", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/phone", headers={"Host": "localhost:8082"}).status_code == 200


def test_health_is_told_after_a_real_write(client, db):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json["status"]) == (200, "ok")
    assert db.row("SELECT count(*) FROM heartbeat WHERE program = 'sms'") == (1,)


def test_a_store_that_cannot_be_written_is_told(site):
    site.instance.media.rmdir()
    broken = record.replace(site, health=HealthCheck(site.instance, "sms"))

    answer = sms_app(broken, BOUND).test_client().get("/healthz")

    assert (answer.status_code, answer.json["status"]) == (503, "failing")


def test_every_word_of_the_page_is_there_in_both_languages():
    vi, en = texts.load("vi"), texts.load("en")

    assert {key for key in vi if key.startswith("phone.")} == {
        key for key in en if key.startswith("phone.")
    }
