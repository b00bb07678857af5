"""The API keeps its contract field by field, and no JSON whatever breaks it."""

import json
import operator
import re
import threading
import unicodedata
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.api.proposals import CODES
from kiosk.apps import public_app
from shared.domain import clock, codes
from shared.domain.proposal import EFFECTS, Status
from shared.store.cases import authors, moves
from shared.store.messages import threads
from shared.store.privacy.data_requests import Door
from shared.texts import NOTICE_VERSION
from shared.workflows import pending
from tests.conftest import ROAD, ZONE
from tests.kiosk.conftest import PUBLIC, watched

ADDRESS = "/api/v1/proposals"
LEAST = {
    "participant_type": "citizen",
    "title": "Cho hẹn giờ chứng thực",
    "solution": "Cho bà con nhắn tin xin một khung giờ.",
}
WHOLE = {
    **LEAST,
    "participant_type": "official",
    "current_state": "Phải đi ba lần",
    "expected_effect": "Đỡ hai lần",
    "effects": list(EFFECTS),
    "maturity": "tried",
    "category": "3",
    "more_categories": ["8", "other"],
    "insider": True,
    "unit": "Văn phòng",
    "position": "Chuyên viên",
    "residence": "in_commune",
    "hamlet": "Ấp 3",
    "name": "Trần Thị Mận",
    "phone": "84 912.345.678",
    "under_16": False,
    "guardian": "",
    "consents": {"store": True, "sms": True, "name_me": False, "notice": NOTICE_VERSION},
    "mobiliser": "TO-12",
    "channel": "web",
}


@pytest.fixture
def send(citizen):
    """Send a body under a key and return the answer."""

    def sending(body, key="key-1", **headers):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {"Idempotency-Key": key, "Content-Type": "application/json", **headers}
        return citizen.post(
            ADDRESS, data=raw, headers={name: one for name, one in named.items() if one is not None}
        )

    return sending


def assert_problem(answer, status):
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    body = answer.get_json(force=True)
    assert body["status"] == status
    assert body["type"] == "about:blank"
    assert body["title"]
    return body.get("errors", [])


# --- what is kept


def test_a_proposal_is_kept_and_its_receipt_opens(send, citizen, latest):
    answer = send(LEAST)

    assert answer.status_code == 201
    assert set(answer.json) == {"code", "receipt_url", "status", "received_at", "evaluation_year"}
    kept = latest()
    assert answer.json["code"] == kept.code
    assert codes.is_code(kept.code)
    assert answer.json["status"] == "received"
    assert answer.json["evaluation_year"] == kept.evaluation_year
    at = datetime.fromisoformat(answer.json["received_at"])
    assert at.timestamp() * 1000 == kept.received_at // 1000 * 1000
    assert answer.json["received_at"].endswith("+07:00")
    url = answer.json["receipt_url"]
    assert re.fullmatch(r"http://127\.0\.0\.1:8080/R/[0-9A-HJKMNP-TV-Z]{16}", url)
    receipt = citizen.get(url.removeprefix("http://127.0.0.1:8080"))
    assert receipt.status_code == 200
    assert LEAST["solution"] in receipt.text


def test_every_field_is_kept_as_it_was_sent(send, db, latest):
    send(WHOLE)

    kept, author = latest(), authors.of(db, latest().id)
    for name in ("participant_type", "title", "solution", "current_state", "expected_effect",
                 "maturity", "category", "insider", "residence", "hamlet", "mobiliser",
                 "channel"):  # fmt: skip
        assert getattr(kept, name) == WHOLE[name], name
    assert kept.effects == EFFECTS
    assert kept.more_categories == ("8", "other")
    for name in ("name", "unit", "position", "under_16"):
        assert getattr(author, name) == WHOLE[name], name
    assert author.phone == "+84912345678"
    assert (author.consent_store, author.consent_sms, author.consent_name) == (True, True, False)
    assert author.notice == NOTICE_VERSION
    assert author.consented_at == kept.arrived_at


def test_class_and_title_may_be_missing(send, latest):
    answer = send({"solution": "Chỗ đóng tiền nên dán mã để bà con quét, khỏi mang tiền lẻ."})

    assert answer.status_code == 201
    kept = latest()
    assert (kept.participant_type, kept.evaluation_rule) == ("not_asked", "by_receipt")
    assert kept.title == kept.solution and not kept.title_is_own


def test_a_class_that_is_null_was_not_asked_either(send, latest):
    assert send({**LEAST, "participant_type": None, "title": None}).status_code == 201
    assert latest().participant_type == "not_asked"


