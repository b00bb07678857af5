"""Whoever loses their telephone comes in with a code from paper, each once; nobody else does."""

import html
import re
import threading

import pyotp
import pytest

from shared.db import event_log
from shared.domain import clock
from shared.runtime import passwords
from shared.store.people import recovery_codes, staff
from tests.kiosk.staff.conftest import PASSWORD


@pytest.fixture
def an(a_member, db):
    """An officer with a second factor."""
    member = a_member("an")
    staff.set_totp(db, member.id, pyotp.random_base32(), actor="test", at=clock.now())
    return staff.by_id(db, member.id)


@pytest.fixture
def codes(an, db):
    """Their recovery codes."""
    made = passwords.new_recovery_codes()
    hashes = [passwords.recovery_hash(an.id, code) for code in made]
    recovery_codes.draw(db, an.id, hashes, actor=an.id, at=clock.now())
    return made


def enter(office, code, login="an", password=PASSWORD):
    client = office.test_client()
    data = {"login": login, "password": password, "totp": code}
    return client, client.post("/login", data=data)


def now_of(member, steps=0):
    return pyotp.TOTP(member.totp_secret).generate_otp(clock.now() // 1000 // 30 + steps)


def shown(page):
    """Return the codes on a page."""
    lines = re.findall(r'<li class="code">(.*?)</li>', page, re.DOTALL)
    return ["".join(re.findall(r"\d+", html.unescape(line))) for line in lines]


def used(db):
    return [one.data["left"] for one in event_log.every(db) if one.kind == "recovery_code_used"]


def both_at_once(send):
    """Return what two people get who send the same at the same moment."""
    start, answers = threading.Barrier(2), []

    def one():
        start.wait()
        answers.append(send())

    threads = [threading.Thread(target=one) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return answers


def test_ten_codes_are_shown_once_when_a_telephone_is_enrolled(strict_office, a_member, db):
    from kiosk.staff.door import sessions

    member = a_member("an")
    client = strict_office.test_client()
    client.post("/login", data={"login": "an", "password": PASSWORD})
    with strict_office.test_request_context():
        secret = sessions.totp_to_enrol(member)

    code = pyotp.TOTP(secret).generate_otp(clock.now() // 1000 // 30)
    page = client.post("/totp", data={"code": code})

    given = shown(page.text)
    assert page.status_code == 200 and len(set(given)) == 10
    assert "no-store" in page.headers["Cache-Control"]
    assert not set(shown(client.get("/ma-du-phong").text))
    kept = str(db.rows("SELECT * FROM recovery_code") + db.rows("SELECT * FROM event"))
    assert not [one for one in given if one in kept]
    assert enter(strict_office, given[3])[1].location == "/tai-khoan"


@pytest.mark.parametrize("gap", ["", " ", "-"])
def test_a_code_from_paper_opens_once_and_says_how_many_are_left(office, codes, db, gap):
    typed = gap.join(re.findall("....", codes[0]))

    client, answer = enter(office, typed)
    again = enter(office, typed)[1]

    assert answer.status_code == 303 and "Còn 9 mã dự phòng" in client.get(answer.location).text
    assert again.status_code == 422
    assert used(db) == [9]


def test_a_code_opens_nothing_without_the_password_or_for_somebody_else(
    office, codes, a_member, db
):
    other = a_member("binh")
    staff.set_totp(db, other.id, pyotp.random_base32(), actor="test", at=clock.now())

    assert enter(office, codes[0], password="wrong password")[1].status_code == 422
    assert enter(office, codes[0], login="binh")[1].status_code == 422
    assert enter(office, "1" * 20)[1].status_code == 422
    assert enter(office, codes[0])[1].status_code == 303


def test_two_logins_at_once_with_one_code_let_one_in(office, codes, db):
    answers = both_at_once(lambda: enter(office, codes[0])[1].status_code)

    assert sorted(answers) == [303, 422]
    assert used(db) == [9]


def test_two_logins_at_once_with_one_number_from_the_telephone_let_one_in(office, an):
    number = now_of(an)

    answers = both_at_once(lambda: enter(office, number)[1].status_code)

    assert sorted(answers) == [303, 422]


def test_a_number_seen_over_a_shoulder_opens_nothing_in_its_window_and_the_next(
    office, an, monkeypatch
):
    number, before, at = now_of(an), now_of(an, -1), clock.now()
    assert enter(office, number)[1].status_code == 303

    for later in (0, 30_000):
        monkeypatch.setattr(clock, "now", lambda later=later: at + later)
        assert enter(office, number)[1].status_code == 422
        assert enter(office, before)[1].status_code == 422


@pytest.mark.parametrize("ahead", [2 * clock.HOUR, 365 * clock.DAY])
def test_a_clock_put_back_shuts_nobody_out(office, an, monkeypatch, ahead):
    real = clock.now()
    monkeypatch.setattr(clock, "now", lambda: real + ahead)
    assert enter(office, now_of(an))[1].status_code == 303

    monkeypatch.setattr(clock, "now", lambda: real)
    number = now_of(an)

    assert enter(office, number)[1].status_code == 303
    assert enter(office, number)[1].status_code == 422


def test_new_codes_ask_for_the_password_and_kill_the_old(office, codes):
    client, _ = enter(office, codes[0])

    refused = client.post("/ma-du-phong", data={"password": "wrong password"})
    page = client.post("/ma-du-phong", data={"password": PASSWORD})

    assert (refused.status_code, shown(refused.text)) == (422, [])
    new = shown(page.text)
    assert len(new) == 10 and not set(new) & set(codes)
    assert enter(office, codes[1])[1].status_code == 422
    assert enter(office, new[0])[1].status_code == 303


def test_the_last_three_are_told_as_few(office, codes):
    for code in codes[:6]:
        client, _ = enter(office, code)
    assert "Chỉ còn" not in client.get("/tai-khoan").text

    client, _ = enter(office, codes[6])

    assert "Chỉ còn 3 mã dự phòng" in client.get("/tai-khoan").text


def test_codes_die_with_the_telephone_that_an_admin_takes_away(office, codes, an, a_member, db):
    a_member("quan", role="admin")
    admin = office.test_client()
    admin.post("/login", data={"login": "quan", "password": PASSWORD})

    admin.post(f"/nhan-su/{an.id}", data={"do": "totp"})

    assert recovery_codes.count(db, an.id) == 0
    staff.set_totp(db, an.id, pyotp.random_base32(), actor="test", at=clock.now())
    assert enter(office, codes[0])[1].status_code == 422


def test_whoever_has_no_second_factor_is_offered_no_codes(officer):
    assert officer.get("/ma-du-phong").location == "/tai-khoan"
    assert officer.post("/ma-du-phong").location == "/tai-khoan"
    assert "/ma-du-phong" not in officer.get("/tai-khoan").text
