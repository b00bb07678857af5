"""The staff app over a fresh instance, and people who work there."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk import qr
from kiosk.apps import staff_app
from shared.db.connection import Store
from shared.domain import clock
from shared.domain.proposal import MAKERS, Status
from shared.runtime.listening import Address
from shared.runtime.site import Site
from shared.store.people import staff
from shared.store.people.staff import StaffMember
from tests.conftest import LEAST

PASSWORD = "lúa chín vàng đồng"


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of PASSWORD at the least cost."""
    return LEAST.hash(PASSWORD)


@pytest.fixture
def office(a_site: Callable[..., Site]) -> Flask:
    """The staff app of an office that asks for no second factor."""
    return staff_app(a_site(staff={"require_totp": False}), Address("127.0.0.1", 8081))


@pytest.fixture
def strict_office(a_site: Callable[..., Site]) -> Flask:
    """The staff app as an office has it: with a second factor."""
    return staff_app(a_site(), Address("127.0.0.1", 8081))


@pytest.fixture
def a_member(db: Store, password_hash: str) -> Callable[..., StaffMember]:
    """A builder: `a_member("an", role="officer")`; the password is PASSWORD."""

    def build(login: str, role: str = "officer", **given: Any) -> StaffMember:
        kept = given.get("password_hash", password_hash)
        return staff.add(
            db, login, name=given.get("name", f"Bà {login}"), role=role, password_hash=kept,
            must_change=given.get("must_change", False), actor="test", at=clock.now(),
        )  # fmt: skip

    return build


@pytest.fixture
def logged_in(office: Flask, a_member: Callable[..., StaffMember]) -> Callable[..., FlaskClient]:
    """A builder: the browser of `logged_in("an", role="officer")`."""

    def build(login: str, role: str = "officer") -> FlaskClient:
        a_member(login, role=role)
        client = office.test_client()
        answer = client.post("/login", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return client

    return build


@pytest.fixture
def hand(logged_in: Callable[..., FlaskClient]) -> Callable[..., FlaskClient]:
    """A builder: the browser of somebody of the desk whose hand may make that move, an officer's
    where one's may (`hand(from, to)`)."""
    known: dict[str, FlaskClient] = {}

    def build(now: Status, to: Status) -> FlaskClient:
        role = "officer" if "officer" in MAKERS.get((now, to), ("officer",)) else "chair"
        if role not in known:
            known[role] = logged_in(f"hand-{role}", role=role)
        return known[role]

    return build


@pytest.fixture
def officer(logged_in: Callable[..., FlaskClient]) -> FlaskClient:
    """The browser of officer "an"."""
    return logged_in("an")


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were drawn as a QR since it was last emptied: as SVG, or for a document or a
    thermal printer."""
    texts: list[str] = []
    for name in ("matrix", "_modules"):
        monkeypatch.setattr(qr, name, _remembering(texts, getattr(qr, name)))
    return texts


def _remembering(texts: list[str], draw: Callable[[str], Any]) -> Callable[[str], Any]:
    def drawn(text: str) -> Any:
        texts.append(text)
        return draw(text)

    return drawn