@pytest.mark.parametrize("category", [*range(1, 9), *map(str, range(1, 9)), "other", None])
def test_a_category_may_be_a_number_a_text_or_unknown(send, latest, category):
    assert send({**LEAST, "category": category}).status_code == 201

    assert latest().category == (None if category is None else str(category))


def test_null_is_the_same_as_left_out(send, latest):
    nulls = dict.fromkeys(WHOLE, None) | LEAST

    assert send(nulls).status_code == 201
    assert latest().maturity == "unknown"


def test_the_same_key_and_body_give_the_same_answer(send, db, how_many, latest):
    first = send(LEAST)
    moves.move(db, latest().code, Status.UNDER_APPRAISAL, actor="t", at=latest().received_at)

    again = send(json.dumps(dict(reversed(LEAST.items())), indent=1).encode())

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == first.json
    assert how_many() == 1


def test_of_one_key_that_comes_to_two_programs_at_once_one_idea_is_kept(a_site, how_many):
    """Given a phone whose first try is still under way, beside another idea at each."""
    apps = [watched(public_app(a_site(), PUBLIC)) for _ in range(2)]
    start, answers = threading.Barrier(6), []

    def sending(number):
        client = apps[number % 2].test_client()
        start.wait()
        for key in ("shared", f"own-{number}"):
            answers.append(client.post(ADDRESS, json=LEAST, headers={"Idempotency-Key": key}))

    senders = [threading.Thread(target=sending, args=(number,)) for number in range(6)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()

    assert sorted(one.status_code for one in answers) == [200] * 5 + [201] * 7
    assert len({one.json["code"] for one in answers}) == how_many() == 7


def test_the_same_key_with_another_body_keeps_nothing(send, how_many):
    send(LEAST)

    [error] = assert_problem(send({**LEAST, "solution": "Việc khác."}), 422)

    assert error["field"] == "Idempotency-Key"
    assert how_many() == 1


def test_another_key_is_another_proposal(send, how_many):
    send(LEAST, key="one")
    send(LEAST, key="two")

    assert how_many() == 2


def test_a_key_of_the_api_is_none_of_the_forms(send, citizen, how_many, a_form):
    send(LEAST, key="form-key")
    citizen.post("/gui", data=a_form(key="form-key"))

    assert how_many() == 2


def test_text_is_kept_as_nfc_without_control_characters(send, latest):
    nfd = unicodedata.normalize("NFD", "Đề nghị\u0000 giảm\u0007 giấy tờ")

    send({**LEAST, "solution": f" {nfd}\r\nở ấp\u0085 "})

    assert latest().solution == "Đề nghị giảm giấy tờ\nở ấp"


# --- what is refused


@pytest.mark.of_sqlite
@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"participant_type": "king"}, "participant_type", "err.generic"),
        ({"participant_type": "not_asked"}, "participant_type", "err.generic"),
        ({"title": ""}, "title", "err.title_short"),
        ({"title": "Hẹn"}, "title", "err.title_short"),
        ({"title": "ơ" * 121}, "title", "err.generic"),
        ({"solution": "  "}, "solution", "err.solution_empty"),
        ({"solution": "ơ" * 2001}, "solution", "err.generic"),
        ({"solution": 7}, "solution", "err.generic"),
        ({"current_state": "ơ" * 2001}, "current_state", "err.generic"),
        ({"expected_effect": ["x"]}, "expected_effect", "err.generic"),
        ({"effects": "faster"}, "effects", "err.generic"),
        ({"effects": ["faster", "world_peace"]}, "effects", "err.generic"),
        ({"effects": [["faster"]]}, "effects", "err.generic"),
        ({"maturity": "old"}, "maturity", "err.generic"),
        ({"category": 0}, "category", "err.generic"),
        ({"category": 9}, "category", "err.generic"),
        ({"category": True}, "category", "err.generic"),
        ({"category": 1.0}, "category", "err.generic"),
        ({"category": "01"}, "category", "err.generic"),
        ({"more_categories": [{}]}, "more_categories", "err.generic"),
        ({"insider": "yes"}, "insider", "err.generic"),
        ({"insider": 1}, "insider", "err.generic"),
        ({"residence": "moon"}, "residence", "err.generic"),
        ({"hamlet": "ơ" * 121}, "hamlet", "err.generic"),
        ({"phone": "0251 3861 111", "consents": {"store": True}}, "phone", "err.phone"),
        ({"phone": "195", "consents": {"store": True}}, "phone", "err.phone"),
        ({"phone": 84912345678, "consents": {"store": True}}, "phone", "err.generic"),
        ({"phone": "0912345678"}, "consents.store", "err.consent"),
        ({"name": "Mận"}, "consents.store", "err.consent"),
        ({"name": "Mận", "consents": {"store": False}}, "consents.store", "err.consent"),
        ({"name": "Na", "under_16": True, "consents": {"store": True}}, "guardian", "err.generic"),
        ({"consents": []}, "consents", "err.generic"),
        ({"consents": {"store": "yes"}}, "consents.store", "err.generic"),
        ({"consents": {"store": 1}}, "consents.store", "err.generic"),
        ({"consents": {"spam": True}}, "consents.spam", "err.generic"),
        ({"consents": {"notice": []}}, "consents.notice", "err.generic"),
        ({"channel": "sms"}, "channel", "err.generic"),
        ({"channel": "kiosk"}, "channel", "err.generic"),
        ({"channel": ["web"]}, "channel", "err.generic"),
        ({"tittle": "x"}, "tittle", "err.generic"),
        ({"status": "recognised"}, "status", "err.generic"),
        ({"received_at": "2020-01-01T00:00:00+07:00"}, "received_at", "err.generic"),
        ({"": "x"}, "", "err.generic"),
        ({"\ud800": "x"}, "\ufffd", "err.generic"),
        ({"a\x00b": "x"}, "ab", "err.generic"),
        ({"consents": {"\udfff": True}}, "consents.\ufffd", "err.generic"),
    ],
)
def test_a_wrong_field_is_named(send, how_many, given, field, code):
    errors = assert_problem(send({**LEAST, **given}), 422)

    assert (field, code) in [(error["field"], error["code"]) for error in errors]
    for error in errors:
        assert set(error) == {"field", "code", "detail"}
        assert error["code"] in CODES
        assert error["detail"]
    assert how_many() == 0


