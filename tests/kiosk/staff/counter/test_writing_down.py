"""Somebody at a kiosk wants a person to write the idea down: it rings, says who comes, and the form
that the person opens is bound to that kiosk, where its receipt comes out."""

import re

import pytest

from shared.domain import clock
from shared.store.cases import proposals
from shared.store.people import devices, help_calls
from tests.kiosk.conftest import watched
from tests.kiosk.staff.conftest import PASSWORD

TOLD = {"way": "spoken", "solution": "Nên cho hẹn giờ trước khi đi chứng thực."}


@pytest.fixture
def desk(office, a_member):
    """A receptionist's browser."""
    a_member("tiep", role="receptionist", name="Bà Tiếp")
    client = watched(office).test_client()
    client.post("/login", data={"login": "tiep", "password": PASSWORD})
    return client


@pytest.fixture
def waiting(kiosk):
    """A kiosk where somebody pressed the door "Cán bộ ghi giúp"."""
    rung = kiosk.post("/nho-can-bo", data={"back": "/can-bo"})
    assert rung.location == "/can-bo"
    return kiosk


def device_of(db):
    return devices.everyone(db)[0].id


def write(desk, db, **given):
    """Open the form that is bound to the kiosk, and enter what was told."""
    form = desk.post(f"/chuong/{device_of(db)}/ghi", follow_redirects=True)
    assert "Ghi cho người đang đứng ở Kiosk 1." in form.text
    bound = re.search(r'name="may" value="([^"]+)"', form.text)[1]
    key = re.search(r'name="key" value="([^"]+)"', form.text)[1]
    return desk.post("/nhap-ho-so", data={"key": key, "may": bound, **TOLD, **given})


def test_the_screen_says_that_it_rang_who_comes_and_who_writes(waiting, desk, db):
    assert "Đã gọi cán bộ." in waiting.get("/can-bo").text
    assert "Đến ghi giúp" in desk.get("/chuong").text

    desk.post(f"/chuong/{device_of(db)}")
    assert "Bà Tiếp đang đến." in waiting.get("/can-bo").text
    assert waiting.get("/nho-can-bo").json["call"] == "coming"

    desk.post(f"/chuong/{device_of(db)}/ghi")

    page = waiting.get("/can-bo").text
    assert "Bà Tiếp đang ghi giúp." in page and 'data-waits="writing"' in page
    assert '<a class="button main" href="/">' in page


def test_the_receipt_of_what_was_written_down_comes_out_at_that_kiosk_once(waiting, desk, db):
    entered = write(desk, db)

    kept = proposals.by_code(db, entered.location[-12:])
    assert (kept.channel, kept.device_id) == ("voice", device_of(db))
    assert "Phiếu hiện ra ở màn hình Kiosk 1." in desk.get(entered.location).text
    shown = waiting.get("/can-bo")
    assert re.fullmatch(r"/r/[0-9A-Z]{16}\?moi=1", shown.location)
    page = waiting.get(shown.location)
    assert "Đã nhận!" in page.text and TOLD["solution"] in page.text
    assert waiting.get("/can-bo").status_code == 200
    assert "hiện ra" not in desk.get(entered.location).text


def test_a_form_that_is_refused_stays_bound_and_one_without_a_ring_is_opened_from_the_desk(
    kiosk, desk, db
):
    assert "Ghi cho người ở Kiosk 1" in desk.get("/nhap-ho-so").text

    refused = write(desk, db, solution="")

    assert refused.status_code == 422
    assert f'name="may" value="{device_of(db)}"' in refused.text
    assert "Bà Tiếp đang ghi giúp." in kiosk.get("/can-bo").text


@pytest.mark.parametrize("leaves", ["/xong", "a door"])
def test_who_left_takes_the_receipt_along_to_nobody(waiting, desk, db, leaves):
    desk.post(f"/chuong/{device_of(db)}/ghi")
    if leaves == "/xong":
        waiting.post("/xong")
    else:
        waiting.post("/gui/4?hoi=cach", data={"new": "1", "manner": "text"})

    entered = desk.post(
        "/nhap-ho-so", data={"key": "k1", "may": device_of(db), **TOLD}, follow_redirects=True
    )

    assert entered.status_code == 200 and "xin in phiếu" in entered.text
    assert waiting.get("/can-bo").status_code == 200
    assert help_calls.standing(db, device_of(db), now=clock.now()).proposal_id is None


def test_home_ends_the_call_with_the_visit_that_rang(waiting):
    assert waiting.get("/").headers["Refresh"] == "30; url=/xong"

    waiting.get("/xong")

    assert waiting.get("/nho-can-bo").json["call"] == ""
    assert "Gọi cán bộ lần nữa" in waiting.get("/can-bo").text


def test_nobody_writes_for_ever_or_at_a_kiosk_that_is_none(waiting, desk, db, monkeypatch):
    assert desk.post("/chuong/no-such-device/ghi").status_code == 404
    desk.post(f"/chuong/{device_of(db)}/ghi")
    later = clock.now() + help_calls.WRITING_LASTS
    monkeypatch.setattr(clock, "now", lambda: later)

    assert help_calls.standing(db, device_of(db), now=later) == help_calls.NO_CALL


def test_two_colleagues_do_not_hand_over_for_each_other(waiting, desk, db, a_member, office):
    desk.post(f"/chuong/{device_of(db)}/ghi")
    a_member("an")
    other = watched(office).test_client()
    other.post("/login", data={"login": "an", "password": PASSWORD})

    other.post("/nhap-ho-so", data={"key": "k2", "may": device_of(db), **TOLD})

    assert help_calls.standing(db, device_of(db), now=clock.now()).state == "writing"
