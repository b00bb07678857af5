"""Everybody sees where they are logged in and ends what is strange; an admin ends anybody's."""

import re

import pytest

from kiosk.staff.door.browsers import browser_of
from shared.db import event_log
from shared.domain import clock
from shared.store.people import sessions, staff
from shared.store.people.sessions import ABSOLUTE, Where
from tests.kiosk.staff.conftest import PASSWORD

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/126.0.0.0 Safari/537.36"
)
TABLET = (
    "Mozilla/5.0 (Linux; Android 13; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko)"
    " SamsungBrowser/23.0 Chrome/115.0.0.0 Safari/537.36"
)


@pytest.fixture
def enter(office):
    """A builder: `enter("an", TABLET, "10.0.0.7")` is the browser of "an" there."""

    def build(login, agent=CHROME, address="127.0.0.1"):
        client = office.test_client()
        client.environ_base |= {"REMOTE_ADDR": address, "HTTP_USER_AGENT": agent}
        answer = client.post("/login", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 303
        return client

    return build


def is_in(client):
    return client.get("/tai-khoan").status_code == 200


def test_one_sees_where_one_is_logged_in_and_nobody_else(enter, a_member):
    a_member("an")
    a_member("binh")
    here = enter("an")
    enter("an", TABLET, "10.0.0.7")
    enter("binh", address="10.0.0.9")

    page = here.get("/tai-khoan").text

    assert "Chrome, Windows <small>(máy này)</small>" in page
    assert "Samsung Internet, Android" in page and "10.0.0.7" in page
    assert "10.0.0.9" not in page


def test_one_ends_a_session_that_is_strange(enter, a_member, db):
    member = a_member("an")
    here, strange = enter("an"), enter("an", TABLET)
    [name] = re.findall(r'name="end" value="([0-9a-f-]{36})"', here.get("/tai-khoan").text)

    assert here.post("/tai-khoan/phien", data={"end": name}).status_code == 303

    assert (is_in(here), is_in(strange)) == (True, False)
    assert [one.data["staff"] for one in event_log.every(db) if one.kind == "sessions_ended"] == [
        member.id
    ]
    again = here.post("/tai-khoan/phien", data={"end": name})
    assert again.status_code == 404 and "đã hết từ trước" in again.text


def test_one_ends_all_others_at_once(enter, a_member):
    a_member("an")
    here, there, yonder = enter("an"), enter("an"), enter("an")

    here.post("/tai-khoan/phien", data={"end": "others"})

    assert [is_in(one) for one in (here, there, yonder)] == [True, False, False]


def test_nobody_ends_a_colleagues_session(enter, a_member, db):
    colleague = a_member("binh")
    a_member("an")
    theirs, here = enter("binh"), enter("an")
    name = next(
        one.id for one in sessions.living(db, at=clock.now()) if one.staff_id == colleague.id
    )

    for wanted in (name, "", "others", "' OR 1=1 --"):
        here.post("/tai-khoan/phien", data={"end": wanted})

    assert is_in(theirs)


def test_an_admin_logs_somebody_out_everywhere(enter, a_member):
    person = a_member("an")
    a_member("quan", role="admin")
    admin, here, there = enter("quan"), enter("an"), enter("an", TABLET)
    assert "đang đăng nhập: 2 nơi" in admin.get("/nhan-su").text

    done = admin.post(f"/nhan-su/{person.id}", data={"do": "sessions"})

    assert "đã bị đăng xuất khỏi mọi nơi" in done.text
    assert not is_in(here) and not is_in(there)
    assert is_in(admin)


def test_a_new_role_holds_at_the_next_click(enter, a_member, a_proposal, db):
    person, code = a_member("an"), a_proposal().code
    a_member("quan", role="admin")
    admin, theirs = enter("quan"), enter("an")
    assert theirs.get(f"/ho-so/{code}").status_code == 200

    admin.post(f"/nhan-su/{person.id}", data={"do": "role", "role": "culture"})

    assert theirs.get(f"/ho-so/{code}").status_code == 403
    assert staff.by_id(db, person.id).role == "culture"
    assert [
        (one.data["before"], one.data["role"])
        for one in event_log.every(db)
        if one.kind == "role_changed"
    ] == [("officer", "culture")]


@pytest.mark.parametrize(("login", "role"), [("quan", "officer"), ("an", "king")])
def test_nobody_gives_themselves_a_role_nor_one_that_is_not_there(enter, a_member, db, login, role):
    people = {"an": a_member("an"), "quan": a_member("quan", role="admin")}
    admin = enter("quan")

    answer = admin.post(f"/nhan-su/{people[login].id}", data={"do": "role", "role": role})

    assert answer.status_code == 422
    assert staff.by_id(db, people[login].id).role == people[login].role


def test_where_somebody_was_is_forgotten_with_the_session(db, a_member):
    member, at = a_member("an"), clock.now()
    sessions.begin(db, member.id, "token", Where("10.0.0.7", ""), at=at)

    sessions.forget_over(db, at=at + ABSOLUTE + 1)

    assert db.rows("SELECT * FROM session") == []


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome, Windows"),
        (TABLET, "Samsung Internet, Android"),
        (CHROME + " Edg/126.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) Version/17 Safari/604", "Safari, iPad"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko Firefox/127.0", "Firefox, Linux"),
        ("coc_coc_browser/126 " + CHROME, "Cốc Cốc, Windows"),
        ("curl/8.0", ""),
        ("", ""),
        ("x" * 100_000 + "Windows", ""),
        ("<script>alert(1)</script> Windows", "Windows"),
    ],
)  # fmt: skip
def test_a_browser_is_told_by_its_name_alone(agent, words):
    assert browser_of(agent) == words
