"""The call-back list: a number once, its digits shown to who asks and noted, done by somebody."""

import re
from html import unescape

import pytest

from shared.db import event_log
from shared.db.connection import writing
from shared.db.pages import PAGE_LINES
from shared.domain import clock
from shared.store.messages import call_backs, opt_outs, threads
from shared.workflows.verify import verify

NUMBER, SHOWN = "+84912345678", "0912 345 678"


@pytest.fixture
def waits(db):
    """A builder: `waits(number, why)` is somebody who waits for a call; returns the row's id."""

    def build(number=NUMBER, why="asked", at=None, key=None):
        at = at or clock.now()
        key = key or f"{number}|{why}|{at}"
        with writing(db):
            call_backs.add(db, key=key, phone=number, why=why, at=at)
        return call_backs.by_key(db, key).id

    return build


def outgoing(db, number=NUMBER):
    return [one.text_key for one in threads.between(db, number)[1]]


def test_a_number_is_veiled_until_somebody_asks_which_is_noted(officer, waits, db):
    row = waits()
    page = officer.get("/goi-lai").text
    assert SHOWN not in page and NUMBER not in page and "0•• ••• •78" in page

    page = officer.post(f"/goi-lai/{row}/so").text

    assert SHOWN in page
    assert [one.kind for one in event_log.every(db)][-1] == "viewed_personal_details"


def test_who_asked_twice_is_one_line_and_done_once(officer, waits, db):
    first, second = waits(at=1000), waits(why="no_recording", at=2000)
    waits("+84987654321", at=1500)

    first_in_line = call_backs.waiting(db, now=clock.now())[0]
    assert first_in_line.id == second
    assert "Hôm nay (2)" in officer.get("/").text
    officer.post(f"/goi-lai/{second}/xong", data={"note": "Bà con hỏi về đất."})

    assert [one.phone for one in call_backs.waiting(db, now=clock.now())] == ["+84987654321"]
    assert call_backs.by_id(db, first).done_at is not None
    page = officer.get("/goi-lai").text
    assert "Bà con hỏi về đất." in page and "Bà an" in page


def test_the_list_goes_on_page_by_page_and_keeps_the_page_that_is_read(officer, waits, db):
    numbers = [f"+8491234{n:04}" for n in range(PAGE_LINES + 3)]
    rows = [waits(number, at=1000 + n) for n, number in enumerate(numbers)]
    again = waits(numbers[0], why="missed", at=5000)  # its place is that of its first call

    first = officer.get("/goi-lai").text
    second = unescape(re.findall(r'href="(/goi-lai\?after=[^"]+)"', first)[0])
    read = first + officer.get(second).text

    assert re.findall(r"/goi-lai/([^/]+)/xong", read) == [again, *rows[1:]]
    mark = {"after": second.partition("=")[2]}
    wrong = officer.post(f"/goi-lai/{rows[-1]}/xong", data={**mark, "note": "x" * 301})
    assert wrong.status_code == 422 and "x" * 301 in wrong.text
    done = officer.post(f"/goi-lai/{rows[-1]}/xong", data=mark)
    assert rows[-2] in officer.get(done.location).text
    assert f'value="{mark["after"]}"' in officer.post(f"/goi-lai/{rows[-2]}/so", data=mark).text


def test_who_asks_again_after_the_call_is_on_the_list_again(officer, waits, db):
    officer.post(f"/goi-lai/{waits(at=1000)}/xong")
    waits(at=clock.now())

    assert len(call_backs.waiting(db, now=clock.now())) == 1


def test_two_colleagues_who_called_are_one_call(officer, logged_in, waits, db):
    row = waits()
    officer.post(f"/goi-lai/{row}/xong", data={"note": "đã gọi"})
    logged_in("binh").post(f"/goi-lai/{row}/xong", data={"note": "tôi cũng gọi"})

    assert call_backs.by_id(db, row).note == "đã gọi"


def test_a_missed_call_is_put_on_the_list_and_told_once(officer, db, instance):
    for _ in range(2):  # a button pressed twice
        answer = officer.post("/goi-lai", data={"phone": "0912.345.678", "key": "k"})
        assert answer.status_code == 303

    assert [one.why for one in call_backs.waiting(db, now=clock.now())] == ["missed"]
    assert outgoing(db) == ["missed_call"]
    assert verify(db, instance.media).damage == ()


def test_two_who_saw_the_same_missed_call_cost_one_sms(officer, logged_in, db):
    officer.post("/goi-lai", data={"phone": "0912345678", "key": "k"})
    logged_in("binh").post("/goi-lai", data={"phone": "+84912345678", "key": "other"})

    assert outgoing(db) == ["missed_call"]


def test_a_landline_or_who_asked_for_silence_gets_no_sms(officer, db):
    with writing(db):
        opt_outs.add(db, NUMBER, "asked", at=clock.now())

    officer.post("/goi-lai", data={"phone": "0912345678", "key": "k"})
    officer.post("/goi-lai", data={"phone": "0251 3861 111", "key": "l"})

    assert len(call_backs.waiting(db, now=clock.now())) == 2
    assert outgoing(db) == outgoing(db, "+842513861111") == []


@pytest.mark.parametrize("typed", ["", "9029", "Viettel", "12345", "0" * 40, "số của bà Tư"])
def test_what_is_no_number_is_told_and_kept_in_the_form(officer, db, typed):
    answer = officer.post("/goi-lai", data={"phone": typed, "key": "k"})

    assert answer.status_code == 422
    assert "Xin gõ lại số điện thoại" in answer.text
    assert call_backs.waiting(db, now=clock.now()) == []


def test_a_note_that_is_too_long_is_told(officer, waits, db):
    row = waits()

    assert officer.post(f"/goi-lai/{row}/xong", data={"note": "x" * 301}).status_code == 422
    assert call_backs.by_id(db, row).done_at is None


@pytest.mark.parametrize("tail", ["so", "xong"])
def test_a_row_that_is_not_there_is_not_found(officer, tail):
    assert officer.post(f"/goi-lai/none/{tail}").status_code == 404


@pytest.mark.parametrize(("role", "status"), [
    ("receptionist", 200), ("officer", 200), ("chair", 200), ("admin", 403), ("council", 403),
    ("culture", 403), ("organisation", 403),
])  # fmt: skip
def test_the_list_is_for_who_answers_citizens(logged_in, waits, role, status):
    row, client = waits(), logged_in("an", role=role)

    assert client.get("/goi-lai").status_code == status
    assert client.post(f"/goi-lai/{row}/so").status_code == status
    home = client.get("/", follow_redirects=True).text
    assert ('href="/goi-lai"' in home) == (status == 200)
