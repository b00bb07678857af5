"""A disk that takes nothing more: no receipt, a clear page, health says so, and it recovers."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from shared.runtime import health
from tests.kiosk.test_api import ADDRESS, LEAST


@contextmanager
def full_disk() -> Iterator[None]:
    """Let every write of this process to a file fail, as on a full or failing disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def hasty(monkeypatch) -> None:
    """Health is looked at anew each time it is asked for."""
    monkeypatch.setattr(health, "FRESH_SECONDS", 0.0)


def test_nothing_is_acknowledged_while_the_disk_is_full_and_then_it_goes_on(
    citizen, how_many, a_form
):
    citizen.get("/")
    with full_disk():
        form = citizen.post("/gui", data=a_form())
        api = citizen.post(ADDRESS, json=LEAST, headers={"Idempotency-Key": "one"})
        home, again = citizen.get("/"), citizen.get("/gui")

    assert (form.status_code, api.status_code) == (503, 503)
    assert a_form()["solution"] in form.text
    assert api.mimetype == "application/problem+json"
    assert form.headers["Retry-After"] == api.headers["Retry-After"] == "2"
    assert (home.status_code, again.status_code) == (200, 200)
    assert how_many() == 0
    assert citizen.post("/gui", data=a_form()).status_code == 303
    assert citizen.post(ADDRESS, json=LEAST, headers={"Idempotency-Key": "one"}).status_code == 201
    assert how_many() == 2


def test_a_fresh_connection_on_a_full_disk_is_503_too(public, how_many, a_form):
    with full_disk():
        answer = public.test_client().post("/gui", data=a_form())

    assert answer.status_code == 503
    assert how_many() == 0
    assert public.test_client().post("/gui", data=a_form()).status_code == 303


def test_health_fails_on_a_full_disk_and_recovers(citizen, hasty):
    assert citizen.get("/healthz").json == {"status": "ok", "store": "ok", "media": "ok"}

    with full_disk():
        ill = citizen.get("/healthz")

    assert ill.status_code == 503
    assert ill.json["status"] == "failing"
    assert ill.json["media"] == "unwritable"
    assert ill.json["store"] in ("unwritable", "missing")
    assert citizen.get("/healthz").status_code == 200


def test_health_waits_for_nobody_who_holds_the_store(citizen, hasty, locked):
    with locked():
        ill = citizen.get("/healthz")

    assert ill.status_code == 503
    assert ill.json["status"] == "failing"