@pytest.mark.of_sqlite
@pytest.mark.parametrize("body", [None, 7, "text", True, [], [LEAST], "", {}])
def test_json_of_another_shape_is_422(send, how_many, body):
    assert_problem(send(body), 422)

    assert how_many() == 0


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"{]", b"\xff\xfe", b"\xef\xbb\xbf{}", b'{"a":NaN}', b'{"a":Infinity}', b"nul",
        b'{"a":1}x', b'{"a":"\x00"}', b"[" * 50_000, b'{"a":' * 20_000, b'"\xc3"', b"1" * 5000,
        b"title=x&solution=y", b'{"solution":"M\xe1\xbb\x99t","solution":"Hai"}',
        b'{"solution":"Nen hen gio","consents":{"sms":true,"sms":false}}',
    ],
)  # fmt: skip
def test_broken_json_is_400(send, how_many, raw):
    assert_problem(send(raw), 400)

    assert how_many() == 0


@pytest.mark.parametrize("key", [None, "", "   ", "k" * 256])
def test_a_key_is_required(send, how_many, key):
    assert_problem(send(LEAST, key=key), 400)

    assert how_many() == 0


@pytest.mark.parametrize("key", ["k" * 255, "khóa", "'; DROP TABLE proposal;--", "a b", "\x7f\xff"])
def test_any_short_key_will_do(send, how_many, key):
    assert [send(LEAST, key=key).status_code for _ in range(2)] == [201, 200]
    assert how_many() == 1


@pytest.mark.parametrize(
    "kind",
    [None, "", "text/plain", "application/x-www-form-urlencoded", "application/jsonx", "🌾",
     "multipart/form-data; boundary=x"],
)  # fmt: skip
def test_another_content_type_is_415(send, how_many, kind):
    assert_problem(send(LEAST, **{"Content-Type": kind and kind.encode().decode("latin-1")}), 415)

    assert how_many() == 0


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_may_name_its_charset(send, kind):
    assert send(LEAST, **{"Content-Type": kind}).status_code == 201


def test_a_megabyte_is_413(send, how_many):
    assert_problem(send({**LEAST, "solution": "a" * 2**20}), 413)

    assert how_many() == 0


def test_a_foreign_page_cannot_use_the_api(send, how_many):
    assert_problem(send(LEAST, Origin="https://evil.example"), 403)
    assert_problem(send(LEAST, **{"Sec-Fetch-Site": "cross-site"}), 403)

    assert how_many() == 0


def test_only_an_enrolled_kiosk_sends_as_kiosk(kiosk, latest):
    answer = kiosk.post(
        ADDRESS, json={**LEAST, "channel": "kiosk"}, headers={"Idempotency-Key": "one"}
    )

    assert answer.status_code == 201
    assert latest().channel == "kiosk"
    assert latest().device_id is not None


