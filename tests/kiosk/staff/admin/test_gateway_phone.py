"""The admin sees how the Android phone stands, what is wrong with it, and each step to set it
up; never a key."""

import json
import re

import pytest

from kiosk.apps import staff_app
from shared import texts
from shared.domain import clock
from shared.runtime import android
from shared.runtime.listening import Address
from shared.store.messages import gateway_health
from shared.store.messages.gateway_health import ANDROID_EVENTS, SILENT_AFTER
from tests.kiosk.staff.conftest import PASSWORD

PAGE = "/dien-thoai-sms"
KEYS = {
    "url": "http://192.168.1.20:8080",
    "username": "sms-login",
    "password": "geheim-passwort",
    "signing_key": "signs-what-comes",
}
VI = texts.load("vi")


@pytest.fixture
def admin_of(a_site, a_member):
    """A builder: the admin's browser of an office with these keys of [android]."""

    def build(public_url="https://hienke.xa.example.vn", gateway="android", **keys):
        site = a_site(
            public_url, android=keys, sms={"gateway": gateway}, staff={"require_totp": False}
        )
        a_member("quan", role="admin")
        client = staff_app(site, Address("127.0.0.1", 8081)).test_client()
        client.post("/login", data={"login": "quan", "password": PASSWORD})
        return client

    return build


def page_of(client):
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.text


def test_before_anything_is_set_the_page_says_what_to_write(admin_of):
    page = page_of(admin_of(gateway="simulator"))

    assert page.count(VI.say("staff.phone.not_set")) == 2
    assert "[android]" in page and "https://api.sms-gate.app/3rdparty/v1" in page


def test_a_phone_nobody_has_heard_yet_is_not_called_well(admin_of):
    page = page_of(admin_of(**KEYS))

    assert page.count(VI.say("staff.phone.state.never")) == 2


def test_both_sides_of_the_phone_stand_for_themselves(admin_of, db):
    gateway_health.heard(db, "android", at=clock.now())
    gateway_health.heard(db, ANDROID_EVENTS, at=clock.now() - SILENT_AFTER - clock.MINUTE)

    page = page_of(admin_of(**KEYS))

    assert VI.say("staff.phone.state.well") in page
    assert VI.say("staff.phone.state.silent") in page


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        ("401", "login"),
        ("404", "address"),
        ("clock", "clock"),
        ("signature", "signature"),
        ("no connection: ConnectionRefusedError", "no_connection"),
        ("no answer: TimeoutError", "no_connection"),
        ("no phone", "no_phone"),
        ("battery:level 4", "battery"),
        ("public_url is not https", "public_url"),
        ("500", "other"),
    ],
)
def test_a_fault_is_told_with_what_to_do(admin_of, db, fault, key):
    gateway_health.failed(db, "android", fault, at=clock.now())

    page = page_of(admin_of(**KEYS))

    assert VI.say(f"staff.phone.fault.{key}") in page
    assert VI.say("staff.phone.state.failing") in page


def test_a_fault_that_passed_is_not_shown(admin_of, db):
    gateway_health.failed(db, "android", "401", at=clock.now() - clock.HOUR)
    gateway_health.heard(db, "android", at=clock.now())

    assert VI.say("staff.phone.fault.login") not in page_of(admin_of(**KEYS))


def test_what_the_phone_said_is_shown_as_text(admin_of, db):
    gateway_health.failed(db, "android", "<script>alert(1)</script>", at=clock.now())

    assert "<script>alert" not in page_of(admin_of(**KEYS))


def test_the_registration_is_what_the_app_takes(admin_of):
    page = page_of(admin_of(**KEYS))

    lines = re.findall(r"\{&#34;.*\}", page)
    told = [json.loads(line.replace("&#34;", '"')) for line in lines]
    url = "https://hienke.xa.example.vn/android"
    assert told == [android.webhook(url, event) for event in android.EVENTS]


@pytest.mark.parametrize(
    ("url", "is_told"), [("http://192.168.1.5:8080", True), ("https://x.vn", False)]
)
def test_an_address_the_phone_will_not_call_is_told(admin_of, url, is_told):
    page = page_of(admin_of(public_url=url, **KEYS))

    assert (VI.say("staff.phone.fault.public_url") in page) is is_told


def test_no_key_is_on_the_page(admin_of):
    page = page_of(admin_of(**KEYS))

    for key in ("username", "password", "signing_key"):
        assert KEYS[key] not in page


def test_a_phone_that_only_receives_is_told_so(admin_of):
    assert VI.say("staff.phone.not_sending").replace('"', "&#34;") in page_of(
        admin_of(gateway="twilio", **KEYS)
    )
