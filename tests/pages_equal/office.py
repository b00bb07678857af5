"""The demo whose pages are captured: founded at the frozen hour, with one person of each role, and
every visitor's browser."""

import re
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from kiosk.apps import public_app, staff_app
from shared import founding, settings
from shared.db.connection import Store
from shared.domain import codes
from shared.domain.proposal import Status
from shared.domain.roles import ROLES
from shared.runtime.health import HealthCheck
from shared.runtime.instance import Instance
from shared.runtime.listening import Address
from shared.runtime.site import Site
from shared.store.office import campaigns
from tests.pages_equal.frozen import AT

PASSWORD = "đồng lúa chín vàng"
# Receipts follow from it: it is never changed.
UNIT = 1
PUBLIC, STAFF = Address("127.0.0.1", 8080), Address("127.0.0.1", 8081)


@dataclass(frozen=True)
class Office:
    """The demo's two apps, its store, and the links that enrol its kiosks, one a
    language as each works once."""

    public: Flask
    staff: Flask
    db: Store
    receipt_key: bytes
    kiosk_secrets: dict[str, str]

    def visitor(self, kind: str, language: str = "vi") -> FlaskClient:
        """Return a citizen's browser: a "phone", or the "kiosk" of that
        language (once)."""
        client = self.public.test_client()
        if kind == "kiosk":
            assert client.get(f"/kiosk/{self.kiosk_secrets[language]}").status_code == 303
        client.set_cookie("lang", language)
        return client

    def member(self, role: str) -> FlaskClient:
        """Return the browser of somebody of that role who has logged in."""
        client = self.staff.test_client()
        answer = client.post("/login", data={"login": f"a-{role}", "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return client

    def codes(self) -> dict[str, list[str]]:
        """Return the codes of the demo's ideas by status, as the officer's lists show them."""
        officer = self.member("officer")
        return {
            status: sorted(set(re.findall(r'"/ho-so/([0-9]{12})[?"]', officer.get(road).text)))
            for status in map(str, Status)
            for road in [f"/?status={status}"]
        }

    def secret(self, code: str) -> str:
        """Return the secret behind the QR of a receipt."""
        return codes.secret_of(code, key=self.receipt_key, commune_id=self.db.commune_id)


def found(folder: Path) -> Office:
    """Found the demo in a folder and open it."""
    instance = Instance(folder)
    founded = founding.found(instance, UNIT, is_demo=True, at=AT)
    db = instance.open()
    for role in ROLES:
        founding.add_login(
            db, f"a-{role}", role, name=f"Bà {role}", actor="system", at=AT, password=PASSWORD
        )
    second = founding.add_device(db, "Kiosk 2", "system", at=AT)
    site = Site(
        instance=instance,
        settings=settings.load(folder),
        secrets=instance.secrets(),
        commune=campaigns.this(db),
        public_url="http://127.0.0.1:8080",
        health=HealthCheck(instance, "kiosk"),
    )
    return Office(
        public_app(site, PUBLIC), staff_app(site, STAFF), db, instance.secrets().receipt_key,
        {"vi": founded.kiosk_secret or "", "en": second},
    )  # fmt: skip
