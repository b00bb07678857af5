"""A half-done idea waits under four digits until tonight: for whoever knows them, once."""

import re

import pytest

from kiosk import forgetting
from shared.domain import clock, codes
from shared.store.cases import drafts, parked_drafts
from shared.store.cases.drafts import Draft
from shared.store.people import devices
from tests.kiosk.test_device import is_kiosk

LATER = clock.now() + clock.DAY


@pytest.fixture
def half_done(kiosk):
    """A kiosk where somebody left a name and is about to say what to do."""
    kiosk.get("/gui/1")
    for step, answer in (
        (1, {"participant_type": "citizen"}),
        (4, {"title": "Cho hẹn giờ chứng thực"}),
        (10, {"name": "Trần Thị Mận", "phone": "0912345678"}),
        (11, {"consents.store": "yes"}),
    ):
        assert kiosk.post(f"/gui/{step}", data=answer).status_code == 303
    return kiosk


def hold(kiosk, step=6, **typed):
    """Hold what is answered and return the number on the slip."""
    held_now = kiosk.post(f"/gui/{step}", data={"hold": "1", **typed})
    assert held_now.location == "/giu-lai"
    return re.search(r'<strong class="code">(\d{4})</strong>', kiosk.get("/giu-lai").text)[1]


def open_slip(kiosk, number):
    kiosk.get("/lam-tiep")
    return kiosk.post("/lam-tiep", data={"so": number})


def test_what_was_half_said_is_held_and_picked_up_where_it_stopped(half_done, how_many):
    number = hold(half_done, solution="Cho bà con nhắn")
    half_done.post("/xong")

    opened = open_slip(half_done, f" {number[:2]} {number[2:]}")

    assert opened.location == "/gui/6"
    assert "Cho bà con nhắn</textarea>" in half_done.get("/gui/6").text
    assert "Cho hẹn giờ chứng thực" in half_done.get("/gui/12").text
    assert how_many() == 0


def test_it_can_be_held_from_the_check_screen_and_sent_later(half_done, latest):
    half_done.post("/gui/6", data={"solution": "Nhắn tin"})
    number = hold(half_done, step=12)
    half_done.post("/xong")

    open_slip(half_done, number)
    half_done.post("/gui/12")

    assert latest().title == "Cho hẹn giờ chứng thực"


def test_who_holds_it_is_not_held(half_done, db):
    number = hold(half_done)

    [(hidden,)] = db.rows("SELECT answers FROM held WHERE commune_id = :commune_id")
    answers = db.decrypt(hidden)
    assert "title" in answers
    assert "Mận" not in answers and "0912" not in answers and "consents" not in answers
    half_done.post("/xong")
    open_slip(half_done, number)
    assert "Mận" not in half_done.get("/gui/12").text + half_done.get("/gui/10").text


def test_once_held_the_visit_itself_holds_nothing(half_done):
    hold(half_done)

    assert half_done.get("/gui/12").location == "/gui/6"


def test_a_number_opens_once(half_done):
    number = hold(half_done)
    half_done.post("/xong")
    assert open_slip(half_done, number).status_code == 303
    half_done.post("/xong")

    again = open_slip(half_done, number)

    assert again.status_code == 404
    assert "Không có bài nào giữ dưới số này" in again.text


def test_a_second_tap_on_open_leads_on_too(half_done):
    number = hold(half_done)
    half_done.post("/xong")
    open_slip(half_done, number)

    assert half_done.post("/lam-tiep", data={"so": number}).location == "/gui/6"


@pytest.mark.parametrize("step", [6, 12])
def test_a_second_tap_on_hold_gives_the_same_slip(half_done, db, step):
    number = hold(half_done, step)

    again = half_done.post(f"/gui/{step}", data={"hold": "1"})

    assert again.location == "/giu-lai"
    assert number in half_done.get("/giu-lai").text
    assert db.rows("SELECT number FROM held WHERE commune_id = :commune_id") == [(number,)]


def test_the_slip_is_shown_to_its_own_visit_alone(half_done):
    hold(half_done)
    half_done.post("/xong")

    assert half_done.get("/giu-lai").location == "/"


def test_a_slip_ends_with_the_day(half_done, db):
    number = hold(half_done)

    db.write("UPDATE held SET expires_at = 1 WHERE commune_id = :commune_id")
    assert open_slip(half_done, number).status_code == 404
    forgetting.forget(db)

    assert db.rows("SELECT * FROM held WHERE commune_id = :commune_id") == []


