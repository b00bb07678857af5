"""An office without a public address names none: no paper and no SMS leads to 127.0.0.1."""

import re

import pytest

from kiosk.apps import staff_app
from shared.db import daily_roots
from shared.domain import clock
from shared.runtime.listening import Address
from shared.settings import Settings
from shared.store.messages import typed_receipts
from shared.texts.sms_text import compose, office_blanks
from tests.conftest import ZONE
from tests.kiosk.conftest import watched
from tests.kiosk.staff.conftest import PASSWORD

HERE = re.compile(r"127\.0\.0\.1|localhost|0\.0\.0\.0|192\.168\.", re.IGNORECASE)
ADDRESSES = ("http://127.0.0.1:8080", "http://0.0.0.0:8080", "http://192.168.1.20:8080")


@pytest.mark.parametrize("public_url", ADDRESSES)
def test_no_paper_of_the_desk_names_an_address_that_opens_nowhere(
    a_site, a_member, a_proposal, db, drawn, public_url
):
    case = a_proposal()
    kept = daily_roots.close_day(db, at=clock.now() + clock.DAY, zone=ZONE)
    a_member("an", role="officer")
    site = a_site(public_url, staff={"require_totp": False})
    desk = watched(staff_app(site, Address("127.0.0.1", 8081))).test_client()
    desk.post("/login", data={"login": "an", "password": PASSWORD})

    pages = [desk.get(f"/{name}") for name in ("ap-phich", "to-roi", "bai-loa")]
    pages += [desk.get(f"/chot-so/{kept.sheet.number}"), desk.post(f"/ho-so/{case.code}/phieu")]
    pages += [desk.post("/giay/phieu-trang", data={"count": "1"})]

    assert [page.status_code for page in pages if page.status_code >= 400] == []
    papers = [re.sub(r"<head>.*?</head>", "", page.text, flags=re.DOTALL) for page in pages]
    assert [HERE.findall(text) for text in [*papers, *drawn] if HERE.search(text)] == []


def test_no_receipt_names_one(citizen, a_proposal, secret_of, drawn):
    secret = secret_of(a_proposal())

    shown = citizen.get(f"/r/{secret}").text + citizen.get(f"/r/{secret}/phieu").text

    assert drawn and set(drawn) == {secret}
    assert not HERE.search(shown)


def test_a_kiosks_reserve_draws_none(kiosk, drawn):
    told = {"held": 0, "unsent": 0, "waited": 0, "refused": 0, "files": 0}
    given = kiosk.post("/kiosk-ma", json=told).json

    assert drawn and all(re.fullmatch(r"[0-9A-Z]{16}", text) for text in drawn)
    assert [one["receipt_url"].rpartition("/")[2] for one in given["codes"]] == drawn


@pytest.mark.parametrize("public_url", ADDRESSES)
def test_no_sms_names_one(public_url):
    office = office_blanks(Settings(), public_url)

    for key in ("privacy_first", typed_receipts.TEXT, "help"):
        assert not HERE.search(compose(key, {}, office))
    assert compose("privacy_first", {}, office).endswith("Xem tai quay Mot cua")
