"""Nothing that people wrote or own stands in a log, whatever happened, and no line is forged."""

import base64
import hashlib
import hmac
import io
import json
import logging
import re
import subprocess
import sys
import threading

import pytest

from kiosk.status import receipt
from shared.runtime import logs
from shared.runtime.listening import Address
from shared.runtime.site import Site
from shared.store.cases import proposals, receiving
from shared.store.messages import inbox
from shared.store.people import staff
from sms.app import sms_app
from tests.kiosk.staff.conftest import PASSWORD

NAME, PHONE, PLACE = "Trần Thị Mận", "0987654321", "ấp Bờ Kênh"
FORGED = "2026-01-01 00:00:00,000 hienke login_refused address=6.6.6.6"
WORDS = f"Xin hẹn giờ\r\n{FORGED}\n\x1b[31m\u2028{FORGED}"
AGREED = {"consents.store": "yes", "consents.sms": "yes"}
SPELLED = (NAME, "Mận", PHONE, "987654321", "+84987", PLACE, PASSWORD, "hẹn giờ")
LINE = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (hienke|waitress|werkzeug|kiosk|sms)\S* \S.*"
)


class Fallen(Exception):
    """What nobody foresaw, with somebody's words in it."""


@pytest.fixture
def log():
    """What the programs would write, each library's smallest word included."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.OneLine())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def sms(a_site):
    """The SMS app with two gateways' keys."""
    site: Site = a_site(
        twilio={"account_sid": "AC1", "auth_token": "t", "from_": "+15005550006"},
        android={"signing_key": "k"},
    )
    return sms_app(site, Address("127.0.0.1", 8082))


def assert_silent(written, *more):
    text = written.getvalue()
    assert text, "something was logged"
    found = [one for one in (*SPELLED, *more) if one in text]
    assert not found, text
    assert [line for line in text.splitlines() if not LINE.fullmatch(line)] == []
    assert not [line for line in text.split("\n") if line.startswith(FORGED)]


def all_there_is_of_a_citizen(citizen, a_form, secret_of, latest):
    given = {
        "name": NAME, "phone": PHONE, "hamlet": PLACE, "solution": WORDS, **AGREED,
    }  # fmt: skip
    citizen.post("/gui", data=a_form(**given))
    citizen.post("/gui", data={**given, "title": WORDS})
    citizen.post("/gui", data=a_form(**given), headers={"Origin": "https://evil.example"})
    citizen.post("/gui", data=a_form(solution=WORDS * 9000))
    citizen.post("/api/v1/proposals", json={"title": WORDS, "name": NAME}, headers={
        "Idempotency-Key": f"{PHONE}"})  # fmt: skip
    citizen.get("/tra-cuu", query_string={"ma": WORDS})
    citizen.get(
        "/khong-co/" + PHONE,
        query_string={"q": NAME},
        headers={"User-Agent": NAME.encode().decode("latin-1")},
    )
    secret = secret_of(latest())
    for way in ("", "/phieu", "/khong-co"):
        citizen.get(f"/r/{secret}{way}")
    citizen.post(f"/r/{secret}/them", data={"text": WORDS, "key": "k"})
    return secret


def test_what_a_citizen_sends_and_asks_stands_in_no_line(citizen, a_form, secret_of, latest, log):
    secret = all_there_is_of_a_citizen(citizen, a_form, secret_of, latest)

    assert_silent(log, secret, secret.lower(), latest().code)


def test_what_staff_type_stands_in_no_line(office, a_member, a_proposal, log):
    a_member("an")
    code = a_proposal(name=NAME, phone=PHONE, consents={"store": True}).code
    client = office.test_client()

    for login, password in (
        (PASSWORD, "x"),
        (WORDS, WORDS),
        ("an", PASSWORD + "x"),
        ("an", PASSWORD),
    ):
        client.post("/login", data={"login": login, "password": password})
    token = client.get_cookie("hk_staff").value
    client.get("/", query_string={"q": f"{NAME} {PHONE}"})
    client.post(f"/ho-so/{code}/author")
    client.post(f"/ho-so/{code}/answer", data={"text": WORDS, "key": "k"})
    client.post(f"/ho-so/{code}/answer", data={"text": ""})
    client.post("/mat-khau", data={"old": PASSWORD, "new": NAME, "again": PHONE})
    client.get(f"/khong-co/{PHONE}")
    client.get("/nhan-su")

    assert_silent(log, token)


