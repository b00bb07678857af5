"""What the answers of the three apps say in their headers, each one word for word: the apps share
how they answer, and a change for one of them shows here what it changes for the others."""

import re

import pytest

from kiosk import scripts
from kiosk.apps import public_app, staff_app
from shared.runtime.health import HealthCheck
from shared.runtime.listening import Address
from shared.runtime.site import Site
from shared.settings import Settings
from shared.store.office import campaigns
from sms.app import sms_app

APPS = {"public": (public_app, 8080), "staff": (staff_app, 8081), "sms": (sms_app, 8082)}
SCRIPT = scripts.address("kiosk")
EVIL = {"headers": {"Host": "evil.example"}}
FOREIGN = {"headers": {"Origin": "https://evil.example"}}
AWAY = {"environ_base": {"REMOTE_ADDR": "203.0.113.7"}}
GZIP = {"headers": {"Accept-Encoding": "gzip"}}
TLS = {"base_url": "https://localhost"}

ALL = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
FILE = {
    **ALL,
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}
JSON = {**FILE, "Content-Type": "application/json"}
PROBLEM = {**FILE, "Content-Type": "application/problem+json; charset=utf-8"}
FIGURES = {**FILE, "Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
WORD = {**FILE, "Content-Type": "text/plain; charset=utf-8"}
FOR_GOOD = {
    **FILE,
    "Cache-Control": "public, max-age=31536000, immutable",
    "Vary": "Accept-Encoding",
}
NO_POWERS = {
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}
PAGE = {
    **ALL,
    "Content-Type": "text/html; charset=utf-8",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none';style-src 'sha256-…';img-src data:;"
    "form-action 'self';base-uri 'none';frame-ancestors 'none'",
}
STAFF_PAGE = {
    **PAGE,
    **NO_POWERS,
    "Content-Security-Policy": "default-src 'none';style-src 'self';img-src 'self' data:;"
    "media-src 'self';form-action 'self';base-uri 'none';frame-ancestors 'none'",
}
PHONE_PAGE = {
    **PAGE,
    **NO_POWERS,
    "Content-Security-Policy": "default-src 'none';style-src 'sha256-…';img-src data:;"
    "frame-src 'self';form-action 'self';base-uri 'none';frame-ancestors 'none'",
}
FOR_A_YEAR = {"Strict-Transport-Security": "max-age=31536000"}

ANSWERS = [
    ("public", "GET", "/", {}, 200, PAGE),
    ("public", "GET", "/", TLS, 200, {**PAGE, **FOR_A_YEAR}),
    ("public", "GET", "/", GZIP, 200, {**PAGE, "Content-Encoding": "gzip"}),
    ("public", "GET", "/", EVIL, 400, PAGE),
    ("public", "POST", "/gui", FOREIGN, 403, PAGE),
    ("public", "GET", "/khong-co", {}, 404, PAGE),
    ("public", "PUT", "/gui", {}, 405, {**PAGE, "Allow": "GET, HEAD, OPTIONS, POST"}),
    ("public", "GET", "/api/v1/proposals", {}, 405, {**PROBLEM, "Allow": "OPTIONS, POST"}),
    ("public", "POST", "/gui", {"data": b"x" * 1_000_000}, 413, PAGE),
    ("public", "POST", "/api/v1/proposals", {"data": "{"}, 415, PROBLEM),
    ("public", "GET", "/healthz", {}, 200, JSON),
    ("public", "GET", "/healthz", AWAY, 200, JSON),
    ("public", "GET", "/css/base.css", {}, 200,
     {**FOR_GOOD, "Content-Type": "text/css; charset=utf-8"}),
    ("public", "GET", SCRIPT, {}, 200,
     {**FOR_GOOD, "Content-Type": "text/javascript; charset=utf-8"}),
    ("public", "GET", "/favicon.ico", {}, 204,
     {**STAFF_PAGE, "Cache-Control": "public, max-age=604800"}),
    ("staff", "GET", "/", {}, 303, {**STAFF_PAGE, "Location": "/login"}),
    ("staff", "GET", "/login", {}, 200, STAFF_PAGE),
    ("staff", "GET", "/khong-co", {}, 404, STAFF_PAGE),
    ("staff", "GET", "/metrics", {}, 200, FIGURES),
    ("staff", "GET", "/metrics", AWAY, 404, STAFF_PAGE),
    ("sms", "GET", "/phone", {}, 200, PHONE_PAGE),
    ("sms", "GET", "/phone", TLS, 200, {**PHONE_PAGE, **FOR_A_YEAR}),
    ("sms", "GET", "/phone", GZIP, 200, PHONE_PAGE),
    ("sms", "POST", "/phone", FOREIGN, 403, PHONE_PAGE),
    ("sms", "GET", "/phone", AWAY, 404, PHONE_PAGE),
    ("sms", "GET", "/khong-co", {}, 404, PHONE_PAGE),
    ("sms", "GET", "/healthz", {}, 200, JSON),
    ("sms", "GET", "/healthz", EVIL, 400, PHONE_PAGE),
    ("sms", "GET", "/metrics", {}, 200, FIGURES),
    ("sms", "GET", "/metrics", AWAY, 404, PHONE_PAGE),
    ("sms", "POST", "/twilio/sms", {}, 404, WORD),
]  # fmt: skip


@pytest.mark.parametrize(("app", "method", "address", "more", "status", "headers"), ANSWERS)
def test_an_answer_says_just_this(a_site, app, method, address, more, status, headers):
    make, port = APPS[app]
    client = make(a_site, Address("127.0.0.1", port)).test_client()

    answer = client.open(address, method=method, **more)

    said = {
        name: re.sub(r"'sha256-[^']+'", "'sha256-…'", value)
        for name, value in answer.headers.items()
        if name != "Content-Length"
    }
    assert answer.status_code == status
    assert said == headers


@pytest.fixture
def a_site(instance, db):
    """An office as it is set up first."""
    return Site(
        instance=instance,
        settings=Settings(),
        secrets=instance.secrets(),
        commune=campaigns.this(db),
        public_url="http://127.0.0.1:8080",
        health=HealthCheck(instance, "test"),
    )
