"""A kiosk that calls for a person: on every page of those who answer citizens, until one goes."""

import re

import pytest

from shared.domain import clock, codes
from shared.store.people import devices, help_calls


@pytest.fixture
def calls(db):
    """Kiosk 1, at which somebody rang; its device id."""
    at = clock.now()
    device = devices.add(db, "Kiosk 1", codes.secret_hash("link"), actor="test", at=at)
    help_calls.ring(db, device.id, at=at)
    return device.id


def test_every_page_shows_who_calls_and_one_goes(officer, calls, a_proposal, db):
    for path in ("/", f"/ho-so/{a_proposal().code}", "/goi-lai", "/chuong"):
        page = officer.get(path).text
        assert "Kiosk 1 cần giúp" in page and "Hôm nay (1)" in page, path

    answer = officer.post(f"/chuong/{calls}", headers={"Referer": "http://localhost/goi-lai"})

    assert (answer.status_code, answer.location) == (303, "/goi-lai")
    assert "Kiosk 1 cần giúp" not in officer.get("/").text
    assert "Không có kiosk nào đang gọi." in officer.get("/chuong").text
    assert help_calls.standing(db, calls, now=clock.now()).state == "coming"


def test_the_part_that_script_asks_for_is_empty_when_nobody_calls(officer, calls):
    part = officer.get("/chuong/dang-goi").text
    assert "Kiosk 1 cần giúp" in part and "<html" not in part

    officer.post(f"/chuong/{calls}")

    assert officer.get("/chuong/dang-goi").text.strip() == ""


def test_two_colleagues_who_go_are_told_nothing_wrong(officer, logged_in, calls, db):
    officer.post(f"/chuong/{calls}")

    assert logged_in("binh").post(f"/chuong/{calls}").status_code == 303
    assert officer.post("/chuong/no-such-device").status_code == 303


def test_without_script_the_list_looks_again_by_itself(officer):
    assert re.search(r'<noscript><meta http-equiv="refresh"', officer.get("/chuong").text)


@pytest.mark.parametrize(("role", "answers"), [
    ("receptionist", True), ("officer", True), ("chair", True), ("admin", False),
    ("council", False), ("culture", False),
])  # fmt: skip
def test_who_answers_citizens_answers_a_kiosk(logged_in, calls, role, answers):
    client = logged_in("an", role=role)

    assert ("Kiosk 1 cần giúp" in client.get("/", follow_redirects=True).text) == answers
    assert client.post(f"/chuong/{calls}").status_code == (303 if answers else 403)