def test_what_a_gateway_brings_stands_in_no_line(sms, log):
    client = sms.test_client()
    payload = {"phoneNumber": "+84987654321", "message": NAME}
    body = json.dumps({"event": "sms:received", "id": "1", "payload": payload}).encode()

    client.post("/twilio/sms", data={"From": "+84987654321", "Body": WORDS})
    client.post(
        "/twilio/sms",
        data={"From": WORDS},
        headers={"X-Twilio-Signature": WORDS.split("\r")[0].encode().decode("latin-1")},
    )
    client.post("/android", data=body, headers={"X-Signature": PHONE, "X-Timestamp": PHONE})
    client.get("/phone?" + PHONE)
    client.get(f"/{PHONE}%0A{FORGED}")

    assert_silent(log)


@pytest.mark.parametrize("at", ["citizen", "staff", "sms"])
def test_what_nobody_foresaw_is_told_by_where_it_fell_alone(
    public,
    citizen,
    office,
    sms,
    a_member,
    a_form,
    a_proposal,
    secret_of,
    monkeypatch,
    log,
    at,
):
    member, secret = a_member("an"), secret_of(a_proposal())
    staffs = office.test_client()
    staffs.post("/login", data={"login": "an", "password": PASSWORD})

    def falls(*_args, **_more):
        try:
            raise KeyError(PHONE)
        except KeyError as fault:
            raise Fallen(f"{NAME} {WORDS} {PASSWORD} {secret}") from fault

    for module, name in (
        (receiving, "adding"), (proposals, "by_code"), (proposals, "by_id"), (staff, "by_login"),
        (inbox, "keep"), (receipt, "proposal_behind"),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, falls)

    if at == "citizen":
        answers = [
            citizen.post("/gui", data=a_form(name=NAME, phone=PHONE, solution=WORDS, **AGREED)),
            citizen.get(f"/r/{secret}"),
        ]
    elif at == "staff":
        answers = [
            staffs.get("/ho-so/111111111111"),
            office.test_client().post("/login", data={"login": PASSWORD, "password": PASSWORD}),
        ]
    else:
        answers = [
            from_twilio(sms.test_client(), {"MessageSid": "SM1", "From": PHONE, "Body": WORDS})
        ]

    assert [one.status_code for one in answers] == [500] * len(answers)
    assert_silent(log, secret, member.id)
    # An SMS that cannot be handled is kept as it came, which falls here too.
    faults = 2 if at == "sms" else len(answers)
    assert log.getvalue().count("fault=Fallen at=staff/test_logs.py") == faults
    assert "from fault=KeyError" in log.getvalue()
    assert not any(said in one.text for one in answers for said in (NAME, PHONE, "Fallen", ".py"))


def from_twilio(client, form):
    signed = "http://127.0.0.1:8080/twilio/sms" + "".join(k + form[k] for k in sorted(form))
    seal = base64.b64encode(hmac.new(b"t", signed.encode(), hashlib.sha1).digest()).decode()
    return client.post("/twilio/sms", data=form, headers={"X-Twilio-Signature": seal})


def test_what_fails_after_the_answer_names_no_path(public, citizen, a_proposal, secret_of, log):
    secret = secret_of(a_proposal())
    public.after_request_funcs[None].insert(0, lambda _answer: {}[f"{PHONE}\n{FORGED}"])

    assert citizen.get(f"/r/{secret}").status_code == 500

    assert_silent(log, secret)


@pytest.mark.parametrize(
    "said",
    [
        "Client disconnected while serving %s",
        "Exception while serving %s",
        "Exception on %s [GET]",
    ],
)
def test_a_library_that_names_the_path_is_cut_short(log, said):
    for name in ("waitress", "kiosk.public", "werkzeug"):
        logging.getLogger(name).warning(said % f"/r/ABCD1234ABCD1234\n{FORGED}")

    assert_silent(log, "ABCD1234")


def test_a_thread_that_falls_tells_no_word_either(log):
    def falls():
        raise Fallen(WORDS)

    before = threading.excepthook
    threading.excepthook = logs._thread_fell
    try:
        one = threading.Thread(target=falls, name="worker")
        one.start()
        one.join()
    finally:
        threading.excepthook = before

    assert "thread_fell name=worker fault=Fallen" in log.getvalue()
    assert_silent(log)


@pytest.mark.slow
def test_a_program_that_falls_tells_no_word_either():
    program = (
        "from shared.runtime.start import log_to_stderr; import logging; log_to_stderr();"
        f"logging.getLogger('waitress').info('Client disconnected while serving /r/{PHONE}');"
        f"raise ValueError({WORDS!r})"
    )

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert ended.returncode == 1
    first, last = ended.stderr.split("\n")[:-1]
    assert first.endswith("waitress Client disconnected while serving")
    assert "hienke program_fell fault=ValueError at=" in last and "hẹn giờ" not in last
