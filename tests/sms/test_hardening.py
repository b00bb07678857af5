"""Every answer of the SMS app carries what keeps browsers safe, and each of its doors asks for its
own proof: a gateway's signature, or that one sits at this machine."""

import dataclasses

import pytest

from shared.domain import record
from shared.runtime.guarded import ANYBODY, THIS_MACHINE
from sms.app import sms_app
from tests.hardened import assert_hardened
from tests.sms.conftest import BOUND
from tests.told_routes import said, told


def every_route(app):
    """Yield (endpoint, method, address) of all the app has."""
    for rule in app.url_map.iter_rules():
        blanks = dict.fromkeys(rule.arguments, "none")
        address = app.url_map.bind("localhost").build(rule.endpoint, blanks)
        for method in sorted(rule.methods):
            yield rule.endpoint, method, address


@pytest.fixture
def with_keys(site):
    """The app of an office that has a Twilio account and a phone with a signing key."""
    given = site.settings
    settings = dataclasses.replace(
        given,
        twilio=dataclasses.replace(given.twilio, account_sid="AC" + "0" * 32, auth_token="t" * 32),
        android=dataclasses.replace(given.android, signing_key="k" * 16),
    )
    return sms_app(record.replace(site, settings=settings), BOUND)


def test_every_answer_is_hardened(app, with_keys):
    for one in (app, with_keys):
        for _, method, address in every_route(one):
            assert_hardened(one.test_client().open(address, method=method))


@pytest.mark.parametrize(
    ("address", "more", "status"),
    [
        ("/khong-co", {}, 404),
        ("/healthz", {"method": "TRACE"}, 405),
        ("/healthz", {"headers": {"Host": "evil.example"}}, 400),
    ],
)
def test_a_refusal_is_hardened_too(with_keys, address, more, status):
    answer = with_keys.test_client().open(address, **more)

    assert answer.status_code == status
    assert_hardened(answer)


def test_the_document_tells_of_each_route_what_it_asks_for(app):
    assert said(app) == told("SMS app")


def test_each_door_asks_for_its_proof(with_keys):
    stranger = {"REMOTE_ADDR": "203.0.113.7"}
    for endpoint, method, address in every_route(with_keys):
        if method in ("HEAD", "OPTIONS"):
            continue
        answer = with_keys.test_client().open(address, method=method, environ_base=stranger)
        if with_keys.allowed[endpoint] == ANYBODY:
            assert answer.status_code in (200, 404), address
        elif with_keys.allowed[endpoint] == THIS_MACHINE:
            assert answer.status_code == 404, address
        else:
            assert answer.status_code == 403, address


@pytest.mark.parametrize(
    "said",
    [
        {"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://localhost:8080"}, {"Origin": "null"},
        {"Referer": "http://evil.example/"}, {"Accept": "text/html"},
    ],
)  # fmt: skip
def test_no_page_of_another_site_types_on_the_telephones(client, said):
    assert client.post("/phone", data={"text": "SK"}, headers=said).status_code == 403
