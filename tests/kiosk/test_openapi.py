"""The API's description is valid OpenAPI 3.1, and true: what it promises is what comes."""

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from kiosk.apps import public_app
from shared.domain import codes
from shared.domain.intake import KNOWN_FIELDS
from tests.kiosk.conftest import PUBLIC, watched
from tests.kiosk.test_api import ADDRESS, LEAST, WHOLE

ONE = "/api/v1/proposals/{code}"


@pytest.fixture
def described(citizen):
    """What `/openapi.json` says."""
    return citizen.get("/openapi.json").json


@pytest.fixture
def braked(a_site):
    """A browser, far away, of a site that allows one sending and one wrong code."""
    limits = {"intake_per_minute_ip": 1, "lookup_misses_per_hour_ip": 1}
    client = watched(public_app(a_site(limits=limits), PUBLIC)).test_client()
    client.environ_base["REMOTE_ADDR"] = "203.0.113.5"
    return client


def test_the_description_is_valid(described):
    assert described["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(described).iter_errors()) == []


def test_every_address_of_the_api_is_described(public, described):
    served = {
        (rule.rule.replace("<code>", "{code}"), method.lower())
        for rule in public.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/")
    }

    assert served == {
        (path, method) for path, methods in described["paths"].items() for method in methods
    }


def test_every_field_that_is_read_is_described(described):
    assert set(described["components"]["schemas"]["NewProposal"]["properties"]) == KNOWN_FIELDS


def validator(described, name: str) -> Draft202012Validator:
    """Return what checks a body against one of the description's schemas."""
    return Draft202012Validator({**described, "$ref": f"#/components/schemas/{name}"})


@pytest.mark.parametrize("body", [LEAST, WHOLE], ids=["least", "whole"])
def test_what_is_accepted_fits_the_description_and_so_does_its_answer(citizen, described, body):
    sent = citizen.post(ADDRESS, json=body, headers={"Idempotency-Key": "one"})

    assert sent.status_code == 201
    validator(described, "NewProposal").validate(body)
    validator(described, "Receipt").validate(sent.json)
    validator(described, "Standing").validate(citizen.get(f"{ADDRESS}/{sent.json['code']}").json)


@pytest.mark.parametrize(
    "wrong",
    [{"title": "abc"}, {"title": "a" * 121}, {"solution": ""}, {"participant_type": "king"},
     {"category": 9}, {"insider": "yes"}, {"more": 1}, {"consents": {"more": True}},
     {"effects": ["x"]}, {"maturity": "old"}, {"residence": "moon"}, {"channel": "sms"},
     {"solution": "a" * 2001}, {"hamlet": "a" * 121}],
)  # fmt: skip
def test_what_is_refused_does_not_fit_the_description(citizen, described, wrong):
    body = {**LEAST, **wrong}

    sent = citizen.post(ADDRESS, json=body, headers={"Idempotency-Key": "one"})

    assert sent.status_code == 422
    assert list(validator(described, "NewProposal").iter_errors(body))
    validator(described, "Problem").validate(sent.get_json(force=True))


def test_every_status_of_sending_that_is_described_occurs(citizen, braked, described, locked):
    json, key = LEAST, {"Idempotency-Key": "one"}
    answers = [
        citizen.post(ADDRESS, json=json),
        citizen.post(ADDRESS, json=json, headers=key | {"Sec-Fetch-Site": "cross-site"}),
        citizen.post(ADDRESS, json={"title": "a" * 2**20}, headers=key),
        citizen.post(ADDRESS, data="x", headers=key),
        citizen.post(ADDRESS, json={}, headers=key),
        braked.post(ADDRESS, json={}, headers=key),
        braked.post(ADDRESS, json={}, headers=key),
    ]
    with locked():
        answers.append(citizen.post(ADDRESS, json=json, headers=key))
    answers += [citizen.post(ADDRESS, json=json, headers=key) for _ in range(2)]

    assert {str(one.status_code) for one in answers} == set(
        described["paths"][ADDRESS]["post"]["responses"]
    )
    assert_as_described(described, answers)


def test_every_status_of_asking_that_is_described_occurs(citizen, braked, described, db):
    sent = citizen.post(ADDRESS, json=LEAST, headers={"Idempotency-Key": "one"}).json
    citizen.application.extensions["hienke"].forget_store()
    gone = db.engine.path.rename(db.engine.path.with_suffix(".gone"))
    db.engine.path.mkdir()  # something is there, and it cannot be opened
    busy = citizen.get(f"{ADDRESS}/{codes.new_code()}")
    db.engine.path.rmdir()
    gone.rename(db.engine.path)
    answers = [
        busy,
        citizen.get(f"{ADDRESS}/{sent['code']}"),
        citizen.get(f"{ADDRESS}/{codes.new_code()}"),
        braked.get(f"{ADDRESS}/{codes.new_code()}"),
        braked.get(f"{ADDRESS}/{codes.new_code()}"),
    ]

    assert {str(one.status_code) for one in answers} == set(
        described["paths"][ONE]["get"]["responses"]
    )
    assert_as_described(described, answers)


def assert_as_described(described, answers) -> None:
    for one in answers:
        if one.status_code >= 400:
            assert one.mimetype == "application/problem+json"
            validator(described, "Problem").validate(one.get_json(force=True))
        if one.status_code in (429, 503):
            assert int(one.headers["Retry-After"]) > 0
