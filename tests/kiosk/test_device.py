"""A browser becomes a kiosk by a link that works once, and stays it until a new link is made."""

import re

import pytest

from kiosk.citizen import device as screen
from shared.domain import clock, codes
from shared.store.people import devices
from tests.kiosk.test_page_weight import PAGES, asked_unit, full_registry

LINK = "/kiosk/link-secret"


@pytest.fixture
def link(db):
    """The address of the link of Kiosk 1, not opened yet."""
    devices.add(db, "Kiosk 1", codes.secret_hash("link-secret"), actor="test", at=clock.now())
    return LINK


def is_kiosk(browser):
    return 'class="kiosk"' in browser.get("/").text


def test_the_first_browser_to_open_the_link_is_the_kiosk(public, link):
    first, second = public.test_client(), public.test_client()

    opened, again = first.get(link), second.get(link)

    assert (opened.status_code, opened.location) == (303, "/")
    assert is_kiosk(first)
    assert again.status_code == 410
    assert "Đường dẫn này đã dùng rồi" in again.text
    assert "bấm Đường dẫn mới" in again.text
    assert not is_kiosk(second)


def test_the_link_opened_again_on_its_own_kiosk_leads_home(kiosk):
    assert kiosk.get(LINK).location == "/"
    assert is_kiosk(kiosk)


def test_another_kiosk_that_opens_a_used_link_stays_what_it_is(kiosk, public, db):
    devices.add(db, "Kiosk 2", codes.secret_hash("second"), actor="test", at=clock.now())
    other = public.test_client()
    other.get("/kiosk/second")

    assert other.get(LINK).status_code == 410
    assert "Kiosk 2" in other.get("/").text


def test_who_only_looks_ahead_uses_no_link_up(citizen, link):
    head = citizen.head(link)
    ahead = citizen.get(link, headers={"Sec-Purpose": "prefetch;prerender"})

    assert (head.status_code, ahead.status_code) == (204, 204)
    assert not is_kiosk(citizen)
    citizen.get(link)
    assert is_kiosk(citizen)


def test_the_cookie_of_an_enrolment_ends_with_it(kiosk, db):
    [device] = devices.everyone(db)

    devices.renew_link(db, device.id, codes.secret_hash("new"), actor="test", at=clock.now())

    assert not is_kiosk(kiosk)


def test_a_kiosk_that_was_enrolled_before_the_upgrade_stays_one(db, kiosk):
    """The cookie of 0.1 named the device, and so does an enrolment that the migration made."""
    [device] = devices.everyone(db)
    db.write("UPDATE device SET enrolment = id WHERE commune_id = :commune_id")

    with kiosk.application.test_request_context():
        answer = kiosk.application.make_response("")
        screen.make_kiosk(answer, devices.by_id(db, device.id))
    kiosk.set_cookie("kiosk", re.search(r"kiosk=([^;]+)", answer.headers["Set-Cookie"])[1])

    assert is_kiosk(kiosk)


def test_a_kiosk_is_noted_once_a_minute_and_not_while_nobody_can_write(kiosk, db, locked):
    [device] = devices.everyone(db)
    assert devices.last_seen(db) == {}
    kiosk.get("/")
    seen = devices.last_seen(db)[device.id]

    kiosk.get("/tro-giup")
    assert devices.last_seen(db)[device.id] == seen
    kiosk.application.extensions["hienke.seen"][device.id] -= 2 * clock.MINUTE
    with locked():
        assert kiosk.get("/").status_code == 200
    assert devices.last_seen(db)[device.id] == seen


def test_no_page_of_a_kiosk_leads_outside(kiosk, db, a_proposal, secret_of):
    """Nor to a telephone: nobody could come back from there."""
    proposal = a_proposal()
    said = {
        "code": proposal.code, "secret": secret_of(proposal),
        "slug": full_registry(db, a_proposal), "unit": asked_unit(db, a_proposal),
    }  # fmt: skip
    outside = []
    for path in [path for paths in PAGES.values() for path in paths]:
        kiosk.get(f"/tra-cuu?ma={said['secret']}")
        kiosk.get("/gui/1")

        page = kiosk.get(path.format(**said), follow_redirects=True)

        leads = re.findall(r'(?:href|action|src)="([^"]*)"', page.text)
        assert leads, path
        outside += [f"{path}: {one}" for one in leads if not re.match(r"/(?!/)|#|\?|data:,$", one)]
    assert outside == []