def test_too_many_from_one_address_have_to_wait(a_site, how_many):
    app = watched(public_app(a_site(limits={"intake_per_minute_ip": 3}), PUBLIC))
    far = {"environ_base": {"REMOTE_ADDR": "203.0.113.9"}}

    answers = [
        app.test_client().post(ADDRESS, json=LEAST, headers={"Idempotency-Key": str(n)}, **far)
        for n in range(4)
    ]

    assert [one.status_code for one in answers] == [201, 201, 201, 429]
    assert_problem(answers[-1], 429)
    assert answers[-1].headers["Retry-After"] == "60"
    assert how_many() == 3


def test_this_machine_is_not_braked(a_site, how_many):
    app = watched(public_app(a_site(limits={"intake_per_minute_ip": 3}), PUBLIC))

    for n in range(9):
        app.test_client().post(ADDRESS, json=LEAST, headers={"Idempotency-Key": str(n)})

    assert how_many() == 9


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_405_as_a_problem(citizen, method):
    assert_problem(citizen.open(ADDRESS, method=method), 405)


# --- where it stands


@pytest.mark.parametrize("status", ROAD)
def test_the_standing_says_where_it_stands_and_no_more(citizen, a_proposal, status):
    kept = a_proposal(status=status)

    answer = citizen.get(f"{ADDRESS}/{kept.code}")

    assert answer.status_code == 200
    assert set(answer.json) == {
        "code", "status", "label", "received_at", "changed_at", "withdrawal_due_at", "office",
        "next",
    }  # fmt: skip
    assert (answer.json["code"], answer.json["status"]) == (kept.code, status.value)
    assert answer.json["office"] == "UBND xã Tân An"
    for name in ("received_at", "changed_at"):
        assert datetime.fromisoformat(answer.json[name]).utcoffset().total_seconds() == 7 * 3600


def test_the_standing_says_until_when_a_withdrawal_waits(citizen, db, a_proposal):
    kept, at = a_proposal(), clock.now()
    assert citizen.get(f"{ADDRESS}/{kept.code}").json["withdrawal_due_at"] is None

    pending.ask_to_withdraw(db, kept.code, Door("receipt", ZONE), at=at)

    now = citizen.get(f"{ADDRESS}/{kept.code}").json
    assert now["status"] == "received"
    assert now["withdrawal_due_at"] == clock.iso(at + pending.WAIT, ZONE)


@pytest.mark.parametrize("shape", ["{0} {1} {2}", "{0}-{1}-{2}", "{0}.{1}.{2}"])
def test_a_code_may_be_written_in_groups(citizen, a_proposal, shape):
    code = a_proposal().code

    answer = citizen.get(f"{ADDRESS}/{shape.format(code[:4], code[4:8], code[8:])}")

    assert answer.json["code"] == code


@pytest.mark.parametrize("code", ["1", "482173950689", "abc", "%00", "🌾", "1" * 4000])
def test_an_unknown_code_is_404(citizen, code):
    assert_problem(citizen.get(f"{ADDRESS}/{code}"), 404)


def test_a_code_nobody_has_is_404(citizen):
    assert_problem(citizen.get(f"{ADDRESS}/{codes.new_code()}"), 404)


# --- whatever comes

_TEXT = st.text(st.characters() | st.sampled_from("\ud800\udfff\x00\u202e🌾"), max_size=40)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=12,
)
_CLOSE = st.fixed_dictionaries(
    {"participant_type": st.just("citizen") | _JSON, "title": st.just("Cho hẹn giờ") | _TEXT,
     "solution": _TEXT | _JSON},
    optional={name: _JSON | st.just(WHOLE[name]) for name in WHOLE if name not in LEAST},
)  # fmt: skip

_CLOSE_AND_MORE = st.builds(operator.or_, _CLOSE, st.dictionaries(_TEXT, _JSON, max_size=2))


@pytest.mark.of_sqlite
@settings(
    max_examples=300,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    body=_CLOSE | _CLOSE_AND_MORE | _JSON,
    key=st.text(st.characters(max_codepoint=255), min_size=1, max_size=40),
)
def test_no_json_whatever_breaks_it(send, body, key):
    key = re.sub(r"[\r\n\x00]", "", key)

    answer = send(json.dumps(body).encode(), key=key)

    assert answer.status_code in (200, 201, 400, 422)


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(raw=st.binary(max_size=200))
def test_no_bytes_whatever_break_it(send, raw):
    assert send(raw).status_code in (400, 422)


def test_who_agreed_to_sms_gets_the_code_once(send, db):
    for _ in range(2):
        assert send(WHOLE).status_code in (200, 201)

    (sent,) = threads.between(db, "+84912345678")[1]
    assert sent.text_key == "receipt_typed"
