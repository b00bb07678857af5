"""The two apps over a fresh instance, as a test client sees them."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

import pysqlite3
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.apps import public_app
from kiosk.examining import Examiner
from kiosk.printing import PROFILE
from shared.db.connection import Store
from shared.db.engines import sqlite
from shared.domain import clock, codes
from shared.files import media
from shared.runtime.health import HealthCheck
from shared.runtime.instance import Instance
from shared.runtime.listening import Address
from shared.runtime.site import Site
from shared.settings import Settings
from shared.store.cases import proposals, queue, status_counts
from shared.store.office import campaigns
from shared.store.people import devices
from shared.texts import NOTICE_VERSION
from tests.kiosk.pages import Browser
from tests.transcoded_once import TranscodedOnce

# As the printing process is started: the library reads what no other printer can do.
os.environ.setdefault("ESCPOS_CAPABILITIES_FILE", str(PROFILE))
PUBLIC = Address("127.0.0.1", 8080)
# A key as the form carries it.
FORM_KEY = "0199c2a4-5d1e-7a3b-8c4d-1f2e3a4b5c6d"


@pytest.fixture(scope="module", autouse=True)
def transcoded_once(transcoded: TranscodedOnce) -> Iterator[None]:
    """Let no two tests wait for the same file to be transcoded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(media, "_work", transcoded)
        yield


@pytest.fixture
def a_site(instance: Instance, db: Store) -> Callable[..., Site]:
    """A builder: `a_site(office={"sms_number": …}, limits={…})` with other settings."""

    def build(public_url: str = "http://127.0.0.1:8080", **sections: dict[str, Any]) -> Site:
        given = Settings()
        wanted = {
            name: replace(getattr(given, name), **values) for name, values in sections.items()
        }
        return Site(
            instance=instance,
            settings=replace(given, **wanted),
            secrets=instance.secrets(),
            commune=campaigns.this(db),
            public_url=public_url,
            health=HealthCheck(instance, "test"),
        )

    return build


@pytest.fixture
def public(a_site: Callable[..., Site]) -> Flask:
    """The public app with an SMS number, as an office has it."""
    return watched(public_app(a_site(office={"sms_number": "0912345678"}), PUBLIC))


def watched(app: Flask) -> Flask:
    """Return the app with test clients that look at every page (tests/kiosk/pages.py)."""
    app.test_client_class = Browser
    return app


@pytest.fixture
def citizen(public: Flask) -> FlaskClient:
    """A citizen's browser on this PC."""
    return public.test_client()


@pytest.fixture
def kiosk(public: Flask, db: Store) -> FlaskClient:
    """A browser that opened the enrolment link of Kiosk 1."""
    devices.add(db, "Kiosk 1", codes.secret_hash("link-secret"), actor="test", at=clock.now())
    client = public.test_client()
    client.get("/kiosk/link-secret")
    return client


@pytest.fixture
def secret_of(instance: Instance, db: Store) -> Callable[[proposals.Proposal], str]:
    """The secret behind the QR of a proposal's receipt."""
    key = instance.secrets().receipt_key
    return lambda proposal: codes.secret_of(proposal.code, key=key, commune_id=db.commune_id)


@pytest.fixture
def how_many(db: Store) -> Callable[[], int]:
    """How many proposals the store holds."""
    return lambda: sum(status_counts.all_of(db).values())


@pytest.fixture
def latest(db: Store) -> Callable[[], proposals.Proposal]:
    """The proposal that came last."""
    return lambda: proposals.by_code(db, queue.page(db, queue.QueueFilter("nobody")).cases[0].code)


@pytest.fixture
def a_form() -> Callable[..., dict[str, Any]]:
    """A builder: what the phone's form sends when all that is required is answered."""

    def build(**given: Any) -> dict[str, Any]:
        return {
            "key": FORM_KEY,
            "notice": NOTICE_VERSION,
            "participant_type": "citizen",
            "title": "Cho hẹn giờ chứng thực",
            "solution": "Cho bà con nhắn tin xin một khung giờ.",
            **given,
        }

    return build


@pytest.fixture
def examine(instance: Instance, db: Store) -> Callable[[], None]:
    """Examine every file that waits, as the worker of the program does."""
    examiner = Examiner(instance)

    def work() -> None:
        while examiner.examine_one(db, at=clock.now()):
            pass

    return work


@pytest.fixture
def locked(
    monkeypatch: pytest.MonkeyPatch, db: Store
) -> Callable[[], AbstractContextManager[None]]:
    """`with locked():` another program holds the write lock. Connections that the app opens from
    now on wait for it a fifth of a second, not four."""
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.2)

    @contextmanager
    def hold() -> Iterator[None]:
        other = pysqlite3.connect(str(db.engine.path), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")
            other.close()

    return hold