def test_the_day_ends_at_midnight_of_the_office(half_done, db, public):
    hold(half_done)

    [(until,)] = db.rows("SELECT expires_at FROM held WHERE commune_id = :commune_id")
    zone = public.extensions["hienke"].settings.office.zone
    assert clock.hour_words(until, zone) == "23:59"
    assert clock.day_words(until, zone) == clock.day_words(clock.now(), zone)


def test_answers_that_nobody_came_back_to_are_forgotten_by_the_clock(half_done, db, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: LATER)

    forgetting.forget(db)

    assert db.rows("SELECT * FROM draft WHERE commune_id = :commune_id") == []


def test_guessing_is_slowed_at_this_kiosk_and_at_all_of_them(half_done, public, db, monkeypatch):
    number = hold(half_done)
    wrong = [f"{n:04d}" for n in range(20) if f"{n:04d}" != number]
    half_done.post("/xong")
    answers = [open_slip(half_done, one).status_code for one in wrong[:6]]

    locked = open_slip(half_done, number)

    assert answers == [404] * 5 + [429]
    assert locked.status_code == 429
    assert "Xin đợi 15 phút" in locked.text
    for name in ("a", "b"):
        other = a_kiosk(public, db, name)
        answers = [open_slip(other, one).status_code for one in wrong[:5]]
    assert answers == [404, 404, 429, 429, 429]
    assert open_slip(a_kiosk(public, db, "c"), number).status_code == 429


def a_kiosk(public, db, name):
    devices.add(db, name, codes.secret_hash(name), actor="test", at=clock.now())
    browser = public.test_client()
    browser.get(f"/kiosk/{name}")
    assert is_kiosk(browser)
    return browser


def test_the_shelf_stays_small_and_a_full_one_loses_nothing(half_done, db):
    for n in range(parked_drafts.MOST_PARKED):
        parked_drafts.park(
            db, f"visit {n}", Draft(f"key {n}"), numbers=[f"{n:04d}"], at=clock.now(), until=LATER
        )

    full = half_done.post("/gui/6", data={"hold": "1", "solution": "Nhắn tin"})

    assert full.status_code == 409
    assert "chưa giữ thêm được" in full.text
    assert "Nhắn tin</textarea>" in full.text
    assert half_done.post("/gui/12", data={"hold": "1"}).status_code == 409
    assert "Cho hẹn giờ chứng thực" in half_done.get("/gui/12").text


def test_a_number_that_was_used_today_is_not_given_out_again(db):
    at = clock.now()
    parked_drafts.park(db, "a", Draft("1"), numbers=["0007"], at=at, until=LATER)
    parked_drafts.pick_up(db, "0007", "b", at=at)

    second = parked_drafts.park(db, "c", Draft("2"), numbers=["0007", "4821"], at=at, until=LATER)

    assert second.number == "4821"
    assert drafts.of_visit(db, "b", at=at) is not None


@pytest.mark.parametrize("number", ["", "1", "12345", "abcd", "١٢٣٤", "0' OR", "🌾", "9" * 5000])
def test_what_is_no_number_is_asked_again_and_counts_as_no_guess(kiosk, number, db):
    page = open_slip(kiosk, number)

    assert page.status_code == 422
    assert "gõ đủ bốn số" in page.text
    assert db.rows("SELECT * FROM throttle WHERE commune_id = :commune_id") == []


def test_slips_are_for_kiosks_alone(citizen, db):
    citizen.get("/gui/1")
    citizen.post("/gui/1", data={"participant_type": "citizen"})

    held_now = citizen.post("/gui/4", data={"hold": "1", "title": "Cho hẹn giờ chứng thực"})

    assert held_now.location == "/gui/4"
    assert citizen.get("/lam-tiep").status_code == 404
    assert citizen.post("/lam-tiep", data={"so": "1234"}).status_code == 404
    assert citizen.get("/giu-lai").location == "/"
    assert "hold" not in citizen.get("/gui/5").text
    assert db.rows("SELECT * FROM held WHERE commune_id = :commune_id") == []


@pytest.mark.of_sqlite
def test_a_busy_store_keeps_the_number_that_was_typed(half_done, locked):
    number = hold(half_done)
    half_done.post("/xong")
    half_done.get("/lam-tiep")

    with locked():
        page = half_done.post("/lam-tiep", data={"so": number})

    assert page.status_code == 503
    assert f'value="{number}"' in page.text
    assert open_slip(half_done, number).status_code == 303
